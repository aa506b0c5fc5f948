"""Cells of a notebook as rules see them: a chunk to point at, beside what the outline tells of the cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tflsp.documents.document import Chunk
from tflsp.documents.outline import CellOutline
from tflsp.documents.region import CELL, Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.text import Span
from tflsp.text.patterns import pattern

_FIRST_LINE = pattern(r"\S[^\r\n]*")


class Cell(NamedTuple):
    """A cell that has a text. ``kind`` is code, markdown or raw."""

    kind: str
    text: str
    chunk: Chunk
    region: Region

    @property
    def first_line(self) -> Located[Fact]:
        """The first line that is not blank: where to say something of the whole cell."""
        found = _FIRST_LINE.search(self.text)
        line = Span(*found.span()) if found else Span(0, 0)
        end = line.start + len(line.of(self.text).rstrip())
        return Located(Fact(self.region, Span(line.start, end)), self.chunk)


def notebook_cells(facts: DocumentFacts) -> Iterator[Cell]:
    """The cells that are not blank, in order."""
    for chunk, analysis in facts.analysed:
        kind = analysis.root.traits.get(CELL)
        if kind is not None and not chunk.key.text.isspace() and chunk.key.text:
            yield Cell(kind, chunk.key.text, chunk, analysis.root)


def outlines(facts: DocumentFacts) -> Iterator[tuple[Cell, CellOutline]]:
    """The cells that are not blank, with what the notebook tells of them."""
    outline = facts.document.outline
    if outline is None:
        return
    by_part = {cell.part: cell for cell in outline.cells}
    is_synced = len(facts.document.parts) > 1 or facts.document.parts[0].cell is not None
    for cell in notebook_cells(facts):
        index = cell.chunk.cell
        if is_synced and cell.chunk.part in by_part:
            yield cell, by_part[cell.chunk.part]
        elif not is_synced and index is not None and index < len(outline.cells):
            yield cell, outline.cells[index]
