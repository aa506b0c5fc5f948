"""What can be typed in a journal: gathered from the workspace's journals and the project's templates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import islice

from tflsp.facts.journal_entries import DOCUMENTS
from tflsp.server.completing.base import Cursor, Suggestion
from tflsp.server.completing.journal import MOST, Spot, entries, links, spot_at, wants_entry, wants_link
from tflsp.server.uris import path_of


async def journal_suggestions(cursor: Cursor) -> tuple[list[Suggestion], bool]:
    """Entries or links for the place of a cursor, and whether there are more than these."""
    if cursor.place.analysed.state.document.kind not in DOCUMENTS:
        return [], False
    spot = spot_at(cursor)
    if spot is None:
        return [], False
    if wants_entry(spot) is not None:
        return await asyncio.to_thread(_entries, spot), False
    if wants_link(spot) is None:
        return [], False
    known = await cursor.place.session.journals.known()
    found = await asyncio.to_thread(lambda: list(islice(links(spot, known), MOST + 1)))
    return found[:MOST], len(found) > MOST


def _entries(spot: Spot) -> list[Suggestion]:
    from tflsp.checking.journal_files import now, overrides_for  # templates, times: only where an entry is asked for

    path = path_of(spot.cursor.place.opened.uri)
    overrides: Mapping[str, str] = {}
    if path is not None:
        try:
            overrides = overrides_for(path.parent)
        except OSError:
            overrides = {}
    return list(entries(spot, overrides, now()))
