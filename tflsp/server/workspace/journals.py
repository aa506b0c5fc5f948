"""The journals of a workspace: records of files as they were read, of open documents as they stand.

Belongs to the event loop's thread; what costs more than a moment is done in another. What other threads look at (the
known incidents) is replaced as a whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from time import thread_time
from typing import TYPE_CHECKING, Any

from tflsp.checking.linked_files import path_from
from tflsp.dataclass import dataclass
from tflsp.engine import Report
from tflsp.facts.journal_recording import record_of, without_secrets
from tflsp.facts.journal_records import NO_RECORD, JournalRecord, Where
from tflsp.journal.index_outputs import errors_by_source, errors_of
from tflsp.server.documents import Opened, State
from tflsp.server.journal.outputs import told_outputs
from tflsp.server.telling import Diagnostic, Shown
from tflsp.server.uris import cell_uri, path_of, uri_of
from tflsp.server.workspace.incidents import Seen, by_fingerprint
from tflsp.server.workspace.seen_before import mentions, seen_again, with_incidents

if TYPE_CHECKING:
    from tflsp.server.session import Session

log = logging.getLogger(__name__)

CHANGED = "tflsp/journalChanged"
# Seconds without a change before anybody is told of one.
_SETTLED = 0.4
# Seconds that anybody waits for that.
_LONGEST = 1.5
# Files with journals, links to journals or known errors that are remembered.
MOST_FILES = 10_000
LARGEST = 8 << 20  # bytes of a notebook whose outputs are looked at


@dataclass(frozen=True, slots=True)
class Known:
    """A document of the workspace. ``uris`` are those of its parts: a file has one.

    A notebook that is synced, or that the client can open at a cell, has one a cell.
    """

    uri: str
    path: Path | None
    uris: tuple[str, ...]
    record: JournalRecord

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.stem if self.path is not None else self.uri.rsplit("/", 1)[-1]

    def location(self, where: Where) -> dict[str, Any]:
        """A place as an LSP Location."""
        return {"uri": self.uris[where[0]], "range": plain_range(where)}


def plain_range(where: Where) -> dict[str, Any]:
    """A place as an LSP Range."""
    _, line, character, last, end = where
    return {"start": {"line": line, "character": character}, "end": {"line": last, "character": end}}


class Journals:
    """One per session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._files: dict[Path, Known] = {}
        self._opened: dict[Opened, tuple[int, JournalRecord]] = {}
        self._seen: dict[str, JournalRecord] = {}  # by the last look
        self._told: dict[str, JournalRecord] = {}  # what the client shows, or has been told to ask for
        self._looks = 0  # how often somebody has begun to see what is new
        self._timer: asyncio.TimerHandle | None = None
        self._cost = 0.0  # seconds that the last record of an open document took
        self._since = 0.0  # when the first of the changes came that nobody was told of
        self._outputs: dict[Opened, Mapping[str, Sequence[str]]] = {}
        self.incidents: Mapping[str, tuple[Seen, ...]] = {}
        self._deleted: dict[Opened, tuple[str, ...]] = {}  # texts that were open when their file went
        self.sources: dict[Opened, Any] = {}  # what was last read of open documents: sources.py's
        self.followed = False  # whether the client wants to be told of changes: it has asked for the journals

    def close(self) -> None:
        """The session ends."""
        if self._timer is not None:
            self._timer.cancel()

    def is_part(self, opened: Opened) -> bool:
        """Whether an open document is only a part of its file, as JupyterLab's virtual documents are."""
        return _is_virtual(opened)

    # Files

    def take(self, path: Path, record: JournalRecord) -> None:
        """A file was read."""
        if record.is_empty:
            self.forget([path])
        elif path in self._files or len(self._files) < MOST_FILES:
            uri = uri_of(path)
            by_cells = self._session.client.opens_cells and path.suffix.lower() == ".ipynb"
            uris = _cells(uri, record) if by_cells else (uri,)
            self._files[path] = Known(uri, path, uris, record)
            self.changed()

    def forget(self, paths: Iterable[Path]) -> None:
        """Files are no more, or have no journal any more."""
        for path in paths:
            if self._files.pop(path, None) is not None:
                self.changed()

    def forget_below(self, paths: Iterable[Path]) -> None:
        """Files or folders are no more; an editor may hold their documents for minutes after it has closed them."""
        gone = set(paths)

        def is_gone(path: Path | None) -> bool:
            return path is not None and (path in gone or not gone.isdisjoint(path.parents))

        self.forget([path for path in self._files if is_gone(path)])
        deleted = {each: _texts(each) for each in self._session.documents if is_gone(path_of(each.uri))}
        if deleted:
            self._deleted |= deleted
            self.changed()

    def keep(self, paths: Set[Path]) -> None:
        """All files were read: those that are not among these have no journal."""
        self.forget([path for path in self._files if path not in paths])
        self.changed()

    def files_read(self) -> None:
        """Files were read: those that were deleted may be there again."""
        if self._deleted:
            self.changed()

    def changed(self, *, typed: bool = False) -> None:
        """A record may be another now: whoever shows it is told when no more changes come."""
        loop = asyncio.get_running_loop()
        if self._timer is None:
            self._since = loop.time()
        elif not typed and loop.time() - self._since > _LONGEST:
            return  # while a large workspace is read there is always more to come
        else:
            self._timer.cancel()
        # Reading a journal of thousands of steps takes a second: not while somebody types in it.
        self._timer = loop.call_later(max(_SETTLED, 4 * self._cost) if typed else _SETTLED, self._settled)

    # What is known

    async def known(self) -> list[Known]:
        """All that is known, open documents as they stand now."""
        opened = [each for each in self._session.documents if not _is_virtual(each)]
        there = [each for each in opened if not self._is_deleted(each)]
        found = [known for each in there if (known := await self.of(each))]
        # Whatever was closed meanwhile is among these already.
        paths = {path_of(each.uri) for each in opened}
        return [*found, *[known for path, known in self._files.items() if path not in paths]]

    async def shown(self) -> list[Known]:
        """The same for a client that shows it from now on, and is told when it holds no longer."""
        self.followed = True
        known = await self.known()
        self._told = _records(known)
        return known

    async def of(self, opened: Opened) -> Known | None:
        """What an open document holds; None where that is nothing."""
        state = opened.state
        kept = self._opened.get(opened)
        if kept is None or kept[0] != state.revision:
            record, self._cost = await asyncio.to_thread(_record, self._session, state)
            kept = (state.revision, record)
            if not opened.closed:
                self._opened[opened] = kept
        record = kept[1]
        if record.is_empty:
            return None
        return Known(opened.uri, path_of(opened.uri), tuple(part.uri for part in state.parts), record)

    def _is_deleted(self, opened: Opened) -> bool:
        path = path_of(opened.uri)
        if opened not in self._deleted or path is None or path.exists():
            return False
        # By its texts: an editor tells of runs and metadata that have changed also where nobody works in it.
        return self._deleted[opened] == _texts(opened)

    def beside(self, paths: Iterable[Path]) -> set[Path]:
        """The files that have links into any of these, or are led to by them."""
        wanted = set(paths)
        names = {path.name for path in wanted}
        found: set[Path] = set()
        for each in self._files.values():
            if each.path is None:
                continue
            root = self._session.root_of(each.uri)
            linked = {link.path for link in each.record.links if link.path}
            if each.path not in wanted:
                linked = {path for path in linked if path.rpartition("/")[2] in names}
            targets = {path_from(each.path, path, root) for path in linked}
            if each.path in wanted:
                found |= {target for target in targets if target is not None}
            elif not targets.isdisjoint(wanted):
                found.add(each.path)
        return found - wanted

    # Changes

    def _settled(self) -> None:
        self._timer = None
        self._session.tasks.start(self._tell())

    async def _tell(self) -> None:
        """See what is new, and tell whom it concerns."""
        self._session.links.look()
        self._looks += 1
        look = self._looks
        known = await self.known()
        if look != self._looks:
            return  # another look has begun later, and knows more
        for kept in (self._opened, self._outputs, self._deleted, self.sources):
            for gone in [opened for opened in kept if opened.closed]:
                del kept[gone]
        records = _records(known)
        if records != self._seen:
            self._seen = records
            old, self.incidents = self.incidents, by_fingerprint(known)
            news = {key for key in old.keys() | self.incidents.keys() if old.get(key) != self.incidents.get(key)}
            if news:
                self._session.outdate(self._concerned(news))
        # The client may have asked between two looks, and show what neither has seen.
        if self.followed and records != self._told:
            self._told = records
            self._session.connection.notify(CHANGED, {})

    # Errors that are known

    def added(
        self, opened: Opened, report: Report, shown: tuple[Shown, ...], language: str
    ) -> tuple[list[Diagnostic], ...]:
        """The diagnostics of a document with what is known of its errors. On the thread of the analysis."""
        uri = _notebook_of(opened.uri) if _is_virtual(opened) else opened.uri
        again = seen_again(uri, report, self.incidents, self.outputs(opened))
        try:
            return with_incidents(shown, again, report.document, self._session.client, language)
        except Exception as error:  # findings are shown whatever this runs into
            log.error("known errors could not be looked for: %s", type(error).__name__)
            log.debug("in known errors", exc_info=error)
            return tuple([diagnostic for _, diagnostic in pairs] for pairs in shown)

    def outputs(self, opened: Opened) -> Mapping[str, Sequence[str]]:
        """Fingerprints of the errors in a synced notebook's saved outputs, by the source of their cells."""
        return self._outputs.get(opened, {})

    def opened(self, opened: Opened) -> None:
        """A document was opened or saved: a synced notebook comes without its outputs, which its file has."""
        path = path_of(opened.uri)
        if opened.is_notebook and path is not None:
            self._session.tasks.start(self._read_outputs(opened, path))

    def told(self, opened: Opened) -> None:
        """The client has told outputs of a notebook: they count more than those of its file."""
        told = told_outputs(self._session).of(opened.uri)
        texts = zip(opened.state.parts, opened.document.parts, strict=True)
        live = {text.text: errors_of(told[part.uri].outputs) for part, text in texts if part.uri in told}
        found = {source: prints for source, prints in {**self.outputs(opened), **live}.items() if prints}
        if found != self.outputs(opened):
            self._outputs[opened] = found
            self._session.outdate([opened])

    async def _read_outputs(self, opened: Opened, path: Path) -> None:
        found = await asyncio.to_thread(_saved, path)
        if not opened.closed and found != self._outputs.get(opened, {}):
            self._outputs[opened] = found
            self._session.outdate([opened])

    def _concerned(self, news: Collection[str]) -> Iterator[Opened]:
        """The open documents that errors with these fingerprints may stand in."""
        for opened in self._session.documents:
            analysed = self._session.analyser.latest(opened)
            ran = any(each in news for prints in self.outputs(opened).values() for each in prints)
            if ran or (analysed is not None and mentions(analysed.report, news)):
                yield opened


def _records(known: Iterable[Known]) -> dict[str, JournalRecord]:
    return {each.uri: each.record for each in known}


def _texts(opened: Opened) -> tuple[str, ...]:
    return tuple(part.text for part in opened.document.parts)


def _cells(notebook: str, record: JournalRecord) -> tuple[str, ...]:
    """URIs of the cells up to the last that the record speaks of."""
    parts = [entry.where[0] for entry in record.entries] + [incident.where[0] for incident in record.incidents]
    return tuple(cell_uri(notebook, number) for number in range(max(parts, default=0) + 1))


def _is_virtual(opened: Opened) -> bool:
    """JupyterLab's virtual documents are parts of a notebook, whose file says more."""
    from tflsp.server.journal.targets import is_virtual  # needs a session, which needs this

    return is_virtual(opened)


def _notebook_of(uri: str) -> str:
    from tflsp.server.journal.targets import notebook_of

    return notebook_of(uri)


def _saved(path: Path) -> Mapping[str, Sequence[str]]:
    """In a thread: the errors in a file's outputs."""
    try:
        if path.stat().st_size > LARGEST:
            return {}
        return errors_by_source(path.read_bytes().decode("utf-8", "replace"))
    except OSError:
        return {}


def _record(session: Session, state: State) -> tuple[JournalRecord, float]:
    """In a thread: the record of an open document as it stood, and the seconds that it took."""
    start = thread_time()
    try:
        record = without_secrets(record_of(state.document, session.client.encoding))
    except Exception as error:  # whatever a document holds, the others are still known
        log.error("a journal could not be read: %s", type(error).__name__)
        log.debug("in a journal", exc_info=error)
        record = NO_RECORD
    return record, thread_time() - start
