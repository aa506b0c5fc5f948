"""What the lens above a training call says of the GPUs' memory, and when it says it anew."""

from __future__ import annotations

from contextlib import aclosing
from weakref import WeakKeyDictionary

from lsprotocol import types

from tflsp.facts.models import training_of
from tflsp.server.gpu import BRIEF, OLD, look, snapshots
from tflsp.server.lsp import range_
from tflsp.server.places import Place
from tflsp.server.session import Session

# Seconds between two looks for lenses that stand in open documents.
_INTERVAL = 10.0

# Session -> the documents that have shown such a lens.
_shown: WeakKeyDictionary[Session, set[str]] = WeakKeyDictionary()


async def gpu_lenses(place: Place) -> list[types.CodeLens]:
    """A lens above each call of fit in this text; none where there is no GPU."""
    fits = [
        found
        for found in place.analysed.report.facts.derive(training_of).fits
        if found.fact.trains and found.chunk.part == place.number
    ]
    if not fits:
        return []
    from tflsp.gpu.words import title as title_of

    snapshot = await look(BRIEF, OLD)
    title = ", ".join(title_of(gpu) for gpu in snapshot.gpus) if snapshot is not None and not snapshot.problem else ""
    if title or snapshot is None:  # a driver's first answer takes seconds on many machines
        _keep_up(place.session, place.uri, title)
    if not title:
        return []
    command = types.Command(title, "")
    return [types.CodeLens(range_(place.range(found.place(found.fact.callee))), command) for found in fits]


def _keep_up(session: Session, uri: str, title: str) -> None:
    """Have the client ask again when the text is another one, for as long as the document is open."""
    if not session.client.refreshes_lenses:
        return
    if (shown := _shown.get(session)) is not None:
        shown.add(uri)
        return
    _shown[session] = {uri}
    session.tasks.start(_refresh(session, title))


async def _refresh(session: Session, title: str) -> None:
    from tflsp.gpu.words import title as title_of

    try:
        async with aclosing(snapshots(_INTERVAL)) as coming:
            async for snapshot in coming:
                if not any(session.documents.find(uri) for uri in _shown[session]):
                    return
                if not title and snapshot.problem not in (None, "hangs"):
                    return  # there is no GPU to tell of
                new = ", ".join(title_of(gpu) for gpu in snapshot.gpus)
                if new != title:
                    title = new
                    session.connection.request("workspace/codeLens/refresh", None)
    finally:
        _shown.pop(session, None)
