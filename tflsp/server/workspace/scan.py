"""Runs the reading process for a session, takes in what it tells, and shows progress where it takes long.

One at a time; what changes meanwhile is read by the next one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tflsp.facts.journal_records import JournalRecord
from tflsp.server.explain.words import say
from tflsp.server.uris import path_of
from tflsp.server.workspace.progress import Progress
from tflsp.server.workspace.records import FileRecord, Order

if TYPE_CHECKING:
    from tflsp.server.session import Session

log = logging.getLogger(__name__)

# Seconds in which further changes of files are waited for: a checkout changes many.
_SETTLED = 0.3
_LONGEST_LINE = 1 << 26


def end(process: asyncio.subprocess.Process) -> None:
    """Ask a child to end, if it has not.

    Process.kill would collect a child that ended just now, and asyncio, which waits for it too, would find none.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)


class Scan:
    """The reading of a session's files. ``initialize`` are the client's parameters, as they came."""

    def __init__(self, session: Session, initialize: dict[str, Any]) -> None:
        self._session = session
        self._initialize = initialize
        self._wanted: set[Path] | None = set()  # None: everything
        self._timer: asyncio.TimerHandle | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._running = False
        self._begun = False

    @property
    def settled(self) -> bool:
        """Whether everything was read, and nothing is being read nor about to be."""
        return self._begun and not self._running and self._timer is None

    def everything(self) -> None:
        """Read all files of the folders."""
        self._wanted = None
        self._begun = True
        self._soon()

    def changed(self, paths: Iterable[Path]) -> None:
        """Read these files, or forget them where they are no more."""
        if self._wanted is not None:
            self._wanted |= set(paths)
        self._soon()

    def close(self) -> None:
        """The session ends: nobody waits for the rest."""
        if self._timer is not None:
            self._timer.cancel()
        self.stop()

    def stop(self) -> None:
        """The user does not want to wait for the rest."""
        if self._process is not None:
            end(self._process)

    def _soon(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(_SETTLED, self._start)

    def _start(self) -> None:
        self._timer = None
        if not self._running and self._more():
            self._running = True
            self._session.tasks.start(self._run())

    def _more(self) -> bool:
        return self._wanted is None or bool(self._wanted)

    async def _run(self) -> None:
        wanted, self._wanted = self._wanted, set()
        try:
            if wanted is None:
                await self._read(self._order(None))
            else:
                gone = [path for path in wanted if not path.is_file()]
                self._session.files.forget(gone)
                self._session.journals.forget_below(gone)
                there = tuple(sorted(str(path) for path in wanted if path.is_file()))
                if there:
                    await self._read(self._order(there))
        finally:
            self._running = False
            if self._more():
                self._soon()
            self._session.files.settled()
            self._session.look_at_projects()

    def _order(self, files: tuple[str, ...] | None) -> Order:
        session = self._session
        opened = (path_of(each.uri) for each in session.documents if not session.journals.is_part(each))
        return Order(
            self._initialize,
            tuple(str(folder) for folder in session.folders.values()),
            session.language,
            tuple(
                (None if folder is None else str(folder), table) for folder, table in session.projects.editor.items()
            ),
            files,
            tuple(str(path) for path in opened if path is not None),
            session.client.pulls,
        )

    async def _read(self, order: Order) -> None:
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tflsp.server.workspace.reader",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        progress = Progress(self._session, say("scanning", self._session.language), self.stop)
        try:
            process.stdin.write(json.dumps(order.plain()).encode() + b"\n")
            process.stdin.close()
            total = done = 0
            journals: set[Path] = set()
            async for line in process.stdout:
                told = json.loads(line)
                if "total" in told:
                    total = told["total"]
                elif "path" in told:
                    self._session.files.take(FileRecord.of(told))
                elif "journal" in told:
                    path = Path(told["of"])
                    journals.add(path)
                    self._session.journals.take(path, JournalRecord.of(told["journal"]))
                    continue
                elif "journals" in told:
                    if order.files is None:
                        self._session.journals.keep(journals)
                    continue
                done += 1
                progress.report(done, total)
        finally:
            progress.end()
            self.stop()
            await process.wait()
            self._process = None
