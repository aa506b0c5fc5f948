"""Finds the innermost region at a place of a chunk without asking each of them."""

from __future__ import annotations

from bisect import bisect_right

from tflsp.documents.region import Region
from tflsp.facts.base import Analysis
from tflsp.text import Span


class RegionIndex:
    """The regions of a chunk by where they stand in it; regions nest, so each has one that it stands in."""

    def __init__(self, analysis: Analysis) -> None:
        self._root = analysis.root
        placed = [
            (region.to_root(Span(0, len(region.text))), region.depth, region)
            for region in analysis.regions
            if region.parent is not None
        ]
        placed.sort(key=lambda found: (found[0].start, -found[0].end, found[1]))
        self._places = [place for place, _, _ in placed]
        self._starts = [place.start for place in self._places]
        self._regions = [region for _, _, region in placed]
        self._around = self._parents()

    def innermost(self, span: Span) -> tuple[Region, Span]:
        """The deepest region that holds a span of the chunk as it is written there, and the span in it."""
        text = span.of(self._root.text)
        at = bisect_right(self._starts, span.start) - 1
        while at >= 0:
            if self._places[at].covers(span) and (inner := _inside(self._regions[at], span, text)) is not None:
                return self._regions[at], inner
            at = self._around[at]
        return self._root, span

    def _parents(self) -> list[int]:
        """For each region the index of the nearest before it that is not over where it begins; -1 for none."""
        parents: list[int] = []
        open_: list[int] = []
        for index, place in enumerate(self._places):
            while open_ and self._places[open_[-1]].end <= place.start:
                open_.pop()
            parents.append(open_[-1] if open_ else -1)
            open_.append(index)
        return parents


def _inside(region: Region, span: Span, text: str) -> Span | None:
    start, last = region.from_root(span.start), region.from_root(max(span.start, span.end - 1))
    if start is None or last is None:
        return None
    inner = Span(start, last + 1)
    return inner if inner.of(region.text) == text else None
