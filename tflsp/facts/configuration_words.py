"""Words from the values of configuration files, with the variables that each format interpolates.

Compose: ``${NAME:-default}`` and ``$$`` (compose-spec, "Interpolation"). Kubernetes: ``$(NAME)``, ``$$`` in commands.
devcontainer.json: ``${localEnv:NAME:default}`` and the like (containers.dev, "Variables in devcontainer.json").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.documents.nodes import ScalarNode
from tflsp.documents.words import UNKNOWN, Piece, Word, merge
from tflsp.text import Span
from tflsp.text.patterns import pattern

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_COMPOSE = pattern(rf"\$(?:(?P<dollar>\$)|(?P<plain>{_NAME})|\{{(?P<name>{_NAME})(?P<operator>:?[-?+])?|(?P<odd>\{{))")
_KUBERNETES = pattern(rf"\$(?:(?P<dollar>\$)|\((?P<name>{_NAME})\))")
_DEVCONTAINER = pattern(r"\$\{(?:localEnv|containerEnv|env):(?P<name>[^:}]*)(?::(?P<default>[^}]*))?\}|\$\{[^}]*\}")
_MAX_NESTING = 20


class Part(NamedTuple):
    """A part of a value: taken as it stands, or (``text``) standing for something else."""

    start: int
    end: int
    text: str | None = None


Interpolation = Callable[[str, dict[str, str]], Iterator[Part]]


def compose_parts(value: str, used: dict[str, str]) -> Iterator[Part]:
    """A value as compose interpolates it without knowing the environment: defaults count, the rest is unknown."""
    yield from _compose_parts(value, 0, len(value), used, 0)


def _compose_parts(value: str, start: int, end: int, used: dict[str, str], depth: int) -> Iterator[Part]:
    at = start
    for found in _COMPOSE.finditer(value, start, end):
        if found.start() < at:
            continue
        yield Part(at, found.start())
        at = found.end()
        if found["dollar"]:
            yield Part(found.start(), at, "$")
        elif found["plain"]:
            yield Part(found.start(), at, UNKNOWN)
        else:
            close = _closing_brace(value, at, end)
            at = min(close + 1, end)
            if found["operator"] in (":-", "-") and depth < _MAX_NESTING:
                used[found["name"]] = value[found.end() : close]
                yield from _compose_parts(value, found.end(), close, used, depth + 1)
            else:
                yield Part(found.start(), at, UNKNOWN)
    yield Part(at, end)


def _closing_brace(value: str, start: int, end: int) -> int:
    depth = 1
    for at in range(start, end):
        if value[at] == "{":
            depth += 1
        elif value[at] == "}":
            depth -= 1
            if depth == 0:
                return at
    return end


def kubernetes_parts(value: str, used: dict[str, str]) -> Iterator[Part]:
    """A command or argument of a Kubernetes container."""
    at = 0
    for found in _KUBERNETES.finditer(value):
        yield Part(at, found.start())
        at = found.end()
        yield Part(found.start(), at, "$" if found["dollar"] else UNKNOWN)
    yield Part(at, len(value))


def devcontainer_parts(value: str, used: dict[str, str]) -> Iterator[Part]:
    """A value of devcontainer.json; a default of ``localEnv`` counts."""
    at = 0
    for found in _DEVCONTAINER.finditer(value):
        yield Part(at, found.start())
        at = found.end()
        if found["default"] is None:
            yield Part(found.start(), at, UNKNOWN)
        else:
            used[found["name"]] = found["default"]
            yield Part(*found.span("default"))
    yield Part(at, len(value))


def verbatim_parts(value: str, used: dict[str, str]) -> Iterator[Part]:
    """A value in which nothing is interpolated."""
    yield Part(0, len(value))


@dataclass(frozen=True, slots=True)
class ScalarWords:
    """Makes words of the scalars of one text."""

    text: str
    interpolation: Interpolation = verbatim_parts

    def word(self, scalar: ScalarNode) -> Word:
        """The word that a scalar is."""
        used: dict[str, str] = {}
        pieces = _pieces(scalar, list(self.interpolation(scalar.value, used)))
        return self._made(scalar, scalar.span, scalar.inner, pieces, used)

    def split(self, scalar: ScalarNode) -> Iterator[Word]:
        """The words of a scalar that is a command line, split as a shell would, but with nothing else of a shell's."""
        value = scalar.value
        used: dict[str, str] = {}
        parts: list[Part] = []
        start, quote = -1, ""
        for at, part in _characters(value, self.interpolation(value, used)):
            char = value[at] if part.text is None else ""
            if not quote and char.isspace():
                if start >= 0:
                    yield self._split_word(scalar, Span(start, at), parts, used)
                start, parts = -1, []
                continue
            start = at if start < 0 else start
            if char and char in (quote or "\"'"):
                quote = "" if quote else char
            else:
                parts.append(part)
        if start >= 0:
            yield self._split_word(scalar, Span(start, len(value)), parts, used)

    def _split_word(self, scalar: ScalarNode, within: Span, parts: list[Part], used: dict[str, str]) -> Word:
        span = scalar.place(within)
        text = within.of(scalar.value)
        quoted = len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]
        inner = scalar.place(Span(within.start + 1, within.end - 1)) if quoted else span
        return self._made(scalar, span, inner, _pieces(scalar, parts), used)

    def _made(self, scalar: ScalarNode, span: Span, inner: Span, pieces: list[Piece], used: dict[str, str]) -> Word:
        text = "".join(piece.text for piece in pieces)
        value = None if UNKNOWN in text else text
        verbatim = not pieces or (len(pieces) == 1 and pieces[0].verbatim and pieces[0].start == inner.start)
        kept = () if value is not None and verbatim and len(text) == len(inner) else tuple(pieces)
        return Word(value, span.of(self.text), span, inner, kept, tuple(used.items()), scalar.quoted)


def _characters(value: str, parts: Iterator[Part]) -> Iterator[tuple[int, Part]]:
    """Each character as a part of its own, escapes and interpolations as one."""
    for part in parts:
        at = part.start
        if part.text is not None:
            yield at, part
            at = part.end
        while at < part.end:
            if value[at] == "\\" and at + 1 < part.end and value[at + 1] not in "\r\n":
                yield at, Part(at, at + 2, value[at + 1])
                at += 2
            else:
                yield at, Part(at, at + 1)
                at += 1


def _pieces(scalar: ScalarNode, parts: list[Part]) -> list[Piece]:
    """The parts with their places in the source."""
    pieces: list[Piece] = []
    for part in parts:
        if part.text is not None:
            place = scalar.place(Span(part.start, part.end))
            pieces.append(Piece(part.text, place.start, len(place)))
            continue
        at = 0
        if not scalar.segments:
            text = scalar.value[part.start : part.end]
            pieces.append(Piece(text, scalar.inner.start + part.start, len(text)))
        for segment in scalar.segments:
            low, high = max(part.start, at), min(part.end, at + segment.inner)
            if low < high and segment.inner == segment.outer:
                pieces.append(Piece(scalar.value[low:high], segment.start + low - at, high - low))
            elif low < high:
                pieces.append(Piece(scalar.value[low:high], segment.start, segment.outer))
            at += segment.inner
    return merge(pieces)
