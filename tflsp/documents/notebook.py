"""Raw notebooks (``.ipynb`` JSON, nbformat 3 and 4): one chunk per cell, with the way back into the JSON strings.

Outputs are never read. An edit inside of one cell scans that cell alone; the others keep their chunks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tflsp.documents.detect import PYTHON_KERNELS, cell_language
from tflsp.documents.document import Chunk, ChunkKey, Cut, Note
from tflsp.documents.notebook_scan import Broken, RawCell, RawNotebook, scan_cell, scan_notebook
from tflsp.documents.outline import NO_METADATA, CellOutline, NotebookOutline
from tflsp.documents.region import CELL
from tflsp.text import Span
from tflsp.text.json_strings import JsonSource, json_map


class Kept(NamedTuple):
    """A cell with its chunk. It stands ``shift`` code points behind where ``raw`` was scanned."""

    raw: RawCell
    kind: str
    chunk: Chunk | None
    shift: int = 0

    @property
    def start(self) -> int:
        return self.raw.span.start + self.shift

    @property
    def end(self) -> int:
        return self.raw.span.end + self.shift

    def of(self, text: str) -> str:
        """The cell's JSON."""
        return text[self.start : self.end]


class NotebookMemory:
    """What a cut knows that makes the next one cheaper. Immutable."""

    def __init__(
        self, text: str, cells: Sequence[Kept], fields: Mapping[str, object], dirty: Mapping[int, int] | None = None
    ) -> None:
        self.text = text
        self.cells = cells
        self.fields = fields
        self.dirty = dirty or {}  # index of an edited cell -> how much longer its object has become

    def edited(self, text: str, span: Span, inserted: int) -> NotebookMemory | None:
        """The memory after an edit, or None where the edit reaches out of one cell."""
        index = bisect_right(self.cells, span.start, key=lambda cell: cell.start) - 1
        if index < 0:
            return None
        cell, grown = self.cells[index], self.dirty.get(index, 0)
        if not (cell.start < span.start and span.end < cell.end + grown):
            return None
        by = inserted - len(span)
        cells = [*self.cells[: index + 1], *(_shifted(after, by) for after in self.cells[index + 1 :])]
        return NotebookMemory(text, cells, self.fields, {**self.dirty, index: grown + by})


def chunk_notebook(text: str, memory: NotebookMemory | None) -> Cut:
    """Cut a raw notebook into its cells."""
    if memory is not None and (cells := _rescanned(text, memory)) is not None:
        fields = memory.fields
        notes: tuple[Note, ...] = ()
        known: NotebookMemory | None = NotebookMemory(text, cells, fields)
    else:
        notebook = scan_notebook(text)
        fields = notebook.fields
        language = kernel_language(_mapping(fields.get("metadata")))
        cells = [_kept(text, raw, index, language) for index, raw in enumerate(notebook.cells)]
        notes = _notes(notebook)
        known = None if notes else NotebookMemory(text, cells, fields)
    chunks = [cell.chunk for cell in cells if cell.chunk is not None]
    return Cut(chunks, notes, known, lambda: _outline(cells, fields))


def kernel_language(metadata: Mapping[str, object]) -> str:
    """The language of a notebook's code cells as its metadata tells, ``python`` where it does not."""
    info, spec = _mapping(metadata.get("language_info")), _mapping(metadata.get("kernelspec"))
    name = info.get("name") or spec.get("language") or "python"
    return "python" if str(name).lower() in PYTHON_KERNELS else str(name).lower()


def _rescanned(text: str, memory: NotebookMemory) -> list[Kept] | None:
    """The cells with the edited ones scanned again, or None where one is no longer a cell by itself."""
    cells = list(memory.cells)
    language = kernel_language(_mapping(memory.fields.get("metadata")))
    for index, grown in memory.dirty.items():
        old = cells[index]
        try:
            raw = scan_cell(text, old.start)
        except Broken:
            return None
        if raw.span.end != old.end + grown:
            return None
        cells[index] = _kept(text, raw, index, language)
    return cells


def _shifted(cell: Kept, by: int) -> Kept:
    return Kept(cell.raw, cell.kind, cell.chunk and cell.chunk.shifted(by), cell.shift + by)


def _kept(text: str, raw: RawCell, index: int, language: str) -> Kept:
    kind = _kind(raw)
    if raw.source is None:
        return Kept(raw, kind, None)
    source = raw.source.of(text)
    key = ChunkKey(cell_language(kind, _own_language(raw) or language), raw.text, ((CELL, kind),))
    if source.startswith("[") and not key.text:
        return Kept(raw, kind, None)  # no string to write into
    return Kept(raw, kind, Chunk(key, json_map(source, raw.source.start), codec=JsonSource(source), cell=index))


def _own_language(raw: RawCell) -> str | None:
    """The language of one cell, where it differs from the kernel's: nbformat 3 and VS Code name it."""
    vscode = _mapping(_mapping(raw.fields.get("metadata")).get("vscode"))
    own = vscode.get("languageId", raw.fields.get("language"))
    return own if isinstance(own, str) else None


def _kind(raw: RawCell) -> str:
    match raw.fields.get("cell_type"):
        case "markdown" | "heading" | "html":
            return "markdown"
        case "raw":
            return "raw"
        case _:
            return "code"


def _notes(notebook: RawNotebook) -> tuple[Note, ...]:
    notes = [
        Note("this cell is no valid JSON: only what could be read of it was checked", Span(raw.broken, raw.broken))
        for raw in notebook.cells
        if raw.broken is not None
    ]
    if notebook.broken is not None:
        at = Span(notebook.broken, notebook.broken)
        notes.append(Note("the notebook is no valid JSON: only the cells that were found are checked", at))
    return tuple(notes)


def _outline(cells: Sequence[Kept], fields: Mapping[str, object]) -> NotebookOutline:
    major, minor = fields.get("nbformat"), fields.get("nbformat_minor")
    version = (major, minor if isinstance(minor, int) else 0) if isinstance(major, int) else None
    return NotebookOutline(tuple(map(_cell_outline, cells)), _mapping(fields.get("metadata")), version)


def _cell_outline(cell: Kept) -> CellOutline:
    fields = cell.raw.fields
    place = cell.raw.source or cell.raw.span
    count = fields.get("execution_count", fields.get("prompt_number"))
    tags = _mapping(fields.get("metadata")).get("tags")
    return CellOutline(
        cell.kind,
        place.shift(cell.shift),
        cell.chunk.key.text if cell.chunk is not None else "",
        count if isinstance(count, int) else None,
        tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else NO_METADATA
