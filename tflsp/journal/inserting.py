"""Planning an insertion: what an entry says here, where it goes, and the one edit that puts it there.

The edit is tried before it is given: all other entries must read as before, and the new one as what it is. Steps are
never numbered anew. What is there already is not inserted twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import open_text
from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry, read_journal
from tflsp.facts.journal_entries import Entry, Kind
from tflsp.facts.journal_lines import marks
from tflsp.journal.entries import kind_of
from tflsp.journal.markdown import insertion
from tflsp.journal.notebook import NoCellHere, cells_of, inserted_text, notebook_insertion
from tflsp.journal.percent import cells, percent_insertion
from tflsp.journal.places import place_among_cells, place_in_markdown
from tflsp.journal.reading import journal_of
from tflsp.journal.snippets import with_stops
from tflsp.journal.templates import NO_OVERRIDES, Overrides
from tflsp.journal.writing import NotInserted, written
from tflsp.text import TextEdit, apply_edits
from tflsp.text.patterns import pattern

_JUPYTEXT = pattern(r"^(?:jupyter|jupytext):|^[ \t]+jupytext:", re.MULTILINE)
# From the text of an entry to the edit that inserts it.
_Write = Callable[[str], TextEdit]


@dataclass(frozen=True, slots=True)
class Insertion:
    """An entry to be inserted: as numbered, as text, in the document's language, and the edit that does it.

    ``marked`` is the same edit with tab stops, see `tflsp.journal.snippets`; without any where none can stand.
    """

    entry: Entry
    language: str
    text: str
    edit: TextEdit
    marked: TextEdit


def plan_insertion(
    document: Document,
    entry: Entry,
    *,
    language: str = "en",
    cursor: int | None = None,
    overrides: Overrides = NO_OVERRIDES,
) -> Insertion:
    """The edit that inserts an entry into a document of one text (Markdown, raw notebook, percent script).

    ``language`` is that of a document which has none yet; ``cursor`` an offset in the text. Raises NotInserted, and
    TemplateError for a template that cannot be used.
    """
    if document.kind not in ("markdown", "notebook", "percent") or len(document.parts) != 1:
        raise NotInserted(f"an entry goes into Markdown, a notebook or a percent script; this is {document.kind}")
    journal = journal_of(document)
    entry, language, text = written(journal, entry, language, overrides)
    kind = kind_of(entry)
    if document.kind == "notebook":
        edit = _cell(document, journal, kind, text, cursor)
        return Insertion(entry, language, text, edit, edit)
    write = _writer(document, journal, kind, text, cursor)
    edit = write(text)
    _try(document, journal, text, edit)
    return Insertion(entry, language, text, edit, write(with_stops(text, kind)))


def plan_in_cell(
    document: Document, part: int, entry: Entry, *, language: str = "en", overrides: Overrides = NO_OVERRIDES
) -> Insertion:
    """The edit that puts an entry at the end of a Markdown cell of a notebook whose cells an editor syncs.

    A text edit cannot make a new cell. Numbers and what is there already are those of the whole notebook. Raises
    NotInserted and TemplateError.
    """
    journal = journal_of(document)
    if all(stretch.part != part for stretch in journal.stretches) and document.parts[part].text.strip():
        raise NotInserted("an entry goes into a Markdown cell; this is another")
    entry, language, text = written(journal, entry, language, overrides)
    cell = open_text("", document.parts[part].text, "markdown")

    def write(entry: str) -> TextEdit:
        edit = insertion(cell.text, len(cell.text), entry)
        return TextEdit(edit.span, edit.new_text.rstrip("\r\n"))

    edit = write(text)
    _try(cell, read_journal(cell), text, edit)
    return Insertion(entry, language, text, edit, write(with_stops(text, kind_of(entry))))


def _writer(document: Document, journal: Journal, kind: Kind, entry: str, cursor: int | None) -> _Write:
    """What makes the edit, of the entry's text with or without stops: the place is the same."""
    text = document.text
    if document.kind == "percent":
        spans = cells(text)
        number = place_among_cells(spans, _first_text(document, kind), journal, kind, cursor)
        start = spans[number].start if number < len(spans) else len(text)
        return lambda entry: percent_insertion(text, start, entry)
    level = next((mark.level for mark in marks(entry) if mark.level), 6)
    place = place_in_markdown(text, journal, kind, level, cursor)
    front = FRONT_MATTER.match(text)
    # In a notebook that is written as Markdown two empty lines part cells.
    apart = 2 if front and _JUPYTEXT.search(front.group()) else 1
    return lambda entry: insertion(text, place, entry, blank_lines=apart)


def _cell(document: Document, journal: Journal, kind: Kind, entry: str, cursor: int | None) -> TextEdit:
    """A new cell of a raw notebook. Tried by reading the cell alone: cells are read one by one. Raises NotInserted."""
    try:
        notebook = cells_of(document)
        spans = [cell.span for cell in notebook.cells]
        number = place_among_cells(spans, _first_text(document, kind), journal, kind, cursor)
        edit = notebook_insertion(document.text, notebook, number, entry)
    except NoCellHere as error:
        raise NotInserted(str(error)) from error
    if inserted_text(edit) != entry.rstrip("\n"):
        raise NotInserted("the cell could not be written into this notebook")
    return edit


def _first_text(document: Document, kind: Kind) -> list[str]:
    """The text of the first cell, where that is a Markdown cell, and a goal asks for it."""
    if kind is not Kind.GOAL:
        return []
    outline = document.outline
    first = outline.cells[0] if outline is not None and outline.cells else None
    return [first.text] if first is not None and first.kind == "markdown" else []


def _try(document: Document, journal: Journal, text: str, edit: TextEdit) -> None:
    """Insert, and read again. Raises NotInserted where the entry would not be one, or another would change.

    Of Markdown only what follows the last entry before the place is read: what stands before that stays as it is.
    """
    part, start, entries = document.parts[0], 0, journal.entries
    if document.kind == "markdown":
        first = max(bisect_left(entries, edit.span.start, key=lambda entry: entry.span.start) - 1, 0)
        entries = entries[first:]
        start = entries[0].span.start if first else 0
    new_text = apply_edits(document.text, [edit])[start:]
    new = Document(document.kind, document.name, (Part(part.identifier, new_text, part.chunker),))
    found, before = _texts(read_journal(new).entries), _texts(entries)
    wanted = _texts(read_journal(open_text("", text, "markdown")).entries)
    at = next((number for number, each in enumerate(found) if before[number : number + 1] != [each]), len(found))
    if found[:at] + found[at + len(wanted) :] != before or found[at : at + len(wanted)] != wanted:
        raise NotInserted("the entry cannot stand here: the text around it (an open fence or comment?) would change it")


def _texts(entries: Sequence[JournalEntry]) -> list[str]:
    return [entry.text.replace("\r\n", "\n") for entry in entries]
