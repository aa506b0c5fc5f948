"""Piecewise maps from a part's text (a cell, a fence, a quoted string) to the text that it lies in.

A map is a list of segments. In a verbatim segment inner and outer run in step; any other segment is atomic (one
``\\n`` inside for two characters of JSON outside), and a place inside of it means its border.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from tflsp.text.spans import Span


class Segment(NamedTuple):
    """``inner`` code points of the part stand at ``start`` in the text around it, ``outer`` code points long."""

    inner: int
    start: int
    outer: int


class SpanMap:
    """Maps offsets and spans of a part outwards, and cursors inwards."""

    __slots__ = ("_inner_starts", "segments")

    def __init__(self, segments: Iterable[Segment]) -> None:
        self.segments = tuple(segments) or (Segment(0, 0, 0),)
        self._inner_starts = list(accumulate((s.inner for s in self.segments[:-1]), initial=0))

    @classmethod
    def at(cls, start: int, length: int) -> SpanMap:
        """The part is a plain slice of the text around it."""
        return cls((Segment(length, start, length),))

    @classmethod
    def of_slices(cls, slices: Iterable[Span]) -> SpanMap:
        """The part is the given slices of the text around it, joined."""
        return cls(Segment(len(span), span.start, len(span)) for span in slices)

    @property
    def inner_length(self) -> int:
        return self._inner_starts[-1] + self.segments[-1].inner

    def start(self, offset: int) -> int:
        """Where a span that begins at ``offset`` begins outside."""
        index = max(bisect_right(self._inner_starts, offset) - 1, 0)
        while index + 1 < len(self.segments) and offset >= self._inner_starts[index] + self.segments[index].inner:
            index += 1
        return self._outer(index, offset, end=False)

    def end(self, offset: int) -> int:
        """Where a span that ends at ``offset`` ends outside: with the piece before it, not the one after it."""
        if offset <= 0:
            return self.start(0)
        return self._outer(bisect_right(self._inner_starts, offset - 1) - 1, offset, end=True)

    def span(self, span: Span) -> Span:
        start = self.start(span.start)
        return Span(start, start) if span.start == span.end else Span(start, max(start, self.end(span.end)))

    def inwards(self, offset: int) -> int | None:
        """The part's offset of a cursor outside, or None where the cursor stands on none of its segments."""
        best: int | None = None
        for inner_start, segment in zip(self._inner_starts, self.segments, strict=True):
            if segment.start <= offset < segment.start + segment.outer:
                return inner_start + (offset - segment.start if segment.inner == segment.outer else 0)
            if offset == segment.start + segment.outer:
                best = inner_start + segment.inner
        return best

    def within(self, outer: SpanMap) -> SpanMap:
        """This map continued by the map of the text around it."""
        return SpanMap(piece for segment in self.segments for piece in _through(segment, outer))

    def _outer(self, index: int, offset: int, *, end: bool) -> int:
        segment = self.segments[index]
        into = offset - self._inner_starts[index]
        if segment.inner == segment.outer:
            return segment.start + min(max(into, 0), segment.outer)
        return segment.start + (segment.outer if into >= segment.inner or (end and into > 0) else 0)


def _through(segment: Segment, outer: SpanMap) -> Iterable[Segment]:
    if segment.inner != segment.outer:
        span = outer.span(Span(segment.start, segment.start + segment.outer))
        return (Segment(segment.inner, span.start, len(span)),)
    return _cut(Span(segment.start, segment.start + segment.inner), outer)


def _cut(span: Span, outer: SpanMap) -> Iterable[Segment]:
    """The pieces of ``outer`` that a slice of its inner text runs through."""
    index = max(bisect_right(outer._inner_starts, span.start) - 1, 0)
    if span.start == span.end:
        yield Segment(0, outer.start(span.start), 0)
    at = span.start
    while at < span.end:
        segment = outer.segments[index]
        low, high = outer._inner_starts[index], outer._inner_starts[index] + segment.inner
        index += 1
        stop = min(high, span.end) if index < len(outer.segments) else span.end
        if stop <= at:
            continue
        if segment.inner == segment.outer:
            yield Segment(stop - at, segment.start + at - low, stop - at)
        else:
            yield Segment(stop - at, segment.start, segment.outer)
        at = stop
