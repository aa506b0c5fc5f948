"""What the journal of an open notebook does not tell yet, cell by cell; told to clients that want it, when it changes.

Outputs are read once; what is typed changes only which of them the journal tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from tflsp.dataclass import dataclass
from tflsp.server.journal.outputs import told_outputs
from tflsp.server.uris import path_of

if TYPE_CHECKING:
    from tflsp.documents.document import Document
    from tflsp.server.documents import Opened
    from tflsp.server.journal.evidence import Evidence
    from tflsp.server.journal.outputs import Told
    from tflsp.server.session import Session

METHOD = "tflsp/unlogged"
# Seconds without a change before the client is told.
_QUIET = 0.3


@dataclass(frozen=True, slots=True)
class Unlogged:
    """A cell with something to log, and the title of the action that does it."""

    cell: str
    kind: str
    title: str

    def plain(self) -> dict[str, str]:
        return {"cell": self.cell, "kind": self.kind, "title": self.title}


class Unlogging:
    """One per session; used from the event loop's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # What runs say, by notebook; then by cell and the order in which it was told, or the file's by source and time.
        self._known: dict[str, dict[tuple[str, int], Evidence | None]] = {}
        self._last: dict[str, list[Unlogged]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._looks: dict[str, object] = {}  # the look at a notebook that began last

    async def of(self, opened: Opened) -> list[Unlogged]:
        """What the journal of a synced notebook does not tell now."""
        told = told_outputs(self._session).of(opened.uri)
        known = self._known.setdefault(opened.uri, {})
        settings = opened.scope.settings
        return await asyncio.to_thread(_look, opened.document, path_of(opened.uri), told, known, settings.language)

    def changed(self, opened: Opened) -> None:
        """The notebook or its outputs have changed: the client is told in a quiet moment."""
        if opened.is_notebook and not opened.closed:
            if (timer := self._timers.pop(opened.uri, None)) is not None:
                timer.cancel()
            loop = asyncio.get_running_loop()
            self._timers[opened.uri] = loop.call_later(_QUIET, lambda: self._session.tasks.start(self._tell(opened)))

    def forget(self, opened: Opened) -> None:
        """The notebook was closed."""
        if (timer := self._timers.pop(opened.uri, None)) is not None:
            timer.cancel()
        self._looks.pop(opened.uri, None)
        self._known.pop(opened.uri, None)
        self._last.pop(opened.uri, None)

    async def _tell(self, opened: Opened) -> None:
        self._timers.pop(opened.uri, None)
        look = self._looks[opened.uri] = object()
        found = await self.of(opened)
        if self._looks.get(opened.uri) is not look:
            return  # closed, or another look has begun later, and knows more
        if opened.closed or found == self._last.get(opened.uri, []):
            return
        self._last[opened.uri] = found
        cells = [each.plain() for each in found]
        self._session.connection.notify(METHOD, {"notebook": opened.uri, "cells": cells})


_unlogging: WeakKeyDictionary[Session, Unlogging] = WeakKeyDictionary()


def unlogging_of(session: Session) -> Unlogging:
    """The session's own; made when it is asked for the first time."""
    made = _unlogging.get(session)
    if made is None:
        made = _unlogging[session] = Unlogging(session)
        session.on_close.append(made.forget)
    return made


def follow(session: Session) -> None:
    """From now on the client is told."""
    session.on_change.append(unlogging_of(session).changed)


def _look(
    document: Document,
    path: Path | None,
    told: Mapping[str, Told],
    known: dict[tuple[str, int], Evidence | None],
    language: str,
) -> list[Unlogged]:
    """Of runs that the editor told all; of those in the file the last, and only of a journal."""
    from tflsp.facts.journal import is_journal
    from tflsp.facts.journal_entries import Kind
    from tflsp.journal.reading import journal_of
    from tflsp.server.explain.words import say
    from tflsp.server.journal.evidence import of_run
    from tflsp.server.journal.runs import runs_of_cells

    if not document.parts:
        return []
    journal = journal_of(document)
    pairs: list[tuple[str, Evidence | None]] = []
    for run in runs_of_cells(document, None, told):
        if run.cell is not None:
            uri = document.parts[run.cell].identifier
            key = (uri, told[uri].order)
            if key not in known:
                known[key] = of_run(run, language)
            pairs.append((uri, known[key]))
    if not told and path is not None and is_journal(document, journal):
        pairs = _saved(document, path, known, language)
    found = []
    for uri, evidence in pairs:
        if evidence is None or evidence.is_told(journal):
            continue
        if evidence.kind is Kind.ERROR:
            found.append(Unlogged(uri, "error", say("log-error", language, title=evidence.name)))
        else:
            found.append(Unlogged(uri, "step", say("log-step", language, number=journal.next_number)))
    return found


def _saved(
    document: Document, path: Path, known: dict[tuple[str, int], Evidence | None], language: str
) -> list[tuple[str, Evidence | None]]:
    """The last run that the file has, where its cell is open as it ran. The file is read again when it has changed."""
    from tflsp.server.journal.evidence import of_run
    from tflsp.server.journal.runs import read_saved, runs_of_file, source_of

    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        return []
    found = next((cell for cell, order in known if order == -stamp), None)
    if found is None:
        runs = runs_of_file(read_saved(path))
        run = runs[-1] if runs else None
        found = "" if run is None else source_of(run.source)
        known[found, -stamp] = None if run is None else of_run(run, language)
    part = next((part for part in document.parts if found and part.text == found), None)
    return [] if part is None else [(part.identifier, known[found, -stamp])]
