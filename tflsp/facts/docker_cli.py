"""docker, podman and nerdctl command lines: launches, images that are pulled, built and named, commands run inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tflsp.documents.region import Region
from tflsp.documents.words import UNKNOWN, Word
from tflsp.facts.base import Fact
from tflsp.facts.command_options import Parsed, parse_options, positionals
from tflsp.facts.commands import ANY, Command, command_facts, interprets, nested_command
from tflsp.facts.containers import ContainerLaunch, ImageRef, LaunchFragment, Surface
from tflsp.facts.docker_option_names import BUILD, COMMIT, EXEC, GLOBAL_VALUED, IMAGES, RUN
from tflsp.facts.images import image_ref, looks_like_image
from tflsp.facts.launch_options import launch_fields, switched_on
from tflsp.text import Span
from tflsp.text.patterns import pattern

PROGRAMS = ("docker", "podman", "nerdctl", "nvidia-docker", "podman-remote", "finch")
_GROUPS = ("container", "image", "buildx", "builder")
# Subcommands that name images without having the engine fetch them.
_NAMING = ("push", "rmi", "save", "history", "tag", "rm", "remove", "inspect", "scan", "sbom")


@interprets(*PROGRAMS)
def docker_command(command: Command) -> Iterator[Fact | Region]:
    """Everything that a docker command line says."""
    at = _subcommand(command.words, 1)
    if at is None:
        return
    group = command.words[at].value if command.words[at].value in _GROUPS else ""
    if group:
        after = _subcommand(command.words, at + 1)
        if after is None:
            return
        at = after
    name = command.words[at].value
    if name in ("run", "create") and group in ("", "container"):
        yield from _launch(command, at)
    elif name == "exec" and group in ("", "container"):
        yield from _exec(command, at)
    elif name == "build" and group != "container":
        yield from _build(command, at)
    elif name == "commit" and group in ("", "container"):
        yield from _commit(command, at)
    elif name == "pull" and group in ("", "image"):
        yield from _images(command, at, pulls=True)
    elif name in _NAMING and (group == "image" or (not group and name not in ("rm", "remove", "inspect"))):
        yield from _images(command, at, pulls=False)


def _subcommand(words: Sequence[Word], at: int) -> int | None:
    """The index of the subcommand: the first word that is no global option and no such option's value."""
    while at < len(words):
        text = words[at].pattern
        if not text.startswith("-"):
            return at
        at += 2 if text in GLOBAL_VALUED else 1
    return None


def _launch(command: Command, at: int) -> Iterator[Fact | Region]:
    words = command.words
    parsed = parse_options(words, at + 1, RUN, is_opaque=_stands_for_options)
    options, rest = parsed.options, parsed.rest
    image = _image(command, words, rest)
    opaque = parsed.opaque or any("[@]" in word.raw or "$@" in word.raw for word in words[rest : rest + 1])
    launch = ContainerLaunch(
        region=command.region,
        span=command.span,
        surface=Surface.COMMAND,
        program=command.name,
        image=image,
        command=tuple(words[rest + 1 :]),
        **_fields(command, parsed),
        detached=switched_on(options, "detach"),
        interactive=switched_on(options, "interactive"),
        removed=switched_on(options, "rm"),
        container_name=next((option.value for option in reversed(options) if option.name == "name"), None),
        insert_at=words[rest].span.start if rest < len(words) else None,
        name_span=Span(words[0].span.start, words[at].span.end),
        complete=not opaque and not any(option.name in ("env-file", "label-file") for option in options),
    )
    if image is not None:
        yield image
    yield launch
    if rest + 1 < len(words):
        yield from command_facts(nested_command(command, words[rest + 1 :], launch))


def _fields(command: Command, parsed: Parsed) -> dict[str, Any]:
    fields = launch_fields(parsed.options)
    if command.name == "nvidia-docker" and "gpus" not in fields:
        fields["gpus"], fields["gpu_span"] = "all", command.words[0].span
    return fields


def _image(command: Command, words: Sequence[Word], at: int) -> ImageRef | None:
    if at >= len(words) or (words[at].value is not None and not words[at].value):
        return None
    return image_ref(command.region, words[at], Surface.COMMAND)


def _exec(command: Command, at: int) -> Iterator[Fact | Region]:
    rest = parse_options(command.words, at + 1, EXEC).rest
    if rest + 1 < len(command.words):
        yield from command_facts(nested_command(command, command.words[rest + 1 :], command))


def _build(command: Command, at: int) -> Iterator[Fact]:
    for option in parse_options(command.words, at + 1, BUILD, interspersed=True).options:
        if option.name == "tag" and option.word is not None and option.word.raw:
            yield image_ref(command.region, option.word, Surface.COMMAND, builds=True, pulls=False)


def _commit(command: Command, at: int) -> Iterator[Fact]:
    names = positionals(command.words, at + 1, COMMIT)
    if len(names) > 1 and command.words[names[1]].raw:
        yield image_ref(command.region, command.words[names[1]], Surface.COMMAND, builds=True, pulls=False)


def _images(command: Command, at: int, *, pulls: bool) -> Iterator[Fact]:
    """The images that ``pull``, ``push``, ``tag`` and the like are given; the second of ``tag`` is made by it."""
    words = command.words
    # Who asks for all tags has left none out.
    pulls = pulls and not any(word.value in ("-a", "--all-tags") for word in words[at + 1 :])
    others = positionals(words, at + 1, IMAGES)
    for position, index in enumerate(others):
        makes = words[at].value == "tag" and position == 1
        if words[index].raw:
            yield image_ref(command.region, words[index], Surface.COMMAND, builds=makes, pulls=pulls)


def _stands_for_options(words: Sequence[Word], at: int) -> bool:
    """Whether an unknown, unquoted word (``$GPU_FLAGS``, ``[OPTIONS]``) holds options, as what follows it tells."""
    word = words[at]
    if word.raw.upper() in ("[OPTIONS]", "[OPTION]", "OPTIONS", "[FLAGS]", "...", "…"):
        return True
    if word.value is not None or word.raw.startswith("<"):
        return False
    whole_array = word.raw.startswith('"${') and word.raw.rstrip('}"').endswith("[@]")
    if (word.quoted and not whole_array) or any(piece.text != UNKNOWN for piece in word.pieces):
        return False
    name = word.raw.strip('${}"').upper()
    if any(part in name for part in ("IMAGE", "IMG", "TAG", "REPO")):
        return False
    if at + 1 >= len(words):
        return any(part in name for part in ("ARG", "OPT", "FLAG", "PARAM")) or whole_array
    following = words[at + 1].pattern
    if following.startswith("-"):
        # `$IMAGE -c "…"` exists, `$FLAGS -p 80:80 image` is far more usual.
        return True
    return whole_array or looks_like_image(following) or "IMAGE" in words[at + 1].raw.upper()


_OPTION_NAME = pattern(r"--([a-z][a-z-]+)(?:=|\Z)|-([A-Za-z]+)(?:=|\Z)")


@interprets(ANY)
def fragment(command: Command) -> Iterator[Fact]:
    """A line that consists of options of ``docker run`` and nothing else."""
    first = command.words[0]
    if not first.pattern.startswith("-") or first.quoted:
        return
    found = _OPTION_NAME.match(first.pattern)
    if found is None or not (RUN.knows(found[1]) if found[1] else all(letter in RUN.short for letter in found[2])):
        return
    parsed = parse_options(command.words, 0, RUN)
    if parsed.rest < len(command.words) or any(not RUN.knows(option.name) for option in parsed.options):
        return
    yield LaunchFragment(command.region, command.span, **launch_fields(parsed.options))
