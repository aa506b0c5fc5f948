"""Facts of one place once: what several containers of a file take from one anchor is written there a single time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.containers import ContainerLaunch
from tflsp.text import Span

Seen = set[tuple[Span, type]]


def once(items: Iterable[Fact | Region], seen: Seen) -> Iterator[Fact | Region]:
    """Items whose place and kind are not in ``seen`` yet; launches stay apart, whatever they share."""
    for item in items:
        place = _place(item)
        if place is None or (place, type(item)) not in seen:
            yield item
        if place is not None:
            seen.add((place, type(item)))


def _place(item: Fact | Region) -> Span | None:
    if isinstance(item, Fact):
        return None if isinstance(item, ContainerLaunch) else item.region.to_root(item.span)
    return item.to_root(Span(0, len(item.text)))
