"""From the sampler's thread to the event loop: one look that is not waited for long, and many.

Nothing of the sampler is imported before somebody asks: a session on a machine without a GPU costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tflsp.gpu.state import Snapshot
    from tflsp.server.session import Session

# Seconds that a hover or a lens waits; what has come after that is shown the next time.
BRIEF = 0.25
# How old a snapshot may be for them.
OLD = 10.0


async def look(patience: float | None = None, fresh: float | None = None) -> Snapshot | None:
    """A snapshot of the GPUs; the last one, or none, where the driver takes longer than one is patient."""
    from tflsp.gpu.sampler import FRESH, PATIENCE, shared

    sampler = shared()
    asked = asyncio.wrap_future(sampler.ask(FRESH if fresh is None else fresh))
    try:
        return await asyncio.wait_for(asked, PATIENCE if patience is None else patience)
    except TimeoutError:
        return sampler.latest


async def snapshots(interval: float) -> AsyncGenerator[Snapshot, None]:
    """The GPUs every so many seconds, the first at once; only the newest where the loop was busy."""
    import time

    from tflsp.gpu.sampler import PATIENCE, shared
    from tflsp.gpu.state import Snapshot

    loop = asyncio.get_running_loop()
    come = asyncio.Event()
    newest: Snapshot | None = None

    def put(snapshot: Snapshot) -> None:
        nonlocal newest
        newest = snapshot
        come.set()

    def told(snapshot: Snapshot) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(put, snapshot)

    stop = shared().watch(told, interval)
    try:
        while True:
            try:
                await asyncio.wait_for(come.wait(), interval + PATIENCE)
            except TimeoutError:
                if shared().hangs:
                    yield Snapshot(time.time(), problem="hangs")
                continue
            come.clear()
            if newest is not None:
                yield newest
    finally:
        stop()


def record(session: Session, snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot as it goes to the client: see docs/gpu.md."""
    from tflsp.gpu.records import record_of

    return record_of(snapshot, session.language)
