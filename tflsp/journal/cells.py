"""Planning a new cell of a notebook that an editor holds: which cell it stands behind, and what it says.

The editor inserts it; a text edit cannot. Knows nothing of how the editor is told.
"""

from __future__ import annotations

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal import Journal
from tflsp.facts.journal_entries import Entry, Kind
from tflsp.journal.entries import kind_of
from tflsp.journal.places import closing, is_title
from tflsp.journal.reading import journal_of
from tflsp.journal.snippets import with_stops
from tflsp.journal.templates import NO_OVERRIDES, Overrides
from tflsp.journal.writing import written


@dataclass(frozen=True, slots=True)
class NewCell:
    """An entry as the source of a Markdown cell, which stands behind cell ``after`` (from 0; -1: at the top).

    ``marked`` is the text with stops, see `tflsp.journal.snippets`.
    """

    entry: Entry
    language: str
    text: str
    marked: str
    after: int


def plan_cell(
    document: Document,
    entry: Entry,
    *,
    after: int | None = None,
    language: str = "en",
    overrides: Overrides = NO_OVERRIDES,
) -> NewCell:
    """The cell that an entry becomes in a notebook of one part per cell; without ``after`` where it belongs.

    Raises NotInserted and TemplateError.
    """
    journal = journal_of(document)
    entry, language, text = written(journal, entry, language, overrides)
    kind = kind_of(entry)
    text = text.rstrip("\n")
    place = _place(document, journal, kind) if after is None else min(after, len(document.parts) - 1)
    return NewCell(entry, language, text, with_stops(text, kind), place)


def _place(document: Document, journal: Journal, kind: Kind) -> int:
    if kind is Kind.GOAL:
        first = journal.stretches[0] if journal.stretches else None
        return 0 if first is not None and first.part == 0 and is_title(first.text) else -1
    last = closing(journal, kind)
    return len(document.parts) - 1 if last is None else last.stretch.part - 1
