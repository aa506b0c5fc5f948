"""The entries of one Markdown text: each reaches to the next, or to a heading that is not below its own.

Pure. What is read does not tell where it stands, so that edits before it leave it as it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import BOLD_LEVEL, Mark, headings
from tflsp.facts.journal_resumed import Marked, resumed
from tflsp.facts.journal_words import Heading, field_heading, heading

# What a cell may have (code points) for its entries to be kept.
_SHORT = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """An entry, as its text alone tells it. ``level`` is 7 for a line in bold; behind ``below`` its body begins.

    The same one as long as its text stays as it is: what was made of it can be kept by it.
    """

    head: Heading
    level: int
    text: str
    below: int


class Entries(NamedTuple):
    """The entries of a text, and where each begins."""

    written: Sequence[Written]
    starts: Sequence[int]


class Known(NamedTuple):
    """A text with what was read of it."""

    marked: Marked
    entries: Entries


def entries_in(text: str) -> Entries:
    """The entries of a text; those of a short one are kept."""
    # Cells are short, and are the same ones after each key.
    return _entries_of_cell(text) if len(text) <= _SHORT else _entries(text, headings(text))


def entries_after(before: Known | None, text: str) -> Known:
    """A text with its entries, by what is known of one that is much the same: what has not changed is not read."""
    if before is None:
        marks = headings(text)
        return Known(Marked(text, marks), _entries(text, marks))
    again = resumed(before.marked, text)
    old, marks = before.entries, again.marks
    # The last entry whose heading is as it was is read again: where it ends may have changed.
    same = bisect_right(old.starts, marks[again.same - 1].start) if again.same else 0
    kept = max(same - 1, 0)
    first = bisect_left(marks, old.starts[kept], key=_start) if same else 0
    read = _read(text, marks, first, _Behind(old.starts, again.border, again.by))
    written, starts = [*old.written[:kept], *read.written], [*old.starts[:kept], *read.starts]
    if read.follows is not None:
        written += old.written[read.follows :]
        starts += [start + again.by for start in old.starts[read.follows :]]
    return Known(Marked(text, marks), Entries(written, starts))


class _Behind(NamedTuple):
    """Where entries began in a text whose end from ``border`` on stood ``by`` places further to the front."""

    starts: Sequence[int]
    border: int
    by: int

    def number(self, start: int) -> int | None:
        """The number of the entry that began where now ``start`` is; None where none did, or it may be another."""
        if start < self.border:
            return None
        number = bisect_left(self.starts, start - self.by)
        return number if self.starts[number : number + 1] == [start - self.by] else None


class _Read(NamedTuple):
    """Entries, and the number of the known one that follows them, with all behind it; None where they are all."""

    written: Sequence[Written]
    starts: Sequence[int]
    follows: int | None


@lru_cache(maxsize=16_384)
def _entries_of_cell(text: str) -> Entries:
    return _entries(text, headings(text))


def _entries(text: str, marks: Sequence[Mark]) -> Entries:
    read = _read(text, marks, 0, _Behind((), len(text) + 1, 0))
    return Entries(read.written, read.starts)


def _read(text: str, marks: Sequence[Mark], first: int, behind: _Behind) -> _Read:
    """The entries from a mark on, at which none is open, up to a known one."""
    written: list[Written] = []
    starts: list[int] = []
    open_: tuple[Mark, Heading] | None = None
    for number in range(first, len(marks)):
        mark = marks[number]
        if not mark.level:
            continue
        begun = heading(mark.title)
        if open_ is not None:
            at, head = open_
            if mark.level == BOLD_LEVEL > at.level and begun is not None and is_remark(begun, head):
                continue
            if mark.level > at.level and (begun is None or is_field(mark.title, begun, head)):
                continue
            written.append(_written(text, at, head, mark.start))
            starts.append(at.start)
        open_ = (mark, begun) if begun is not None else None
        if open_ is not None and (follows := behind.number(mark.start)) is not None:
            return _Read(written, starts, follows)
    if open_ is not None:
        written.append(_written(text, *open_, len(text)))
        starts.append(open_[0].start)
    return _Read(written, starts, None)


def is_field(title: str, begun: Heading, head: Heading) -> bool:
    """Whether a heading below an entry's is a field of it, though it could begin an entry."""
    return (
        begun.kind is Kind.RESULT
        and head.kind in (Kind.STEP, Kind.ERROR)
        and field_heading(title, head.kind) is not None
    )


def is_remark(begun: Heading, head: Heading) -> bool:
    """Whether a line in bold within a step or an error stands over a part of it: its goal, its conclusion."""
    return begun.kind in (Kind.GOAL, Kind.CONCLUSION) and head.kind in (Kind.STEP, Kind.ERROR)


def _written(text: str, mark: Mark, head: Heading, end: int) -> Written:
    return Written(head, mark.level, text[mark.start : end].rstrip(), mark.end - mark.start)


def _start(mark: Mark) -> int:
    return mark.start
