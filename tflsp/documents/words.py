"""Words of commands: what an argument says, and where every part of it is written.

A word is read from shell text, from a JSON list, from a YAML scalar or from a Python string; what reads its content (an
image reference, a mount) asks the word for places and needs to know nothing of quotes, escapes and variables.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.text import Span, SpanMap

# Stands in a word's pattern for what cannot be known at reading time: a variable, a command's output, a placeholder.
UNKNOWN = "\ufffc"


class Piece(NamedTuple):
    """A part of a word's content: verbatim at ``start`` if ``outer`` equals its length, else one unit (an escape).

    With ``exact`` False it is never verbatim: the value of a variable, at the variable's place. With ``placed`` the
    place is already one in the text around, where all others still have to be moved there.
    """

    text: str
    start: int
    outer: int
    exact: bool = True
    placed: bool = False

    @property
    def verbatim(self) -> bool:
        return self.exact and len(self.text) == self.outer and self.text != UNKNOWN


@dataclass(frozen=True, slots=True)
class Word:
    """One argument: its value with quotes and escapes taken off, and where it stands, quotes included.

    ``value`` is None where it depends on something unknown at reading time (a variable without default, a command
    substitution); ``raw`` is what is written. ``inner`` is the span without quotes. ``pieces`` say where the parts of
    ``pattern`` are written; none are kept where the content stands verbatim at ``inner``. ``variables`` are the names
    that were replaced by a known value or default.
    """

    value: str | None
    raw: str
    span: Span
    inner: Span
    pieces: tuple[Piece, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    quoted: bool = False

    @property
    def is_literal(self) -> bool:
        return self.value is not None

    @property
    def pattern(self) -> str:
        """The value, with ``UNKNOWN`` for each part of it that is not known."""
        if self.value is not None:
            return self.value
        return "".join(piece.text for piece in self.pieces) if self.pieces else UNKNOWN

    def place(self, start: int, end: int) -> Span:
        """Where ``pattern[start:end]`` is written; a scattered slice (half of it in a variable) means the word."""
        if not self.pieces:
            if self.value is None:
                return self.inner
            low = min(self.inner.start + start, self.inner.end)
            return Span(low, min(self.inner.start + end, self.inner.end))
        first, last = self._at(start, end)
        if first == last:
            return self._outer(first, start, end)
        spans = [self._outer(index, start, end) for index in range(first, last + 1)]
        return Span(spans[0].start, spans[-1].end) if self._joined(spans) else self.span

    def is_verbatim(self, start: int, end: int) -> bool:
        """Whether ``pattern[start:end]`` is written just so, so that a fix may replace it at its place."""
        if not self.pieces:
            return self.value is not None
        first, last = self._at(start, end)
        return first == last and self.pieces[first].verbatim

    def slice(self, start: int, end: int) -> Word:
        """A part of the word as a word: the value in ``--memory=8g``."""
        text = self.pattern[start:end]
        span = self.place(start, end) if end > start else self._gap(start)
        pieces = tuple(self._cut(start, end))
        value = None if UNKNOWN in text else text
        if not pieces or (len(pieces) == 1 and pieces[0].verbatim and pieces[0].start == span.start):
            pieces = ()
        return Word(value, text if value is not None else self.raw, span, span, pieces, self.variables, self.quoted)

    def moved(self, places: SpanMap) -> Word:
        """The word with its places in the text around the one that it was read from."""
        pieces = self.pieces
        if not pieces and self.value is not None and len(places.segments) > 1:
            pieces = (Piece(self.value, self.inner.start, len(self.inner)),)
        moved = merge(part for piece in pieces for part in _moved(piece, places))
        span, inner = places.span(self.span), places.span(self.inner)
        if len(moved) == 1 and moved[0].verbatim and moved[0].start == inner.start and len(inner) == moved[0].outer:
            moved = []
        return Word(self.value, self.raw, span, inner, tuple(moved), self.variables, self.quoted)

    def _gap(self, at: int) -> Span:
        """The empty place before ``pattern[at]``."""
        place = self.place(max(at - 1, 0), at) if at else Span(self.inner.start, self.inner.start)
        return Span(place.end, place.end)

    def _cut(self, start: int, end: int) -> Iterator[Piece]:
        before = 0
        for piece in self.pieces:
            low, high = max(start - before, 0), min(end - before, len(piece.text))
            before += len(piece.text)
            if low < high and piece.verbatim:
                yield Piece(piece.text[low:high], piece.start + low, high - low, placed=piece.placed)
            elif low < high:
                yield Piece(piece.text[low:high], piece.start, piece.outer, exact=False, placed=piece.placed)

    def _joined(self, spans: list[Span]) -> bool:
        """Whether spans follow each other, all in the word itself or all in one place outside (an assignment)."""
        if len({self.span.covers(span) for span in spans}) > 1:
            return False
        # Quotes may stand between two pieces; in the word itself, the name of a variable before its default too.
        gap = len(self.span) if self.span.covers(spans[0]) else 2
        return all(0 <= after.start - before.end <= gap for before, after in pairwise(spans))

    def _at(self, start: int, end: int) -> tuple[int, int]:
        starts = list(accumulate((len(piece.text) for piece in self.pieces[:-1]), initial=0))
        first = bisect_right(starts, start) - 1
        return first, max(first, bisect_right(starts, max(start, end - 1)) - 1)

    def _outer(self, index: int, start: int, end: int) -> Span:
        piece = self.pieces[index]
        if not piece.verbatim:
            return Span(piece.start, piece.start + piece.outer)
        before = sum(len(earlier.text) for earlier in self.pieces[:index])
        low = piece.start + min(max(start - before, 0), piece.outer)
        return Span(low, max(low, piece.start + min(end - before, piece.outer)))

    def __str__(self) -> str:
        return self.raw if self.value is None else self.value


def _moved(piece: Piece, places: SpanMap) -> Iterator[Piece]:
    if piece.placed:
        yield piece._replace(placed=False)
        return
    if not piece.verbatim:
        span = places.span(Span(piece.start, piece.start + piece.outer))
        yield Piece(piece.text, span.start, len(span), exact=False)
        return
    inner = SpanMap.at(piece.start, piece.outer).within(places)
    at = 0
    for segment in inner.segments:
        yield Piece(piece.text[at : at + segment.inner], segment.start, segment.outer)
        at += segment.inner


def literal(value: str, span: Span, inner: Span | None = None) -> Word:
    """A word that is written verbatim."""
    return Word(value, value, span, inner or span)


def merge(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces with neighbours that are written in one run taken together, and empty ones left out."""
    merged: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        last = merged[-1] if merged else None
        joins = last and last.verbatim and piece.verbatim and last.placed == piece.placed
        if last and joins and last.start + last.outer == piece.start:
            merged[-1] = Piece(last.text + piece.text, last.start, last.outer + piece.outer, placed=piece.placed)
        else:
            merged.append(piece)
    return merged
