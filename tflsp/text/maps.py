"""Piecewise maps from a part's text (a cell, a fence, a quoted string) to the text that it lies in.

A map is a list of segments. In a verbatim segment inner and outer run in step; any other segment is atomic (one
``\\n`` inside for two characters of JSON outside), and a place inside of it means its border.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from tflsp.text.spans import Span


class Segment(NamedTuple):
    """``inner`` code points of the part stand at ``start`` in the text around it, ``outer`` code points long."""

    inner: int
    start: int
    outer: int


_INNER = itemgetter(0)
_EMPTY = (Segment(0, 0, 0),)


class _Pieces:
    """Segments, made at first use, and where each begins inside."""

    __slots__ = ("_make", "_segments", "_starts", "plain")

    def __init__(self, make: Callable[[], Iterable[Segment]], plain: int = -1) -> None:
        self.plain = plain  # the length of the one verbatim segment at 0 that the map is, or -1
        self._make: Callable[[], Iterable[Segment]] | None = make
        self._segments: tuple[Segment, ...] = ()
        self._starts: list[int] | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        if self._make is not None:
            self._segments, self._make = tuple(self._make()) or _EMPTY, None
        return self._segments

    @property
    def starts(self) -> list[int]:
        if self._starts is None:
            self._starts = list(accumulate(map(_INNER, self.segments[:-1]), initial=0))
        return self._starts


class SpanMap:
    """Maps offsets and spans of a part outwards, and cursors inwards."""

    __slots__ = ("_pieces", "_shift")

    def __init__(self, segments: Iterable[Segment]) -> None:
        made = tuple(segments)
        self._pieces = _Pieces(lambda: made)
        self._shift = 0

    @classmethod
    def at(cls, start: int, length: int) -> SpanMap:
        """The part is a plain slice of the text around it."""
        return cls._of(_plain(length), start)

    @classmethod
    def of_slices(cls, slices: Iterable[Span]) -> SpanMap:
        """The part is the given slices of the text around it, joined."""
        return cls(Segment(len(span), span.start, len(span)) for span in slices)

    @classmethod
    def lazily(cls, make: Callable[[], Iterable[Segment]], shift: int = 0) -> SpanMap:
        """A map whose segments, relative to ``shift``, are made when they are first asked for."""
        return cls._of(_Pieces(make), shift)

    @classmethod
    def _of(cls, pieces: _Pieces, shift: int) -> SpanMap:
        made = cls.__new__(cls)
        made._pieces, made._shift = pieces, shift
        return made

    def moved_from(self, other: SpanMap) -> int | None:
        """By how many code points this map is ``other`` shifted, or None where they differ in more than that."""
        if self._pieces is other._pieces:
            return self._shift - other._shift
        if self.is_plain and other.is_plain and self.inner_length == other.inner_length:
            return self.start(0) - other.start(0)
        return None

    def shifted(self, by: int) -> SpanMap:
        """The map after the text before its first segment grew by ``by`` code points. Costs nothing per segment."""
        return SpanMap._of(self._pieces, self._shift + by)

    @property
    def segments(self) -> tuple[Segment, ...]:
        if not self._shift:
            return self._base
        return tuple(Segment(inner, start + self._shift, outer) for inner, start, outer in self._base)

    @property
    def is_plain(self) -> bool:
        """Whether the part is known to be one slice of the text around it."""
        return self._pieces.plain >= 0

    @property
    def inner_length(self) -> int:
        return self._starts[-1] + self._base[-1].inner

    @property
    def _base(self) -> tuple[Segment, ...]:
        """The segments before they are shifted."""
        return self._pieces.segments

    @property
    def _starts(self) -> list[int]:
        return self._pieces.starts

    def start(self, offset: int) -> int:
        """Where a span that begins at ``offset`` begins outside."""
        if (plain := self._pieces.plain) >= 0:
            return self._shift + min(max(offset, 0), plain)
        segments, starts = self._base, self._starts
        index = max(bisect_right(starts, offset) - 1, 0)
        while index + 1 < len(segments) and offset >= starts[index] + segments[index].inner:
            index += 1
        return self._outer(index, offset, end=False)

    def end(self, offset: int) -> int:
        """Where a span that ends at ``offset`` ends outside: with the piece before it, not the one after it."""
        if offset <= 0 or self._pieces.plain >= 0:
            return self.start(offset)
        return self._outer(bisect_right(self._starts, offset - 1) - 1, offset, end=True)

    def span(self, span: Span) -> Span:
        start = self.start(span.start)
        return Span(start, start) if span.start == span.end else Span(start, max(start, self.end(span.end)))

    def edit_span(self, span: Span) -> Span:
        """What an edit of the part's ``span`` replaces outside: and the gap behind it where it ends at one.

        An edit that takes a whole line takes the prefix of the next one too, which stays behind as its own.
        """
        start = self.start(span.start)
        if span.start == span.end:
            return Span(start, start)
        end = self.start(span.end) if span.end < self.inner_length else self.end(span.end)
        return Span(start, max(start, end))

    def inwards(self, offset: int) -> int | None:
        """The part's offset of a cursor outside, or None where the cursor stands on none of its segments."""
        best: int | None = None
        offset -= self._shift
        for inner_start, segment in zip(self._starts, self._base, strict=True):
            if segment.start <= offset < segment.start + segment.outer:
                return inner_start + (offset - segment.start if segment.inner == segment.outer else 0)
            if offset == segment.start + segment.outer:
                best = inner_start + segment.inner
        return best

    def within(self, outer: SpanMap) -> SpanMap:
        """This map continued by the map of the text around it."""
        return SpanMap(piece for segment in self.segments for piece in _through(segment, outer))

    def _outer(self, index: int, offset: int, *, end: bool) -> int:
        segment = self._base[index]
        into = offset - self._starts[index]
        start = segment.start + self._shift
        if segment.inner == segment.outer:
            return start + min(max(into, 0), segment.outer)
        return start + (segment.outer if into >= segment.inner or (end and into > 0) else 0)


def _plain(length: int) -> _Pieces:
    return _Pieces(lambda: (Segment(length, 0, length),), length)


def _through(segment: Segment, outer: SpanMap) -> Iterable[Segment]:
    if segment.inner != segment.outer:
        span = outer.span(Span(segment.start, segment.start + segment.outer))
        return (Segment(segment.inner, span.start, len(span)),)
    return _cut(Span(segment.start, segment.start + segment.inner), outer)


def _cut(span: Span, outer: SpanMap) -> Iterable[Segment]:
    """The pieces of ``outer`` that a slice of its inner text runs through."""
    segments, starts = outer.segments, outer._starts
    index = max(bisect_right(starts, span.start) - 1, 0)
    if span.start == span.end:
        yield Segment(0, outer.start(span.start), 0)
    at = span.start
    while at < span.end:
        segment = segments[index]
        low, high = starts[index], starts[index] + segment.inner
        index += 1
        stop = min(high, span.end) if index < len(segments) else span.end
        if stop <= at:
            continue
        if segment.inner == segment.outer:
            yield Segment(stop - at, segment.start + at - low, stop - at)
        else:
            yield Segment(stop - at, segment.start, segment.outer)
        at = stop
