"""Calls of the Docker SDK for Python: containers run and created, images pulled and built.

https://docker-py.readthedocs.io/en/stable/containers.html and images.html: the keywords and the forms of their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tflsp.dataclass import replace
from tflsp.documents.region import Region
from tflsp.documents.words import Word
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, command_facts
from tflsp.facts.containers import ContainerLaunch, ImageRef, Option, Surface
from tflsp.facts.docker_sdk_values import gpus, mounts, pairs, ports, volumes
from tflsp.facts.images import image_ref, parse_reference
from tflsp.facts.launch_options import launch_fields, switched_on
from tflsp.facts.launch_values import memory_bytes
from tflsp.facts.nested_commands import word_region
from tflsp.facts.python_queries import calls_named
from tflsp.facts.python_values import (
    Attribute,
    CallValue,
    DictValue,
    Keyword,
    ListValue,
    Literal,
    TupleValue,
    Value,
)
from tflsp.facts.python_words import word_of, words_of
from tflsp.text import Span
from tflsp.text.patterns import pattern

_NAMES = frozenset(("run", "create", "create_container", "pull", "build"))
_WORDS = ("containers", "images", "create_container")
_HINT = pattern(r"\b(?:containers|images)\s*\.\s*(?:run|create|pull|build)\b|\bcreate_container\b")
# The SDK's keywords -> docker's long names, where they differ by more than a hyphen.
_OPTIONS = {
    "mem_limit": "memory",
    "memswap_limit": "memory-swap",
    "network_mode": "network",
    "pid_mode": "pid",
    "ipc_mode": "ipc",
    "userns_mode": "userns",
    "uts_mode": "uts",
    "stdin_open": "interactive",
    "remove": "rm",
    "auto_remove": "rm",
    "publish_all_ports": "publish-all",
    "working_dir": "workdir",
    "environment": "env",
    "ports": "publish",
    "volumes": "volume",
    "mounts": "mount",
    "devices": "device",
    "labels": "label",
    "restart_policy": "restart",
    "device_requests": "gpus",
    "nano_cpus": "cpus",
}


@reads("python")
def docker_sdk(region: Region) -> Iterator[Fact | Region]:
    """The launches and images in a region's calls."""
    if not any(word in region.text for word in _WORDS) or not _HINT.search(region.text):
        return
    for call in calls_named(region, _NAMES):
        match call.callee:
            case Attribute(value=Attribute(name="containers"), name="run" | "create"):
                yield from _launch(region, call)
            case Attribute(name="create_container"):
                yield from _launch(region, call)
            case Attribute(value=Attribute(name="images"), name="pull"):
                yield from _pull(region, call)
            case Attribute(value=Attribute(name="images"), name="build"):
                tag = call.argument("tag")
                if tag is not None:
                    yield image_ref(region, word_of(region, tag), Surface.SDK, builds=True, pulls=False)


def _pull(region: Region, call: CallValue) -> Iterator[ImageRef]:
    repository, tag = call.argument("repository", 0), call.argument("tag", 1)
    if repository is None:
        return
    image = image_ref(region, word_of(region, repository), Surface.SDK)
    if tag is None or image.tag is not None or (isinstance(tag, Literal) and tag.value is None):
        yield image
        return
    word = word_of(region, tag)
    reference = parse_reference(f"{image.text}:{word.pattern}")
    yield replace(
        image,
        text=f"{image.text}:{word}",
        tag=reference.tag,
        tag_span=word.place(0, len(word.pattern)),
        known=image.known and reference.known,
        valid=reference.valid,
        verbatim=False,
        name_end=None,
    )


def _launch(region: Region, call: CallValue) -> Iterator[Fact | Region]:
    image_value = call.argument("image", 0)
    image = image_ref(region, word_of(region, image_value), Surface.SDK) if image_value is not None else None
    command_value = call.argument("command", 1)
    command = _command(region, command_value)
    options = tuple(option for keyword in call.keywords for option in _options(region, keyword))
    launch = ContainerLaunch(
        region=region,
        span=call.span,
        surface=Surface.SDK,
        program="docker-sdk",
        image=image,
        command=command,
        **_fields(region, call, options),
        detached=switched_on(options, "detach"),
        interactive=switched_on(options, "interactive"),
        removed=switched_on(options, "rm"),
        container_name=next((option.value for option in options if option.name == "name"), None),
        name_span=call.callee.span,
        complete=call.certain,
    )
    if image is not None:
        yield image
    yield launch
    if len(command) > 1:
        span = Span(command[0].span.start, max(word.span.end for word in command))
        yield from command_facts(Command(region, span, command, inside=launch))
    elif command and command[0].pattern.strip():
        # A text is split as a shell splits it, so that one reads it.
        yield word_region(region, command[0], "shell", origin=launch)


def _command(region: Region, value: Value | None) -> tuple[Word, ...]:
    if value is None or (isinstance(value, Literal) and value.value is None):
        return ()
    words = words_of(region, value)
    return (word_of(region, value),) if words is None else words


def _options(region: Region, keyword: Keyword) -> Iterator[Option]:
    """The options that a keyword stands for: one for each item of what may be given several times."""
    name = _OPTIONS.get(keyword.name, keyword.name.replace("_", "-"))
    match keyword.value:
        case Literal(value=bool() as given):
            yield Option(name, None if given else "false", keyword.span)
        case Literal(value=None):
            return
        case ListValue(items=items) | TupleValue(items=items) if name not in ("command", "entrypoint"):
            for item in items:
                word = word_of(region, item)
                yield Option(name, word.value, item.span, word.inner, word)
        case DictValue(items=pairs):
            for key, value in pairs:
                if key is not None:
                    yield Option(name, _pair(region, key, value), Span(key.span.start, value.span.end))
        case value:
            word = word_of(region, value)
            yield Option(name, word.value, keyword.span, word.inner, word)


def _pair(region: Region, key: Value, value: Value) -> str | None:
    known = word_of(region, key).value
    assigned = word_of(region, value).value
    return f"{known}={assigned}" if known is not None and assigned is not None else None


def _fields(region: Region, call: CallValue, options: tuple[Option, ...]) -> dict[str, Any]:
    """The fields of the launch: those that read like a command line's, and those that have forms of their own."""
    fields = launch_fields([option for option in options if option.name not in ("publish", "volume", "mount", "cpus")])
    fields["options"] = options
    fields["ports"] = tuple(ports(region, call.argument("ports")))
    fields["mounts"] = (*volumes(region, call.argument("volumes")), *mounts(region, call.argument("mounts")))
    for name, value in pairs(region, call.argument("environment")):
        fields["environment"][name] = value.value
        fields["environment_spans"][name] = value.inner
    limit = call.argument("mem_limit")
    if isinstance(limit, Literal) and isinstance(limit.value, int | str):
        fields["memory"] = limit.value if isinstance(limit.value, int) else memory_bytes(limit.value)
    cpus = call.argument("nano_cpus")
    if isinstance(cpus, Literal) and isinstance(cpus.value, int):
        fields["cpus"] = cpus.value / 1e9
    return {**fields, **gpus(region, call)}
