"""Line starts of a text and positions in the three encodings that LSP negotiates.

Only \\n, \\r\\n and \\r end a line (LSP 3.17, "Text Documents"); ``str.splitlines`` knows more and is not used.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from enum import StrEnum
from itertools import accumulate, takewhile
from typing import NamedTuple

from tflsp.text.spans import Span

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\n|\r")


class Encoding(StrEnum):
    """What a position's character counts: bytes, 16-bit units or code points of its line."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class Position(NamedTuple):
    """A 0-based line and a 0-based character in the units of some encoding."""

    line: int
    character: int


class LineIndex:
    """Where the lines of one immutable text begin."""

    __slots__ = ("starts", "text")

    def __init__(self, text: str, starts: list[int] | None = None) -> None:
        self.text = text
        self.starts = _line_starts(text) if starts is None else starts

    def edited(self, text: str, span: Span, inserted: int) -> LineIndex:
        """The index of ``text``, which is this one's with ``span`` replaced by ``inserted`` code points.

        Whether a line starts at an offset depends on the two characters around it, so only the starts from the edit's
        first to its last place are looked for anew.
        """
        starts, first, last = self.starts, span.start, span.start + inserted
        by = inserted - len(span)
        known = starts[: bisect_left(starts, first)] or [0]
        found = (end.end() for end in _LINE_END.finditer(text, max(first - 1, 0), last + 1))
        new = [start for start in found if max(first, 1) <= start <= last]
        after = starts[bisect_left(starts, span.end + 1) :]
        return LineIndex(text, [*known, *new, *([start + by for start in after] if by else after)])

    @property
    def line_count(self) -> int:
        return len(self.starts)

    def line_of(self, offset: int) -> int:
        """The 0-based line in which a code point offset stands."""
        return bisect_right(self.starts, offset) - 1

    def line_span(self, line: int, *, with_end: bool = False) -> Span:
        """A line's span, without its line end unless asked for; beyond the last line: the end of the text."""
        if line >= len(self.starts):
            return Span(len(self.text), len(self.text))
        start = self.starts[line]
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        return Span(start, end if with_end else self._content_end(start, end))

    def line_text(self, line: int) -> str:
        return self.line_span(line).of(self.text)

    def lines(self) -> Iterator[Span]:
        return (self.line_span(line) for line in range(len(self.starts)))

    def position(self, offset: int, encoding: Encoding = Encoding.UTF32) -> Position:
        """The position of a code point offset; offsets outside of the text, or inside of a line end, are clamped."""
        offset = min(max(offset, 0), len(self.text))
        if self.text[max(offset - 1, 0) : offset + 1] == "\r\n":
            offset -= 1
        line = self.line_of(offset)
        return Position(line, units(self.text[self.starts[line] : offset], encoding))

    def offset(self, position: Position, encoding: Encoding = Encoding.UTF32) -> int:
        """The code point offset of a position.

        A character beyond the end of its line means the line's end, a line beyond the last the end of the text, and a
        character inside of a code point its start (LSP 3.17, "Position").
        """
        line, character = position
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        span = self.line_span(line)
        if encoding is Encoding.UTF32 or character <= 0:
            return min(span.start + max(character, 0), span.end)
        return span.start + _code_points(span.of(self.text), character, encoding)

    def _content_end(self, start: int, end: int) -> int:
        if end > start and self.text[end - 1] in "\r\n":
            return end - 2 if end - 2 >= start and self.text[end - 2 : end] == "\r\n" else end - 1
        return end


def units(text: str, encoding: Encoding) -> int:
    """How many units of ``encoding`` a text has; a lone surrogate counts as one code point of its own."""
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text.encode("utf-8", "surrogatepass"))


def _code_points(line: str, character: int, encoding: Encoding) -> int:
    """How many code points of a line lie before a character; of one inside of a code point, those before that one."""
    if line.isascii():
        return min(character, len(line))
    if encoding is Encoding.UTF8:
        data = line.encode("utf-8", "surrogatepass")
        while character < len(data) and data[character] & 0xC0 == 0x80:
            character -= 1
        return len(data[:character].decode("utf-8", "surrogatepass"))
    if _SURROGATE.search(line):
        # Two lone halves side by side would be read as a pair.
        ends = accumulate(1 + (char > "\uffff") for char in line)
        return sum(1 for _ in takewhile(lambda end: end <= character, ends))
    head = line.encode("utf-16-le")[: 2 * character].decode("utf-16-le", "surrogatepass")
    # Half of a pair at the end is no code point yet.
    return len(head) - (head != "" and head[-1] != line[len(head) - 1])


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        # Same length, one kind of line end: offsets stay true.
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    lengths = [len(line) + 1 for line in text.split("\n")]
    lengths.pop()
    return list(accumulate(lengths, initial=0))
