"""Plain text: cut at empty lines into pieces of a page or so."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.document import Chunk, Cut
from tflsp.documents.slices import Border, Slices, cut
from tflsp.text.patterns import pattern

# A piece is at least this long (code points).
LONG = 1_500
_EMPTY_LINE = pattern(r"\n[ \t]*\r?\n(?=\S)")


def chunk_text(text: str, known: Slices | None) -> Cut:
    """Cut at empty lines, but never inside of a PEM block: a key cut in two would be none."""
    slices = cut(text, 0, borders, _chunk, known)
    return Cut(slices.chunks, syntax=slices)


def borders(text: str, start: int = 0) -> Iterator[Border]:
    """The borders behind ``start``, which is one itself."""
    last = closed = start
    for found in _EMPTY_LINE.finditer(text, start):
        at = found.end()
        if at - last <= LONG or at < closed:
            continue
        begin = text.rfind("-----BEGIN ", last, at)
        if begin >= 0 and text.find("-----END ", begin, at) < 0:
            closed = text.find("-----END ", at)
            if closed < 0:
                return
            continue
        yield Border(at, at + 1)
        last = at


def _chunk(piece: str, start: int) -> Chunk | None:
    return None if not piece or piece.isspace() else Chunk.slice("text", piece, start)
