"""Where an entry goes: before the next heading of its level, behind the cell with the cursor, or where it belongs.

Without a cursor a goal goes to the top, steps and errors to the end (before a conclusion that stands there), a
conclusion to the very end. In Markdown an entry reaches to the next heading: a goal above code without one brings it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import Mark, headings, marks
from tflsp.text import Span
from tflsp.text.patterns import pattern

_EMPTY_LINES = pattern(r"(?:[ \t]*(?:\r\n|\n|\r))*")
# A title with a line below it, of which headings know only those that begin entries.
_UNDERLINED = pattern(r"\s*\S[^\r\n]*(?:\r\n|\n|\r)={3,}[ \t]*(?=[\r\n]|\Z)")


def place_in_markdown(text: str, journal: Journal, kind: Kind, level: int, cursor: int | None) -> int:
    """The offset, at a line's beginning or the text's end, where an entry goes."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else (1 if text.startswith("\ufeff") else 0)
    if cursor is not None:
        return _next_border(text, start, journal, level, max(cursor, start))
    if kind is Kind.GOAL:
        title = _title(text, start)
        return _next_border(text, start, journal, level, title.start if title else start - 1)
    last = closing(journal, kind)
    return last.span.start if last is not None else len(text)


def above_code(text: str, journal: Journal) -> int | None:
    """The offset of what stands below the title of a text that has code, and neither entries nor further headings.

    None for any other text. A goal there is to be parted from the code by a heading.
    """
    front = FRONT_MATTER.match(text)
    start = front.end() if front else (1 if text.startswith("\ufeff") else 0)
    found = headings(text, start)
    title = _title(text, start)
    if journal.entries or any(mark.level and mark != title for mark in found):
        return None
    if not any(text[mark.start] in "`~" for mark in found):
        return None
    end = title.end if title else start
    if title is None and (underlined := _UNDERLINED.match(text, start)):
        end = underlined.end()
    line = _EMPTY_LINES.match(text, end)
    return line.end() if line else end


def _title(text: str, start: int) -> Mark | None:
    """The heading of the first level that a text begins with behind ``start``."""
    first = next((mark for mark in headings(text, start) if mark.level), None)
    return first if first is not None and first.level == 1 and not text[start : first.start].strip() else None


def place_among_cells(
    cells: Sequence[Span], texts: Sequence[str], journal: Journal, kind: Kind, cursor: int | None
) -> int:
    """The number that the entry's cell gets; ``cells`` are their places, ``texts`` the texts of Markdown cells."""
    if cursor is not None:
        return bisect_right(cells, cursor, key=lambda cell: cell.start)
    if kind is Kind.GOAL:
        return 1 if texts and is_title(texts[0]) else 0
    last = closing(journal, kind)
    if last is None:
        return len(cells)
    return next(number for number, cell in enumerate(cells) if last.span.start < cell.end)


def _next_border(text: str, start: int, journal: Journal, level: int, offset: int) -> int:
    """The next heading behind ``offset`` that an entry of this level ends at, and that lies in no entry."""
    entries = journal.entries
    # Headings are told from an entry on as they are from the start: what stands before it is of no interest.
    after = bisect_right(entries, offset, key=_start)
    end = _start(entries[after]) if after < len(entries) else len(text)
    last = entries[after - 1].span if after else Span(start, offset)
    for mark in headings(text[:end], max(start, last.start)):
        if 0 < mark.level <= level and mark.start > max(offset, last.end):
            return mark.start
    return end


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
