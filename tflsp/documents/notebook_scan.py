"""Finds the cells of a raw notebook. What is not needed (outputs) is skipped by the C scanner of ``json``.

Broken JSON is read cell by cell: a cell that cannot be read whole gives what its source still holds, and the scan
goes on with the next cell. Knows nothing of chunks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from json import JSONDecoder
from typing import Any

from tflsp.dataclass import dataclass, field
from tflsp.text import Span
from tflsp.text.json_strings import json_text
from tflsp.text.patterns import pattern

_decode: Callable[[str, int], tuple[Any, int]] = JSONDecoder().raw_decode
_SPACE = pattern(r"[ \t\r\n]*")
# The end of an object, or its next key.
_MEMBER = pattern(r'[ \t\r\n]*+(?:(\})|(,?)[ \t\r\n]*+"((?:[^"\\\x00-\x1f]++|\\.)*+)"[ \t\r\n]*+:[ \t\r\n]*+)')
# Where a cell begins, whatever came before: a raw quote cannot stand inside of a JSON string.
_CELL_START = pattern(r'\{\s*"(?:cell_type|attachments)"\s*:')
_CELL_TYPE = pattern(r'"cell_type"\s*:\s*"(\w+)"')
_SOURCE = '"source":'
_SOURCE_KEY = pattern(r'"(?:source|input)"\s*:\s*')
# Where the source of a broken cell ends at the latest: a bracket that begins a line, or another key.
_SOURCE_END = pattern(r'^[ \t]*[\]}]|(?<!\\)"\s*:', re.MULTILINE)


# A notebook with more faults than this is not read further: nobody's typing makes so many.
MAX_FAULTS = 200


class Broken(Exception):
    """The text is no JSON from ``at`` on."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(slots=True)
class RawCell:
    """A cell: the places of its object and of its source's value, and its members other than outputs.

    ``text`` is the source as one text.
    """

    span: Span
    source: Span | None = None
    text: str = ""
    fields: dict[str, object] = field(default_factory=dict)
    broken: int | None = None


@dataclass(slots=True)
class RawNotebook:
    """The cells in their order, the other members of the top level, and where the text outside of cells is broken."""

    cells: list[RawCell] = field(default_factory=list)
    fields: dict[str, object] = field(default_factory=dict)
    broken: int | None = None
    has_cells: bool = False  # there is a member "cells" or "worksheets", empty or not
    faults: int = 0


def scan_notebook(text: str) -> RawNotebook:
    """The notebook that a text holds, as far as it can be read."""
    notebook = RawNotebook()
    at = 1 if text.startswith("\ufeff") else 0
    try:
        at = _notebook(text, _after(text, "{", at), notebook)
        if _skip(text, at) < len(text) or not notebook.has_cells:
            raise Broken(at if notebook.has_cells else 0)
    except Broken as error:
        notebook.broken = error.at
        _resume(text, error.at, notebook)
    return notebook


def scan_cell(text: str, start: int) -> RawCell:
    """The cell whose object begins at ``start``. Raises Broken."""
    return _cell_at_once(text, start) or _cell_by_members(text, start)


def _cell_at_once(text: str, start: int) -> RawCell | None:
    """A cell as Jupyter writes it, whose last member is its source; None for any other."""
    try:
        fields, end = _decode(text, start)
        # A name in bare quotes with a colon is a key; what ends where the object does is the object's own.
        at = text.rfind(_SOURCE, start, end)
        if not isinstance(fields, dict) or at < 0 or "input" in fields:
            return None
        at = _skip(text, at + len(_SOURCE))
        source, source_end = _decode(text, at)
    except (ValueError, RecursionError):
        return None
    if _skip(text, source_end) != end - 1:
        return None
    del fields["source"]
    fields.pop("outputs", None)
    return RawCell(Span(start, end), Span(at, source_end), _joined(source), fields)


def _cell_by_members(text: str, start: int) -> RawCell:
    cell = RawCell(Span(start, start))
    for key, value_at in (members := _Members(text, _after(text, "{", start))):
        value, members.at = _value(text, value_at)
        if key in ("source", "input"):
            cell.source, cell.text = Span(value_at, members.at), _joined(value)
        elif key != "outputs":
            cell.fields[key] = value
    cell.span = Span(start, members.at)
    return cell


def _notebook(text: str, at: int, notebook: RawNotebook) -> int:
    """Read the members of the top level, or of a worksheet (nbformat 3); gives where they end."""
    for key, value_at in (members := _Members(text, at)):
        notebook.has_cells = notebook.has_cells or key in ("cells", "worksheets")
        if key == "cells":
            members.at = _cells(text, _after(text, "[", value_at), notebook)
        elif key == "worksheets":
            for sheet_at in (sheets := _Items(text, _after(text, "[", value_at))):
                sheets.at = _notebook(text, _after(text, "{", sheet_at), notebook)
            members.at = sheets.at
        else:
            notebook.fields[key], members.at = _value(text, value_at)
    return members.at


def _cells(text: str, at: int, notebook: RawNotebook) -> int:
    """Read the items of an array of cells; gives where it ends."""
    for cell_at in (items := _Items(text, at)):
        try:
            cell = scan_cell(text, cell_at)
        except Broken as error:
            following = _CELL_START.search(text, cell_at + 1)
            cell = _broken_cell(text, Span(cell_at, following.start() if following else len(text)), error.at)
            items.resume(cell.span.end)
        else:
            items.at = cell.span.end
        notebook.cells.append(cell)
        if cell.broken is not None:
            notebook.faults += 1
        if notebook.faults > MAX_FAULTS:
            raise Broken(cell.span.end)
    return items.at


def _resume(text: str, at: int, notebook: RawNotebook) -> None:
    """Go on behind a fault outside of cells: with the cells that follow, wherever they stand."""
    while notebook.faults <= MAX_FAULTS and (following := _CELL_START.search(text, at)) is not None:
        at = following.start()
        try:
            at = _cells(text, at, notebook)
        except Broken as error:
            at = max(error.at, at + 1)
            notebook.faults += 1


def _broken_cell(text: str, span: Span, broken: int) -> RawCell:
    cell = RawCell(span, broken=broken)
    if kind := _CELL_TYPE.search(text, span.start, span.end):
        cell.fields["cell_type"] = kind[1]
    if key := _SOURCE_KEY.search(text, span.start, span.end):
        end = _SOURCE_END.search(text, key.end(), span.end)
        cell.source = Span(key.end(), end.start() if end else span.end)
        cell.text = json_text(cell.source.of(text))
    return cell


class _Members(Iterator[tuple[str, int]]):
    """The keys of an object and the places of their values; who iterates sets ``at`` behind each value."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at, self._first = text, at, True

    def __next__(self) -> tuple[str, int]:
        found = _MEMBER.match(self.text, self.at)
        if found is None:
            raise Broken(self.at)
        end, comma, key = found.groups()
        if end:
            self.at = found.end()
            raise StopIteration
        if bool(comma) is self._first:
            raise Broken(self.at)
        self._first = False
        return key, found.end()


class _Items(Iterator[int]):
    """The places of an array's items; who iterates sets ``at`` behind each item."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at, self._first = text, at, True

    def __next__(self) -> int:
        at = _skip(self.text, self.at)
        if self.text.startswith("]", at) or at == len(self.text):
            self.at = min(at + 1, len(self.text))
            raise StopIteration
        if not self._first:
            at = _skip(self.text, _after(self.text, ",", at))
        self._first = False
        return at

    def resume(self, at: int) -> None:
        """Go on at the item that begins at ``at``, whatever stood before it."""
        self.at, self._first = at, True


def _joined(value: object) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "".join(value)
    return value if isinstance(value, str) else ""


def _value(text: str, at: int) -> tuple[object, int]:
    try:
        return _decode(text, at)
    except (ValueError, RecursionError) as error:  # no JSON, a number of thousands of digits, too deep
        raise Broken(getattr(error, "pos", at)) from None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _after(text: str, mark: str, at: int) -> int:
    at = _skip(text, at)
    if not text.startswith(mark, at):
        raise Broken(at)
    return at + len(mark)
