"""tflsp/gpu, tflsp/gpuSubscribe, tflsp/gpuUnsubscribe, and tflsp/gpuChanged while somebody looks: see docs/gpu.md."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import asdict
from typing import Any
from weakref import WeakKeyDictionary

from tflsp.server.gpu import look, record, snapshots
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message

CHANGED = "tflsp/gpuChanged"
# Seconds; a client that wants more often than that has no use for it.
_SHORTEST, _USUAL, _LONGEST = 0.5, 2.0, 3600.0

_following: WeakKeyDictionary[Session, asyncio.Task[None]] = WeakKeyDictionary()


@on_request("tflsp/gpu")
def gpu(session: Session, params: Message, request: Request) -> None:
    """The state now; with ``{"history": true}`` the last points of each GPU as well."""
    session.tasks.start(_answer(session, request, history=params.get("history") is True))


@on_request("tflsp/gpuSubscribe")
def subscribe(session: Session, params: Message, request: Request) -> None:
    """From now on the client is told what changes, and the present state at once. ``interval`` is in seconds."""
    wanted = params.get("interval", _USUAL)
    if not isinstance(wanted, int | float) or isinstance(wanted, bool):
        raise TypeError("interval")
    request.respond(None)
    _stop(session)
    _following[session] = session.tasks.start(_follow(session, min(max(wanted, _SHORTEST), _LONGEST)))


@on_request("tflsp/gpuUnsubscribe")
def unsubscribe(session: Session, params: Message, request: Request) -> None:
    _stop(session)
    request.respond(None)


def _stop(session: Session) -> None:
    if (task := _following.pop(session, None)) is not None:
        task.cancel()


async def _answer(session: Session, request: Request, *, history: bool) -> None:
    from tflsp.gpu.sampler import shared
    from tflsp.gpu.state import Snapshot

    snapshot = await look() or Snapshot(time.time(), problem="hangs")
    answer: dict[str, Any] = record(session, snapshot)
    if history:
        for each, found in zip(answer["gpus"], snapshot.gpus, strict=True):
            each["history"] = [asdict(point) for point in shared().history(found)]
    request.respond(answer)


async def _follow(session: Session, interval: float) -> None:
    told: dict[str, Any] | None = None
    async with aclosing(snapshots(interval)) as coming:
        async for snapshot in coming:
            new = record(session, snapshot)
            news = {key: value for key, value in new.items() if key != "time"}  # that time goes by is no news
            if news != told:
                told = news
                session.connection.notify(CHANGED, new)
