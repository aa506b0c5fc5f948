"""What can be typed at a place: one module per kind of suggestion. Knows nothing of LSP."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.server.completing import codes, launches, names, settings, tags
from tflsp.server.completing.base import Cursor, Suggestion

# The first source that has something to say is the only one: their places do not overlap.
_SOURCES = (tags.suggest, codes.suggest, launches.suggest, names.suggest, settings.suggest)


def suggestions(cursor: Cursor) -> Iterator[Suggestion]:
    """What can be typed here, the best first."""
    for source in _SOURCES:
        found = list(source(cursor))
        if found:
            yield from found
            return
