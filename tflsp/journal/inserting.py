"""Planning an insertion: what an entry says here, where it goes, and the one edit that puts it there.

The edit is tried before it is given: all other entries must read as before, and the new one as what it is. Steps are
never numbered anew. What is there already is not inserted twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from tflsp.dataclass import dataclass, replace
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import open_text
from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry, read_journal
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.facts.journal_lines import marks
from tflsp.journal.entries import kind_of, tidied
from tflsp.journal.markdown import insertion
from tflsp.journal.notebook import NoCellHere, notebook_insertion, scanned
from tflsp.journal.percent import cells, percent_insertion
from tflsp.journal.places import place_among_cells, place_in_markdown
from tflsp.journal.templates import NO_OVERRIDES, Overrides, render
from tflsp.text import TextEdit, apply_edits
from tflsp.text.patterns import pattern

_JUPYTEXT = pattern(r"^(?:jupyter|jupytext):|^[ \t]+jupytext:", re.MULTILINE)
_CIRCUMSTANCES = ("number", "when", "environment")


@dataclass(frozen=True, slots=True)
class Insertion:
    """An entry to be inserted: as numbered, as text, in the document's language, and the edit that does it."""

    entry: Entry
    language: str
    text: str
    edit: TextEdit


class NotInserted(Exception):
    """Why nothing is inserted: what is there already, or a place where no entry can stand."""


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
    journal = read_journal(document)
    entry, language, text = _written(journal, entry, language, overrides)
    try:
        edit = _edit(document, journal, kind_of(entry), text, cursor)
        if document.kind == "notebook":
            scanned(apply_edits(document.text, [edit]))
    except NoCellHere as error:
        raise NotInserted(str(error)) from error
    _try(document, journal, text, edit)
    return Insertion(entry, language, text, edit)


def plan_in_cell(
    document: Document, part: int, entry: Entry, *, language: str = "en", overrides: Overrides = NO_OVERRIDES
) -> Insertion:
    """The edit that puts an entry at the end of a Markdown cell of a notebook whose cells an editor syncs.

    A text edit cannot make a new cell. Numbers and what is there already are those of the whole notebook. Raises
    NotInserted and TemplateError.
    """
    journal = read_journal(document)
    if all(stretch.part != part for stretch in journal.stretches) and document.parts[part].text.strip():
        raise NotInserted("an entry goes into a Markdown cell; this is another")
    entry, language, text = _written(journal, entry, language, overrides)
    cell = open_text("", document.parts[part].text, "markdown")
    edit = insertion(cell.text, len(cell.text), text)
    edit = TextEdit(edit.span, edit.new_text.rstrip("\r\n"))
    _try(cell, read_journal(cell), text, edit)
    return Insertion(entry, language, text, edit)


def _written(journal: Journal, entry: Entry, language: str, overrides: Overrides) -> tuple[Entry, str, str]:
    """The entry with its number, the language that it is written in here, and its text."""
    kind = kind_of(entry)
    if isinstance(entry, Step) and not entry.number:
        entry = replace(entry, number=journal.next_number)
    entry = tidied(entry)
    _refuse_twice(journal, entry, kind)
    language = journal.language(language)
    return entry, language, _levelled(render(entry, language, overrides), journal, kind)


def _refuse_twice(journal: Journal, entry: Entry, kind: Kind) -> None:
    same = journal.of(kind)
    match entry:
        case Goal() | Conclusion():
            if same:
                raise NotInserted(f"there is a {kind} already: {_first_line(same[0])}")
        case ErrorLog(message=message):
            first = message.split("\n", 1)[0]
            likely = (each.entry for each in same if first in each.text) if message else ()
            if any(isinstance(each, ErrorLog) and each.message == message for each in likely):
                raise NotInserted("this error has an entry already")
        case Step():
            taken = next((each for each in same if each.number == entry.number), None)
            if taken is not None:
                raise NotInserted(f"there is a step #{entry.number} already: {_first_line(taken)}")
            if same and _content(same[-1].entry) == _content(entry):
                raise NotInserted(f"the last step says the same: {_first_line(same[-1])}")


def _content(entry: Entry) -> tuple[object, ...]:
    """What a step says besides when and where it was."""
    return tuple(getattr(entry, name) for name in entry.__match_args__ if name not in _CIRCUMSTANCES)


def _first_line(entry: JournalEntry) -> str:
    return entry.text.split("\n", 1)[0].strip()


def _levelled(text: str, journal: Journal, kind: Kind) -> str:
    """The text with its headings at the level that the journal's entries of this kind have."""
    headings = [mark for mark in marks(text) if mark.level]
    same = journal.of(kind)
    if not headings or not same:
        return text
    by = same[-1].level - headings[0].level
    for mark in reversed(headings):
        level = min(max(mark.level + by, 1), 6)
        text = text[: mark.start] + "#" * level + text[mark.start + mark.level :]
    return text


def _edit(document: Document, journal: Journal, kind: Kind, entry: str, cursor: int | None) -> TextEdit:
    text = document.text
    match document.kind:
        case "markdown":
            level = next((mark.level for mark in marks(entry) if mark.level), 6)
            place = place_in_markdown(text, journal, kind, level, cursor)
            front = FRONT_MATTER.match(text)
            # In a notebook that is written as Markdown two empty lines part cells.
            apart = 2 if front and _JUPYTEXT.search(front.group()) else 1
            return insertion(text, place, entry, blank_lines=apart)
        case "percent":
            spans = cells(text)
            number = place_among_cells(spans, _first_text(document), journal, kind, cursor)
            return percent_insertion(text, spans[number].start if number < len(spans) else len(text), entry)
        case _:
            notebook = scanned(text)
            spans = [cell.span for cell in notebook.cells]
            number = place_among_cells(spans, _first_text(document), journal, kind, cursor)
            return notebook_insertion(text, notebook, number, entry)


def _first_text(document: Document) -> list[str]:
    """The text of the first cell, where that is a Markdown cell."""
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
