"""Line starts of a text and positions in the three encodings that LSP negotiates.

Only \\n, \\r\\n and \\r end a line (LSP 3.17, "Text Documents"); ``str.splitlines`` knows more and is not used.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from itertools import accumulate, takewhile
from typing import NamedTuple

from tflsp.text.patterns import pattern
from tflsp.text.spans import Span

_SURROGATE = pattern("[\ud800-\udfff]")
_LINE_END = pattern(r"\r\n|\n|\r")


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
    """Where the lines of one immutable text begin.

    The starts from line ``_pivot`` on are kept without the ``_by`` that edits before them moved them by, so that typing
    at one place costs nothing per line.
    """

    __slots__ = ("_by", "_pivot", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = _line_starts(text)
        self._pivot, self._by = len(self._starts), 0

    @property
    def starts(self) -> list[int]:
        """The offsets at which lines begin."""
        if not self._by:
            return self._starts
        return [*self._starts[: self._pivot], *(start + self._by for start in self._starts[self._pivot :])]

    def edited(self, text: str, span: Span, inserted: int) -> LineIndex:
        """The index of ``text``, which is this one's with ``span`` replaced by ``inserted`` code points.

        Whether a line starts at an offset depends on the two characters around it, so only the starts from the edit's
        first to its last place are looked for anew.
        """
        first, last = span.start, span.start + inserted
        low = self._count_up_to(first - 1) or 1  # starts below stay; the text's own start always does
        high = max(self._count_up_to(span.end), low)
        found = (end.end() for end in _LINE_END.finditer(text, max(first - 1, 0), last + 1))
        new = [start for start in found if max(first, 1) <= start <= last]
        after = LineIndex.__new__(LineIndex)
        after.text = text
        after._by = self._by + inserted - len(span)
        if high == self._pivot and low + len(new) == high:
            # As many lines as before, and what follows begins where it began to move before.
            after._starts, after._pivot = self._starts, self._pivot
            if new != self._starts[low:high]:
                after._starts = [*self._starts[:low], *new, *self._starts[high:]]
            return after
        starts = self.starts
        after._starts = [*starts[:low], *new, *starts[high:]]
        after._pivot, after._by = low + len(new), inserted - len(span)
        return after

    @property
    def line_count(self) -> int:
        return len(self._starts)

    def line_of(self, offset: int) -> int:
        """The 0-based line in which a code point offset stands."""
        return self._count_up_to(offset) - 1

    def line_at(self, offset: int) -> int | None:
        """The 0-based line that begins at a code point offset, if one does."""
        line = self._count_up_to(offset) - 1
        return line if line >= 0 and self._start(line) == offset else None

    def begins(self, line: int, offset: int) -> bool:
        """Whether a line is there and begins at an offset: to see whether something still stands where it stood."""
        return 0 <= line < len(self._starts) and self._start(line) == offset

    def line_span(self, line: int, *, with_end: bool = False) -> Span:
        """A line's span, without its line end unless asked for; beyond the last line: the end of the text."""
        if line >= len(self._starts):
            return Span(len(self.text), len(self.text))
        start = self._start(line)
        end = self._start(line + 1) if line + 1 < len(self._starts) else len(self.text)
        return Span(start, end if with_end else self._content_end(start, end))

    def line_text(self, line: int) -> str:
        return self.line_span(line).of(self.text)

    def lines(self) -> Iterator[Span]:
        return (self.line_span(line) for line in range(len(self._starts)))

    def position(self, offset: int, encoding: Encoding = Encoding.UTF32) -> Position:
        """The position of a code point offset; offsets outside of the text, or inside of a line end, are clamped."""
        offset = min(max(offset, 0), len(self.text))
        if self.text[max(offset - 1, 0) : offset + 1] == "\r\n":
            offset -= 1
        line = self.line_of(offset)
        return Position(line, units(self.text[self._start(line) : offset], encoding))

    def offset(self, position: Position, encoding: Encoding = Encoding.UTF32) -> int:
        """The code point offset of a position.

        A character beyond the end of its line means the line's end, a line beyond the last the end of the text, and a
        character inside of a code point its start (LSP 3.17, "Position").
        """
        line, character = position
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self.text)
        span = self.line_span(line)
        if encoding is Encoding.UTF32 or character <= 0:
            return min(span.start + max(character, 0), span.end)
        return span.start + _code_points(span.of(self.text), character, encoding)

    def _start(self, line: int) -> int:
        return self._starts[line] + (self._by if line >= self._pivot else 0)

    def _count_up_to(self, offset: int) -> int:
        """How many lines begin at or before an offset."""
        before = bisect_right(self._starts, offset, 0, self._pivot)
        if before < self._pivot or self._pivot == len(self._starts):
            return before
        return bisect_right(self._starts, offset - self._by, self._pivot)

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
