"""Steps that a client was given and may have inserted: when they are there, their snapshot is kept."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.capture.snapshots import SnapshotsError
from tflsp.checking.journal_capture import keep
from tflsp.dataclass import dataclass
from tflsp.facts.journal_entries import Entry, Goal, Step
from tflsp.server.documents import Opened
from tflsp.server.journal.unkept import tell_unkept
from tflsp.server.session import Session


@dataclass(frozen=True, slots=True)
class Snapped:
    """What a step (0: the goal) is kept with."""

    path: Path
    step: int
    hyperparameters: Hyperparameters


def snapped(path: Path | None, entry: Entry, hyperparameters: Hyperparameters | None) -> Snapped | None:
    """What is kept of an entry once it is inserted; None for what leaves no snapshot."""
    if path is None or hyperparameters is None or not (hyperparameters.values or hyperparameters.layers):
        return None
    match entry:
        case Step(number=number):
            return Snapped(path, number, hyperparameters)
        case Goal():
            return Snapped(path, 0, hyperparameters)
        case _:
            return None


class Awaited:
    """Entries by document, each with the line that tells that it is there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._waiting: dict[str, dict[str, Snapped]] = {}  # URI of the document -> first line -> what is kept
        self._keeping: set[asyncio.Task[None]] = set()

    def wait(self, opened: Opened, text: str, what: Snapped | None) -> None:
        """The client has this entry now; whether it inserts it, its next change tells."""
        if what is not None:
            waiting = self._waiting.setdefault(opened.uri, {})
            waiting.pop(first_line(text), None)
            waiting[first_line(text)] = what

    def look(self, opened: Opened) -> None:
        """A document has changed."""
        waiting = self._waiting.get(opened.uri)
        for line, what in tuple(waiting.items()) if waiting else ():
            written = json.dumps(line)[1:-1]  # as a raw notebook may have it
            if any(line in part.text or written in part.text for part in opened.document.parts):
                self._waiting[opened.uri].pop(line)
                self.keep(what)
        if waiting is not None and not waiting:
            del self._waiting[opened.uri]

    def forget(self, opened: Opened) -> None:
        """The document was closed."""
        self._waiting.pop(opened.uri, None)

    def keep(self, what: Snapped | None) -> None:
        """The entry was inserted."""
        if what is not None:
            task = self._session.tasks.start(_keep(self._session, what))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    async def settled(self) -> None:
        """Wait until what is being kept can be read."""
        if self._keeping:
            await asyncio.wait(tuple(self._keeping))


_awaited: WeakKeyDictionary[Session, Awaited] = WeakKeyDictionary()


def awaited_by(session: Session) -> Awaited:
    """The session's own; made when it is asked for the first time."""
    awaited = _awaited.get(session)
    if awaited is None:
        awaited = _awaited[session] = Awaited(session)
        session.on_change.append(awaited.look)
        session.on_close.append(awaited.forget)
    return awaited


def first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0].strip()


async def _keep(session: Session, what: Snapped) -> None:
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        await asyncio.to_thread(keep, what.path, what.step, what.hyperparameters, now)
    except SnapshotsError as error:
        tell_unkept(session, "next-cannot-tell" if what.step else "first-cannot-tell", error)
