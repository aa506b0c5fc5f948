"""Planning an insertion: what an entry says here, where it goes, and the one edit that puts it there.

The edit is tried before it is given: all other entries must read as before, and the new one as what it is. Steps are
never numbered anew. What is there already is not inserted twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import LIMIT, open_text
from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry, read_journal
from tflsp.facts.journal_entries import DOCUMENTS, Entry, Kind
from tflsp.facts.journal_lines import marks
from tflsp.journal.entries import kind_of
from tflsp.journal.markdown import insertion
from tflsp.journal.notebook import NoCellHere, cells_of, inserted_text, notebook_insertion
from tflsp.journal.percent import cells, percent_insertion
from tflsp.journal.places import above_code, place_among_cells, place_in_markdown
from tflsp.journal.reading import journal_of
from tflsp.journal.snippets import with_stops
from tflsp.journal.templates import NO_OVERRIDES, Overrides
from tflsp.journal.writing import NotInserted, written
from tflsp.text import Span, TextEdit
from tflsp.text.lazy import Lazy
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
    if document.kind not in DOCUMENTS or len(document.parts) != 1:
        if document.kind == "python":
            raise NotInserted("no-cells-yet")
        raise NotInserted("no-journal", kind=document.kind)
    if len(document.text) > LIMIT:
        raise NotInserted("too-large-here", limit=LIMIT >> 20)
    journal = journal_of(document)
    entry, language, text = written(journal, entry, language, overrides)
    kind = kind_of(entry)
    if document.kind == "notebook":
        edit = _cell(document, journal, kind, text, cursor)
        return Insertion(entry, language, text, edit, edit)
    spans = cells(document.text) if document.kind == "percent" else []
    border = ""
    if kind is Kind.GOAL and cursor is None and document.kind == "markdown":
        border = _border(document, journal, text, language)
    write = _writer(document, journal, kind, text, cursor, spans, border)
    edit = write(text)
    _try(document, journal, text, edit, spans, border)
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
        raise NotInserted("no-markdown-cell")
    entry, language, text = written(journal, entry, language, overrides)
    cell = open_text("", document.parts[part].text, "markdown")

    def write(entry: str) -> TextEdit:
        edit = insertion(cell.text, len(cell.text), entry)
        return TextEdit(edit.span, edit.new_text.rstrip("\r\n"))

    edit = write(text)
    _try(cell, read_journal(cell), text, edit)
    return Insertion(entry, language, text, edit, write(with_stops(text, kind_of(entry))))


def _border(document: Document, journal: Journal, entry: str, language: str) -> str:
    """The heading that parts a goal from code below it that has none; empty where the goal needs none."""
    if above_code(document.text, journal) is None:
        return ""
    level = next((mark.level for mark in marks(entry) if mark.level), 2)
    return f"{'#' * level} {'方法' if language == 'zh' else 'Method'}"


def _writer(
    document: Document, journal: Journal, kind: Kind, entry: str, cursor: int | None, spans: Sequence[Span], border: str
) -> _Write:
    """What makes the edit, of the entry's text with or without stops: the place is the same. ``spans`` are the cells of
    a percent script, ``border`` is a heading for what stands below the entry."""
    text = document.text
    if document.kind == "percent":
        number = place_among_cells(spans, _first_text(document, kind), journal, kind, cursor)
        start = spans[number].start if number < len(spans) else len(text)
        return lambda entry: percent_insertion(text, start, entry)
    level = next((mark.level for mark in marks(entry) if mark.level), 6)
    above = above_code(text, journal) if border else None
    place = place_in_markdown(text, journal, kind, level, cursor) if above is None else above
    front = FRONT_MATTER.match(text)
    # In a notebook that is written as Markdown two empty lines part cells.
    apart = 2 if front and _JUPYTEXT.search(front.group()) else 1
    below = f"\n\n{border}" if border else ""
    return lambda entry: insertion(text, place, entry.rstrip("\n") + below, blank_lines=apart)


def _cell(document: Document, journal: Journal, kind: Kind, entry: str, cursor: int | None) -> TextEdit:
    """A new cell of a raw notebook. Tried by reading the cell alone: cells are read one by one. Raises NotInserted."""
    try:
        notebook = cells_of(document)
        spans = Lazy(len(notebook.cells), lambda number: notebook.cells[number].span)
        number = place_among_cells(spans, _first_text(document, kind), journal, kind, cursor)
        edit = notebook_insertion(document.text, notebook, number, entry)
    except NoCellHere as error:
        raise NotInserted(error.key, **error.arguments) from error
    if inserted_text(edit) != entry.rstrip("\n"):
        raise NotInserted("cell-not-written")
    return edit


def _first_text(document: Document, kind: Kind) -> list[str]:
    """The text of the first cell, where that is a Markdown cell, and a goal asks for it."""
    if kind is not Kind.GOAL:
        return []
    outline = document.outline
    first = outline.cells[0] if outline is not None and outline.cells else None
    return [first.text] if first is not None and first.kind == "markdown" else []


def _try(
    document: Document, journal: Journal, text: str, edit: TextEdit, spans: Sequence[Span] = (), border: str = ""
) -> None:
    """Insert, and read again. Raises NotInserted where the entry would not be one, or another would change."""
    wanted = _texts(read_journal(open_text("", text, "markdown")).entries)
    windows = _windows(document, journal, edit, spans)
    if not any(_stands(document, journal, edit, window, wanted, border) for window in windows):
        raise NotInserted("cannot-stand")


def _windows(document: Document, journal: Journal, edit: TextEdit, spans: Sequence[Span]) -> Iterator[Span]:
    """What is read again: an entry that stands in one of these stands in the document.

    Of a percent script only the cells around the place are: its cells are read one by one. In Markdown all stays as it
    is before the last entry above the place, and behind the next entry below it where that is read as it was.
    """
    entries, end = journal.entries, len(document.text)
    after = bisect_left(entries, edit.span.start, key=_start)
    if spans:
        start = spans[_cell_at(spans, _start(entries[after - 1]))].start if after else 0
        below = spans[_cell_at(spans, _start(entries[after]))].end if after < len(entries) else end
        yield Span(min(start, edit.span.start), max(below, edit.span.end))
        return
    start = _start(entries[after - 1]) if after > 1 else 0
    if after + 1 < len(entries):
        yield Span(start, _start(entries[after + 1]))
    yield Span(start, end)


def _stands(document: Document, journal: Journal, edit: TextEdit, window: Span, wanted: list[str], border: str) -> bool:
    """Whether a part of the document has the wanted entries after the edit, and those that it had."""
    part, entries = document.parts[0], journal.entries
    entries = entries[bisect_left(entries, window.start, key=_start) : bisect_left(entries, window.end, key=_start)]
    around = (document.text[window.start : edit.span.start], document.text[edit.span.end : window.end])
    new = Document(document.kind, document.name, (Part(part.identifier, edit.new_text.join(around), part.chunker),))
    found, before = _texts(read_journal(new).entries), _texts(entries)
    if border and found and found[-1].startswith(f"{border}\n"):
        found.pop()
    at = next((number for number, each in enumerate(found) if before[number : number + 1] != [each]), len(found))
    return found[:at] + found[at + len(wanted) :] == before and found[at : at + len(wanted)] == wanted


def _start(entry: JournalEntry) -> int:
    return entry.span.start


def _cell_at(spans: Sequence[Span], offset: int) -> int:
    """The number of the cell that an offset lies in."""
    return max(bisect_right(spans, offset, key=lambda span: span.start) - 1, 0)


def _texts(entries: Sequence[JournalEntry]) -> list[str]:
    return [entry.text.replace("\r\n", "\n") for entry in entries]
