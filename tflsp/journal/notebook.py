"""An entry as a cell of a raw notebook (nbformat 4): one insertion, written as the other cells are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from tflsp.documents.document import Document
from tflsp.documents.notebook import Kept, NotebookMemory
from tflsp.documents.notebook_scan import Broken, RawCell, scan_cell, scan_notebook
from tflsp.journal.refusals import Refusal
from tflsp.text import Span, TextEdit
from tflsp.text.lazy import Lazy
from tflsp.text.patterns import pattern

_CELLS = pattern(r'"cells"[ \t\r\n]*:[ \t\r\n]*\[')
_MEMBER = pattern(r'(?P<before>[ \t\r\n]*)"(?:[^"\\]|\\.)*"(?P<colon>[ \t]*:[ \t]*)')
_COMMA = pattern(r'"[ \t]*(,[ \t]*)"')
_WIDE_ESCAPE = pattern(r"(?<!\\)(?:\\\\)*\\u(?!00[01])")
_CLOSING = pattern(r"(?P<space>[ \t\r\n]*)\]")


class NoCellHere(Refusal):
    """A notebook that no cell can be put into, and why."""


class Notebook(NamedTuple):
    """The cells of a notebook that can be written into, and its other members."""

    cells: Sequence[RawCell]
    fields: Mapping[str, object]


def cells_of(document: Document) -> Notebook:
    """The notebook with its cells, which are not scanned again where reading the document has done that.

    Raises NoCellHere where it is none that can be written into.
    """
    memory = document.parts[0].cut.syntax
    if isinstance(memory, NotebookMemory):
        kept = memory.cells
        is_broken = any(each.raw.broken is not None for each in kept)
        notebook = Notebook(Lazy(len(kept), lambda number: _moved(kept[number])), dict(memory.fields))
    else:
        scanned = scan_notebook(document.text)
        is_broken = scanned.broken is not None or any(cell.broken is not None for cell in scanned.cells)
        notebook = Notebook(scanned.cells, scanned.fields)
    if is_broken:
        raise NoCellHere("invalid-notebook")
    if notebook.fields.get("nbformat") != 4:
        raise NoCellHere("nbformat", version=notebook.fields.get("nbformat"))
    return notebook


def _moved(cell: Kept) -> RawCell:
    """A cell where it stands now."""
    raw = cell.raw
    return RawCell(Span(cell.start, cell.end), raw.source, raw.text, raw.fields, raw.broken) if cell.shift else raw


def inserted_text(edit: TextEdit) -> str | None:
    """The source of the cell that an edit inserts, as it will be read; None where it is no cell."""
    # What stands around a cell is as it was.
    made = edit.new_text
    try:
        cell = scan_cell(made, made.index("{"))
    except (Broken, ValueError):
        return None
    return cell.text if made[cell.span.end :].strip() in ("", ",") else None


def notebook_insertion(text: str, notebook: Notebook, number: int, entry: str) -> TextEdit:
    """Insert ``entry`` as Markdown cell ``number``. Raises NoCellHere."""
    cells = notebook.cells
    if not cells:
        return _first_cell(text, notebook, entry)
    neighbour = cells[min(number, len(cells) - 1)]
    gap = _gap(text, cells, neighbour)
    written = _cell(text, notebook, neighbour, gap, entry)
    if number < len(cells):
        at = neighbour.span.start
        return TextEdit(Span(at, at), f"{written},{gap}")
    at = neighbour.span.end
    return TextEdit(Span(at, at), f",{gap}{written}")


def _gap(text: str, cells: Sequence[RawCell], neighbour: RawCell) -> str:
    """What stands between two cells, without the comma."""
    if len(cells) > 1:
        return text[cells[0].span.end : cells[1].span.start].replace(",", "", 1)
    if "\n" not in neighbour.span.of(text):
        return _comma(text, neighbour).removeprefix(",")
    before = text[: neighbour.span.start]
    return before[len(before.rstrip(" \t\r\n")) :]


def _comma(text: str, cell: RawCell) -> str:
    """How a cell on one line parts its members."""
    found = _COMMA.search(text, cell.span.start, cell.span.end)
    return found[1] if found else ", "


def _first_cell(text: str, notebook: Notebook, entry: str) -> TextEdit:
    found = _CELLS.search(text)
    closing = _CLOSING.match(text, found.end()) if found else None
    top = _MEMBER.match(text, text.index("{") + 1)
    if found is None or closing is None or top is None:
        raise NoCellHere("no-cells")
    outer = top["before"]
    if "\n" not in outer:
        comma = "," if top["colon"] == ":" else ", "
        written = _written(notebook, entry, "", "", comma, top["colon"], ascii_only=False)
        return TextEdit(Span(found.end(), closing.end() - 1), written)
    unit = outer.rpartition("\n")[2]
    end = outer.removesuffix(unit)
    gap = end + 2 * unit
    written = _written(notebook, entry, gap, unit, ",", ": ", ascii_only=False)
    return TextEdit(Span(found.end(), closing.end() - 1), gap + written + end + unit)


def _cell(text: str, notebook: Notebook, neighbour: RawCell, gap: str, entry: str) -> str:
    """The cell's object, in the manner of a cell that is there."""
    member = _MEMBER.match(text, neighbour.span.start + 1)
    inner, colon = (member["before"], member["colon"]) if member else ("", ": ")
    ascii_only = text.isascii() and "\\u" in text and _WIDE_ESCAPE.search(text) is not None
    if "\n" not in inner:
        return _written(notebook, entry, "", "", _comma(text, neighbour), colon, ascii_only=ascii_only)
    base = gap.rpartition("\n")[2] if "\n" in gap else ""
    column = inner.rpartition("\n")[2]
    unit = column.removeprefix(base) or " "
    end = "\r\n" if "\r\n" in inner else "\n"
    return _written(notebook, entry, end + base, unit, ",", colon, ascii_only=ascii_only)


def _written(notebook: Notebook, entry: str, outer: str, unit: str, comma: str, colon: str, *, ascii_only: bool) -> str:
    """The cell as JSON. ``outer`` is the line end and indentation of its brace, empty for a cell on one line."""
    one_line = not outer
    cell: dict[str, object] = {"cell_type": "markdown"}
    if _wants_id(notebook):
        cell["id"] = _new_id(notebook, entry)
    cell |= {"metadata": {}, "source": _lines(entry)}
    written = json.dumps(
        cell,
        ensure_ascii=ascii_only,
        indent=None if one_line else unit,
        separators=(comma, colon),
    )
    return written if one_line else written.replace("\n", outer)


def _lines(entry: str) -> list[str]:
    """A source as nbformat writes it: each line with its end, but the last."""
    lines = entry.rstrip("\n").split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), lines[-1]]


def _wants_id(notebook: Notebook) -> bool:
    """Cells have had ids since nbformat 4.5, and may have none before."""
    minor = notebook.fields.get("nbformat_minor")
    return isinstance(minor, int) and minor >= 5


def _new_id(notebook: Notebook, entry: str) -> str:
    known = {cell.fields.get("id") for cell in notebook.cells}
    salt = len(notebook.cells)
    while (found := sha256(f"{salt}\n{entry}".encode()).hexdigest()[:8]) in known:
        salt += 1
    return found
