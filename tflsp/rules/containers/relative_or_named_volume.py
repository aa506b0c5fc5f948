"""TFL203: a relative path before the colon of `-v`."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, LaunchFragment, MountPoint, Option, Surface
from tflsp.facts.launch_values import volume
from tflsp.rules.base import Context, Fix, Match, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.text import Span
from tflsp.text.patterns import pattern

_ABSOLUTE = pattern(r"[/~$\\%`{]|[A-Za-z]:[\\/]")


@rule("TFL203", "relative-or-named-volume", severity=Severity.INFORMATION)
def check(launch: ContainerLaunch | LaunchFragment, context: Context) -> Iterator[Match]:
    """Judge the `-v` options of command lines; podman has always taken ``./`` paths."""
    if isinstance(launch, ContainerLaunch) and launch.surface is not Surface.COMMAND:
        return
    podman = isinstance(launch, ContainerLaunch) and launch.program == "podman"
    for option in launch.options:
        if option.name != "volume" or option.word is None or not option.word.raw:
            continue
        mount = volume(option.word)
        if not _is_relative(mount):
            continue
        source = mount.source or ""
        dotted = source.startswith(".")
        if not (dotted and podman):
            message = "message" if dotted else "message.name"
            span = mount.source_span or mount.span
            yield match(launch, span, message=message, fixes=_fixes(launch, option, mount), source=source)


def _is_relative(mount: MountPoint) -> bool:
    source = mount.source
    return bool(source) and mount.kind == "bind" and not _ABSOLUTE.match(source or "")


def _fixes(launch: ContainerLaunch | LaunchFragment, option: Option, mount: MountPoint) -> Iterator[Fix]:
    """``"$PWD/notebooks:/tf/notebooks"``: in quotes, because a folder's name may hold blanks."""
    word, source = option.word, mount.source or ""
    text = launch.region.text
    if word is None or word.value is None or mount.source_span is None or mount.source_span.of(text) != source:
        return
    path = source.removeprefix("./").removeprefix(".") if not source.startswith("..") else source
    absolute = f"$PWD/{path}".rstrip("/") if path else "$PWD"
    target = word.value[len(source) :]
    written = word.inner.of(text)
    if written != word.value:
        return
    if _is_quoted_by(text, word.inner, '"'):
        yield replace(mount.source_span, absolute, path=absolute)
    elif _is_quoted_by(text, word.inner, "'"):
        whole = Span(word.inner.start - 1, word.inner.end + 1)
        yield replace(whole, f'"{absolute}{target}"', path=absolute)
    else:
        yield replace(word.inner, f'"{absolute}{target}"', path=absolute)


def _is_quoted_by(text: str, inner: Span, mark: str) -> bool:
    return text[inner.start - 1 : inner.start] == mark and text[inner.end : inner.end + 1] == mark
