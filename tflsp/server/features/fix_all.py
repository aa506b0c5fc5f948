"""The command behind code lenses: the safe fixes of a document, applied by the client at our request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tflsp.server.fixes import all_edits
from tflsp.server.lsp import plain
from tflsp.server.places import place_of
from tflsp.server.registry import command
from tflsp.server.session import Session

FIX_ALL_COMMAND = "tflsp.fixAll"


@command(FIX_ALL_COMMAND)
async def fix_all(session: Session, arguments: Sequence[Any]) -> None:
    place = await place_of(session, str(arguments[0])) if arguments else None
    if place is not None and session.client.applies_edits:
        await session.apply(plain(all_edits(place, None)))
