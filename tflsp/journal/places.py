"""Where an entry goes: before the next heading of its level, behind the cell with the cursor, or where it belongs.

Without a cursor a goal goes to the top, steps and errors to the end (before a conclusion that stands there), a
conclusion to the very end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import headings, marks
from tflsp.text import Span


def place_in_markdown(text: str, journal: Journal, kind: Kind, level: int, cursor: int | None) -> int:
    """The offset, at a line's beginning or the text's end, where an entry goes."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else (1 if text.startswith("\ufeff") else 0)
    if cursor is not None:
        return _next_border(text, start, journal, level, max(cursor, start))
    if kind is Kind.GOAL:
        title = next((mark for mark in marks(text, start) if mark.level), None)
        is_title = title is not None and title.level == 1 and not text[start : title.start].strip()
        return _next_border(text, start, journal, level, title.start if title and is_title else start - 1)
    last = closing(journal, kind)
    return last.span.start if last is not None else len(text)


def place_among_cells(
    cells: Sequence[Span], texts: Sequence[str], journal: Journal, kind: Kind, cursor: int | None
) -> int:
    """The number that the entry's cell gets; ``cells`` are their places, ``texts`` the texts of Markdown cells."""
    if cursor is not None:
        return next((number for number, cell in enumerate(cells) if cursor < cell.start), len(cells))
    if kind is Kind.GOAL:
        return 1 if texts and is_title(texts[0]) else 0
    last = closing(journal, kind)
    if last is None:
        return len(cells)
    return next(number for number, cell in enumerate(cells) if last.span.start < cell.end)


def _next_border(text: str, start: int, journal: Journal, level: int, offset: int) -> int:
    """The next heading behind ``offset`` that an entry of this level ends at, and that lies in no entry."""
    entries = journal.entries
    for mark in headings(text, start):
        if mark.start <= offset or not mark.level:
            continue
        number = bisect_left(entries, mark.start, key=_start)
        if number < len(entries) and _start(entries[number]) == mark.start:
            return mark.start
        if mark.level <= level and (not number or entries[number - 1].span.end < mark.start):
            return mark.start
    return len(text)


def _start(entry: JournalEntry) -> int:
    return entry.span.start


def closing(journal: Journal, kind: Kind) -> JournalEntry | None:
    """The conclusion that the journal ends with, where something goes before it."""
    last = journal.entries[-1] if journal.entries else None
    if last is None or last.kind is not Kind.CONCLUSION or kind is Kind.CONCLUSION:
        return None
    following = last.stretch.text[last.inner.end :].strip()
    return last if not following and last.stretch is journal.stretches[-1] else None


def is_title(text: str) -> bool:
    """Whether a Markdown cell begins a document: a heading of the first level."""
    first = next(marks(text), None)
    return first is not None and first.level == 1 and not text[: first.start].strip()
