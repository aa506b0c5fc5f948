"""Python text: one chunk per top-level statement, and per member of a large class."""

from __future__ import annotations

from tflsp.documents.document import Chunk, Cut
from tflsp.documents.python_cut import borders
from tflsp.documents.slices import Slices, cut


def chunk_python(text: str, known: Slices | None) -> Cut:
    """Cut between top-level statements."""
    slices = cut(text, 0, borders, _chunk, known)
    return Cut(slices.chunks, syntax=slices)


def _chunk(piece: str, start: int) -> Chunk | None:
    return None if not piece or piece.isspace() else Chunk.slice("python", piece, start)
