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
# Seconds after which they are not waited for any more: a program may go on writing for ever.
_LONGEST = 3.0
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
        self._changed: set[Path] = set()
        self._everything = False
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0  # when the first of the changes came that are waited for
        self._process: asyncio.subprocess.Process | None = None
        self._running = False
        self._begun = False
        self._read_once = asyncio.Event()

    @property
    def settled(self) -> bool:
        """Whether everything was read, and nothing is being read nor about to be."""
        return self._begun and not self._running and self._timer is None

    def begin(self) -> None:
        """Read all files of the folders, unless somebody could not wait for it."""
        if not self._begun:
            self.everything()

    @property
    def was_read(self) -> bool:
        """Whether the journals of all files were read once, or their reading has ended otherwise."""
        return self._read_once.is_set()

    async def read_once(self) -> None:
        """Wait until ``was_read``; what else the files hold may still be read."""
        self.begin()
        await self._read_once.wait()

    def everything(self) -> None:
        """Read all files of the folders."""
        self._everything = True
        self._begun = True
        self._soon()

    def changed(self, paths: Iterable[Path]) -> None:
        """Read these files, or forget them where they are no more."""
        self._changed |= set(paths)
        self._soon()

    def close(self) -> None:
        """The session ends: nobody waits for the rest."""
        if self._timer is not None:
            self._timer.cancel()
        self.stop()
        self._read_once.set()

    def stop(self) -> None:
        """The user does not want to wait for the rest."""
        if self._process is not None:
            end(self._process)

    def _soon(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._since = loop.time()
        elif loop.time() - self._since > _LONGEST:
            return
        else:
            self._timer.cancel()
        self._timer = loop.call_later(_SETTLED, self._start)

    def _start(self) -> None:
        self._timer = None
        if not self._running and self._more():
            self._running = True
            self._session.tasks.start(self._run())

    def _more(self) -> bool:
        return self._everything or bool(self._changed)

    async def _run(self) -> None:
        everything, self._everything = self._everything, False
        changed, self._changed = self._changed, set()
        try:
            gone = [path for path in changed if not path.is_file()]
            beside = set() if everything else self._session.journals.beside(changed)
            self._session.files.forget(gone)
            self._session.journals.forget_below(gone)
            if everything:
                await self._read(self._order(None))
            else:
                await self._read_those(changed)
                if self._session.client.pulls:
                    # What is said of links between files changes with either.
                    await self._read_those(beside | self._session.journals.beside(changed))
        finally:
            self._running = False
            if everything:
                self._read_once.set()
            if self._more():
                self._soon()
            self._session.files.settled()
            self._session.journals.files_read()
            self._session.look_at_projects()
            self._session.links.look()

    async def _read_those(self, paths: Iterable[Path]) -> None:
        there = tuple(sorted(str(path) for path in paths if path.is_file()))
        if there:
            await self._read(self._order(there))

    def _order(self, files: tuple[str, ...] | None) -> Order:
        session = self._session
        opened = (path_of(each.uri) for each in session.documents if not session.journals.is_part(each))
        return Order(
            self._initialize,
            tuple(str(folder) for folder in session.folders.values()),
            session.default_language,
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
                        self._read_once.set()
                    continue
                done += 1
                progress.report(done, total)
        finally:
            progress.end()
            self.stop()
            await process.wait()
            self._process = None
