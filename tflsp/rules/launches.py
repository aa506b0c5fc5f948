"""What rules ask of launches: which ports they publish, what they run, and where something can be written into them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tflsp.documents.words import Word
from tflsp.facts.commands import program_name
from tflsp.facts.containers import ContainerLaunch, LaunchFragment, PortMapping, Surface
from tflsp.rules.base import Edit
from tflsp.tensorflow.release import IMAGE
from tflsp.text import Span
from tflsp.text.patterns import pattern

SHELLS = ("bash", "sh", "zsh", "dash", "ash", "fish")
PYTHONS = ("python", "python3", "ipython", "ipython3")
# Programs that say something and are done: nothing is lost with their container.
_LOOKS = pattern(
    r"cat|date|df|echo|env|false|free|help|hostname|id|ls|lscpu|lsb_release|nproc|nvcc|nvidia-smi|printenv|ps|pwd|sleep"
    r"|test|true|uname|version|whereis|which|whoami"
)
_ASKING = ("-c", "-V", "--version", "--help", "-h")
_SHOWS_ONLY = ("list", "show", "freeze", "check", "--version", "-V", "help", "--help")
_CHAIN = pattern(r"\s*(?:&&|\|\||;|\|)\s*")


def published(launch: ContainerLaunch | LaunchFragment, port: int) -> PortMapping | None:
    """The mapping that publishes a TCP port of the container."""
    return next((found for found in launch.ports if found.covers(port) and found.protocol == "tcp"), None)


def mentions_jupyter(launch: ContainerLaunch) -> bool:
    """Whether the command, as far as it is known, starts Jupyter."""
    return any("jupyter" in word.pattern or "ipython" in word.pattern for word in launch.command)


def expects_jupyter(launch: ContainerLaunch) -> bool:
    """Whether somebody expects Jupyter to answer: its port is published, and nothing else is started on it."""
    if published(launch, IMAGE.jupyter_port) is None or launch.option("entrypoint") is not None:
        return False
    return not launch.command or is_bare_shell(launch.command)


def is_bare_shell(command: Sequence[Word]) -> bool:
    """An interactive shell and nothing else: ``bash``, ``/bin/bash -l``."""
    if not command or program_name(command[0]) not in SHELLS:
        return False
    return all(word.value in ("-l", "-i", "-li", "-il", "--login") for word in command[1:])


def runs_once(command: Sequence[Word]) -> bool:
    """Whether a command looks at something and is done: ``nvidia-smi``, ``python -c …``, ``--help``."""
    values = [word.pattern for word in command]
    return bool(values) and _runs_once(program_name(command[0]), values)


def _runs_once(name: str, values: Sequence[str]) -> bool:
    arguments = values[1:]
    if _LOOKS.fullmatch(name) or values[0] in ("--help", "--version", "-h", "-V"):
        return True
    if name in SHELLS:
        script = next((text for flag, text in pairwise(arguments) if _is_command_flag(flag)), None)
        return script is not None and all(_runs_once_as_text(part) for part in _CHAIN.split(script.strip()))
    if name in PYTHONS:
        return bool(arguments) and arguments[0] in _ASKING
    return name in ("pip", "pip3", "conda", "apt", "dpkg") and bool(arguments) and arguments[0] in _SHOWS_ONLY


def _is_command_flag(flag: str) -> bool:
    return re.fullmatch(r"-[a-z]*c", flag) is not None


def _runs_once_as_text(text: str) -> bool:
    values = text.split()
    return not values or (values[0] not in SHELLS and _runs_once(values[0].rsplit("/", 1)[-1], values))


def insert_option(launch: ContainerLaunch, option: str) -> Edit | None:
    """An edit that gives a command line one more option, on a line of its own where the image has one."""
    if launch.surface is not Surface.COMMAND or launch.insert_at is None:
        return None
    at, text = launch.insert_at, launch.region.text
    indent = text[_line_start(text, at) : at]
    between = " \\\n" + indent if indent and not indent.strip() else " "
    return Edit(Span(at, at), option + between)


def insert_keys(launch: ContainerLaunch, *lines: str) -> Edit | None:
    """An edit that gives a compose service more keys, below its image.

    Lines are indented as the service's keys are. None where the image is not written in the service itself, on a line
    of its own, or where the first key is there already.
    """
    image, text = launch.image, launch.region.text
    if launch.surface is not Surface.COMPOSE or image is None or not launch.span.covers(image.span):
        return None
    start, end = _line_start(text, image.span.start), _line_end(text, image.span.end)
    found = re.fullmatch(r"([ \t]+)image[ \t]*:.*", text[start:end])
    key = lines[0].split(":")[0]
    if found is None or re.search(rf"^[ \t]*{key}[ \t]*:", launch.span.of(text), re.MULTILINE):
        return None
    return Edit(Span(end, end), "".join(f"\n{found[1]}{line}" for line in lines))


def insert_property(launch: ContainerLaunch, name: str, value: str) -> Edit | None:
    """An edit that gives a devcontainer.json one more property, before its image."""
    at, text = launch.name_span, launch.region.text
    if launch.surface is not Surface.DEVCONTAINER or at is None or f'"{name}"' in text:
        return None
    indent = text[_line_start(text, at.start) : at.start]
    between = "\n" + indent if not indent.strip() else " "
    return Edit(Span(at.start, at.start), f'"{name}": {value},{between}')


def whole_line(text: str, span: Span) -> Span:
    """A span widened to its line, line end included."""
    end = _line_end(text, span.end)
    after = 2 if text.startswith("\r\n", end) else 1
    return Span(_line_start(text, span.start), min(end + after, len(text)))


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _line_end(text: str, at: int) -> int:
    found = re.compile(r"\r|\n|\Z").search(text, at)
    return found.start() if found else len(text)


def without_option(launch: ContainerLaunch | LaunchFragment, span: Span) -> Edit | None:
    """An edit that takes an option out: the words on a command line, the line of a compose key."""
    text = launch.region.text
    if isinstance(launch, ContainerLaunch) and launch.surface is Surface.COMPOSE:
        line = whole_line(text, span)
        return Edit(line, "") if _is_one_entry(line.of(text)) else None
    if isinstance(launch, ContainerLaunch) and launch.surface is not Surface.COMMAND:
        return None
    after = re.compile(r"[ \t]*(?:\\\r?\n[ \t]*)?").match(text, span.end)
    return Edit(Span(span.start, after.end() if after else span.end), "")


def _is_one_entry(line: str) -> bool:
    """``privileged: true`` or ``- /a:/b``, and nothing more on the line."""
    return re.fullmatch(r"[ \t]*(?:-[ \t]+\S+|\w+:[ \t]+\S+)[ \t]*(?:#[^\r\n]*)?[\r\n]*", line) is not None
