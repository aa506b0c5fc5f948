"""YAML scalars: folding, escapes, block indentation, and the map from what they mean to how they are written.

After YAML 1.2.2, chapters 7.3 (flow scalars) and 8.1 (block scalars).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.nodes import ScalarNode
from tflsp.documents.quoting import YamlSingle
from tflsp.text import VERBATIM, Codec, JsonString, Prefixed, Span
from tflsp.text.maps import Segment
from tflsp.text.patterns import pattern

# A line break in a flow scalar, with the blanks around it and the empty lines after it.
_FOLD = pattern(r"[ \t]*(?P<breaks>(?:\r\n|\n|\r)(?:[ \t]*(?:\r\n|\n|\r))*)[ \t]*")
_LINE_END = pattern(r"\r\n|\n|\r")
_DOUBLE = pattern(
    r"\\(?:(?P<break>(?:\r\n|\n|\r)[ \t]*)|x(?P<x>[0-9A-Fa-f]{2})|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})"
    r"|(?P<one>[^\r\n]))|" + _FOLD.pattern
)
_SINGLE = pattern(r"(?P<quote>'')|" + _FOLD.pattern)
_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b",
    "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_BLANK_LINES = pattern(r"(?:[ \t]*(?:\r\n|\n|\r))*")
_HEADER = pattern(r"(?P<style>[|>])(?P<flags>[-+1-9]{0,2})[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r|\Z)")


class _Pieces:
    """A value being put together, with where each piece came from."""

    def __init__(self) -> None:
        self.value: list[str] = []
        self.segments: list[Segment] = []

    def verbatim(self, text: str, start: int) -> None:
        if text:
            self.value.append(text)
            self.segments.append(Segment(len(text), start, len(text)))

    def written(self, value: str, start: int, length: int) -> None:
        """``value`` stands in the source as something else, ``length`` long."""
        if value or length:
            self.value.append(value)
            self.segments.append(Segment(len(value), start, length))

    def scalar(self, span: Span, inner: Span, quoted: bool, codec: Codec) -> ScalarNode:
        return ScalarNode("".join(self.value), span, inner, tuple(self.segments), quoted, codec)


def flow_scalar(text: str, span: Span) -> ScalarNode:
    """A plain, single-quoted or double-quoted scalar that stands at ``span`` of ``text``."""
    mark = text[span.start : span.start + 1]
    if mark not in ("'", '"'):
        return _decoded(text, span, span, _FOLD, False, VERBATIM)
    closed = len(span) > 1 and text[span.end - 1] == mark
    inner = Span(span.start + 1, span.end - 1 if closed else span.end)
    if mark == "'":
        return _decoded(text, span, inner, _SINGLE, True, YamlSingle())
    return _decoded(text, span, inner, _DOUBLE, True, JsonString())


def _decoded(text: str, span: Span, inner: Span, special: re.Pattern[str], quoted: bool, codec: Codec) -> ScalarNode:
    raw = inner.of(text)
    if not special.search(raw):
        return ScalarNode(raw, span, inner, (), quoted, codec)
    pieces, at = _Pieces(), 0
    for found in special.finditer(raw):
        pieces.verbatim(raw[at : found.start()], inner.start + at)
        pieces.written(_meaning(found.groupdict()), inner.start + found.start(), len(found.group()))
        at = found.end()
    pieces.verbatim(raw[at:], inner.start + at)
    return pieces.scalar(span, inner, quoted, codec)


def _meaning(found: dict[str, str | None]) -> str:
    if breaks := found.get("breaks"):
        return "\n" * (len(_LINE_END.findall(breaks)) - 1) or " "
    if found.get("quote"):
        return "'"
    if digits := found.get("x") or found.get("u") or found.get("U"):
        return chr(min(int(digits, 16), 0x10FFFF))
    if one := found.get("one"):
        return _ESCAPES.get(one, one)
    return ""


def block_scalar(text: str, span: Span, parent_indent: int) -> ScalarNode:
    """A literal or folded scalar. ``parent_indent`` is the column of the mapping or sequence that it is a value in."""
    header = _HEADER.match(text, span.start)
    if header is None:
        return ScalarNode("", span, Span(span.end, span.end), (), True)
    # tree-sitter-yaml ends the node with its last text; the line ends after it count too.
    trailing = _BLANK_LINES.match(text, span.end) if header.end() < span.end else None
    inner = Span(min(header.end(), span.end), trailing.end() if trailing else span.end)
    lines = list(_lines(text, inner))
    digits = [int(flag) for flag in header["flags"] if flag.isdigit()]
    indent = parent_indent + digits[0] if digits else min(_indents(text, lines), default=0)
    pieces = _Pieces()
    _fill(pieces, text, lines, indent, folded=header["style"] == ">")
    _chomp(pieces, header["flags"], inner.end)
    return pieces.scalar(span, inner, True, Prefixed(" " * indent))


def _lines(text: str, inner: Span) -> Iterator[tuple[Span, int]]:
    """Each line's span without its line end, and the length of that end (0 for the last one without)."""
    at = inner.start
    for end in _LINE_END.finditer(text, inner.start, inner.end):
        yield Span(at, end.start()), len(end.group())
        at = end.end()
    if at < inner.end:
        yield Span(at, inner.end), 0


def _indents(text: str, lines: list[tuple[Span, int]]) -> Iterator[int]:
    for span, _ in lines:
        line = span.of(text)
        if line.strip(" \t"):
            yield len(line) - len(line.lstrip(" "))


def _fill(pieces: _Pieces, text: str, lines: list[tuple[Span, int]], indent: int, *, folded: bool) -> None:
    kinds = [_kind(span.of(text)[indent:]) for span, _ in lines]
    for number, (span, end) in enumerate(lines):
        start = min(span.start + indent, span.end)
        pieces.verbatim(text[start : span.end], start)
        line_break = "\n"
        if folded and kinds[number] == "text":
            after = next((kind for kind in kinds[number + 1 :] if kind != "empty"), None)
            if after == "text":
                line_break = " " if kinds[number + 1] == "text" else ""
        pieces.written(line_break if end else "", span.end, end)


def _kind(line: str) -> str:
    """Only lines of text that begin right at the block's indentation are folded."""
    if not line.strip(" \t"):
        return "empty"
    return "indented" if line[0] in " \t" else "text"


def _chomp(pieces: _Pieces, flags: str, end: int) -> None:
    """Take off the line ends that the header does not keep."""
    if "+" in flags:
        return
    kept = 0 if "-" in flags else 1
    trailing = []
    while pieces.value and not pieces.value[-1].strip("\n"):
        trailing.append((pieces.value.pop(), pieces.segments.pop()))
    breaks = [(value, segment) for value, segment in reversed(trailing) if value]
    if pieces.value:
        for value, segment in breaks[:kept]:
            pieces.value.append(value)
            pieces.segments.append(segment)
