"""Chunks that are plain slices of a text, cut at borders, and cut again after an edit only where the edit was.

A scan gives borders from left to right and remembers nothing beyond a border that it calls clean: from there on it
finds the same borders whether it began there or at the start of the text.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tflsp.documents.document import Chunk
from tflsp.text import Span


class Border(NamedTuple):
    """A place where the text may be cut: it depends on nothing behind ``needs``."""

    at: int
    needs: int
    is_clean: bool = True


Scan = Callable[[str, int], Iterator[Border]]
"""The borders behind an offset that is a clean border itself, or the text's start."""
Make = Callable[[str, int], Chunk | None]
"""The chunk of a piece and its start; None for a piece that needs none."""


class Piece(NamedTuple):
    """A piece between two borders."""

    start: int
    needs: int
    is_clean: bool
    chunk: Chunk | None


class Slices:
    """A cut text: its pieces, and what was edited since. Immutable."""

    __slots__ = ("_by", "_dirty", "pieces")

    def __init__(self, pieces: list[Piece], dirty: Span | None = None, by: int = 0) -> None:
        self.pieces = pieces
        self._dirty = dirty  # in the text after the edits
        self._by = by

    @property
    def chunks(self) -> list[Chunk]:
        return [piece.chunk for piece in self.pieces if piece.chunk is not None]

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.pieces[0].start

    @property
    def first_edit(self) -> int:
        """Where the first edit since the cut begins; behind any text where there was none."""
        return sys.maxsize if self._dirty is None else self._dirty.start

    def edited(self, text: str, span: Span, inserted: int) -> Slices:
        """The same pieces, with the place of one more edit."""
        by, end = inserted - len(span), span.start + inserted
        dirty = Span(span.start, end)
        if (old := self._dirty) is not None:
            old_end = old.end + by if old.end >= span.end else min(old.end, span.start)
            dirty = Span(min(old.start, span.start), max(end, old_end))
        return Slices(self.pieces, dirty, self._by + by)


def cut(text: str, start: int, scan: Scan, make: Make, known: Slices | None = None, *, reach: int = 0) -> Slices:
    """Cut ``text`` from ``start`` on; ``known`` is the cut before some edits.

    ``reach`` is how many pieces behind an edited one may have another chunk for it, with the same text.
    """
    if known is None or not known.pieces:
        return Slices(list(_pieces(text, Border(start, -1), scan, make)))
    dirty = known._dirty
    if dirty is None:
        return known
    old = known.pieces
    first = max(bisect_left(old, dirty.start, key=_start) - 1, 0)
    while first > 0 and not (old[first].is_clean and old[first].needs < dirty.start):
        first -= 1
    pieces = old[:first]
    for piece in _pieces(text, Border(*old[first][:3]), scan, make):
        if piece.start >= dirty.end and piece.is_clean:
            same = bisect_left(old, piece.start - known._by, key=_start)
            if same < len(old) and old[same].start == piece.start - known._by and old[same].is_clean:
                # What the border needs may have changed; what is behind it has not.
                behind = [
                    piece._replace(chunk=_moved(old[same].chunk, known._by)),
                    *_shifted(old[same + 1 :], known._by),
                ]
                for index in range(min(reach, len(behind))):
                    behind[index] = _made_again(text, behind, index, make)
                pieces += behind
                break
        pieces.append(piece)
    return Slices(pieces)


def _pieces(text: str, last: Border, scan: Scan, make: Make) -> Iterator[Piece]:
    for border in scan(text, last.at):
        yield Piece(*last, make(text[last.at : border.at], last.at))
        last = border
    yield Piece(*last, make(text[last.at :], last.at))


def _shifted(pieces: list[Piece], by: int) -> list[Piece]:
    if not by:
        return pieces
    return [Piece(start + by, needs + by, is_clean, _moved(chunk, by)) for start, needs, is_clean, chunk in pieces]


def _made_again(text: str, pieces: list[Piece], index: int, make: Make) -> Piece:
    """A piece with the chunk that is made of it now, which is the one that it has unless they differ."""
    piece = pieces[index]
    end = pieces[index + 1].start if index + 1 < len(pieces) else len(text)
    chunk = make(text[piece.start : end], piece.start)
    if chunk is None or piece.chunk is None or chunk.key == piece.chunk.key:
        return piece
    return piece._replace(chunk=chunk)


def _moved(chunk: Chunk | None, by: int) -> Chunk | None:
    return chunk.shifted(by) if by and chunk is not None else chunk


def _start(piece: Piece) -> int:
    return piece.start
