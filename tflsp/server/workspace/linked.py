"""What the links of open documents lead to: files as they lie on disk, open documents as they stand.

Nobody waits for it: a document is analysed with what is known, and again when that is not what it was. Looked at again
when typing has settled and when files have changed, which costs a look at each file's time where nothing is new.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tflsp.checking.linked_files import (
    Found,
    PageFiles,
    Surroundings,
    linked_files,
    page_of_document,
    surroundings,
)
from tflsp.checking.links import links_of
from tflsp.dataclass import dataclass
from tflsp.engine import Report
from tflsp.facts.linked import Linked, Page
from tflsp.server.documents import Opened, State
from tflsp.server.uris import path_of
from tflsp.settings import Settings

if TYPE_CHECKING:
    from tflsp.rules.notebooks.linking import Wanted
    from tflsp.server.session import Session

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Known:
    """What a document wants to know, and what it was told."""

    wanted: Wanted
    linked: Linked | None = None


class _Asking(NamedTuple):
    """A document that wants to know something, where it stands, and the root of its project."""

    wanted: Wanted
    around: Surroundings
    root: Path


class OpenLinks:
    """One per session. ``of`` and ``asked`` are called on the thread of the analysis, the rest belongs to the loop."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._known: dict[Opened, _Known] = {}
        self._pages: dict[Path, tuple[State, Page | None]] = {}
        self._files = PageFiles()
        self._looking = False
        self._again = False

    def of(self, opened: Opened) -> Linked | None:
        """What is known of what a document's links lead to."""
        known = self._known.get(opened)
        return known.linked if known is not None else None

    def asked(self, opened: Opened, report: Report, settings: Settings) -> None:
        """A document was analysed: it may want to know more, or less."""
        found = links_of(report, settings)
        known = self._known.get(opened)
        if found != (known.wanted if known is not None else None):
            self._loop.call_soon_threadsafe(self._wants, opened, found)

    def look(self) -> None:
        """Files or documents may be others now."""
        if not self._known:
            return
        self._again = True
        if not self._looking:
            self._looking = True
            self._session.tasks.start(self._look())

    def _wants(self, opened: Opened, wanted: Wanted | None) -> None:
        if opened.closed or self._session.journals.is_part(opened):
            return
        if wanted is None:
            self._known.pop(opened, None)
            return
        self._known[opened] = _Known(wanted, self.of(opened))
        self.look()

    async def _look(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._look_once()
        finally:
            self._looking = False

    async def _look_once(self) -> None:
        for gone in [opened for opened in self._known if opened.closed]:
            del self._known[gone]
        known = dict(self._known)
        asking = {opened: found for opened, each in known.items() if (found := self._asking(opened, each)) is not None}
        session = self._session
        states = {
            path: opened.state
            for opened in session.documents
            if not session.journals.is_part(opened) and (path := path_of(opened.uri)) is not None
        }
        told = await asyncio.to_thread(self._tell, asking, states)
        news = []
        for opened, linked in told.items():
            # What was asked meanwhile is looked at in the next round.
            if self._known.get(opened) is known[opened] and known[opened].linked != linked:
                known[opened].linked = linked
                news.append(opened)
        session.outdate(news)

    def _asking(self, opened: Opened, known: _Known) -> _Asking | None:
        path = path_of(opened.uri)
        if path is None:
            return None
        session = self._session
        root = session.projects.root(path.parent).path or path.parent
        around = surroundings(path, [*session.folders.values(), root], session.root_of(opened.uri))
        return _Asking(known.wanted, around, root)

    def _tell(self, asking: Mapping[Opened, _Asking], states: Mapping[Path, State]) -> dict[Opened, Linked]:
        """In a thread: look at all files that anybody wants to know of."""
        opened = {Path(os.path.realpath(path)): state for path, state in states.items()}
        self._pages = {path: known for path, known in self._pages.items() if path in opened}
        seen: dict[Path, Found | None] = {}

        def look(path: Path) -> Found | None:
            if path not in seen:
                seen[path] = self._opened(path, opened[path]) if path in opened else self._files.look(path)
            return seen[path]

        told = {each: linked for each, wants in asking.items() if (linked := _linked(wants, look)) is not None}
        self._files.keep(seen)
        return told

    def _opened(self, path: Path, state: State) -> Found:
        known = self._pages.get(path)
        if known is None or known[0] is not state:
            known = self._pages[path] = state, page_of_document(state.document)
        return Found(True, known[1])


def _linked(asking: _Asking, look: Callable[[Path], Found | None]) -> Linked | None:
    from tflsp.checking.guide_files import guides_of  # where links are followed

    try:
        guides: Sequence[Path] = guides_of(asking.around.file, asking.root) if asking.wanted.guides else ()
        return linked_files(asking.around, asking.wanted.paths, guides, look)
    except Exception as error:  # whatever a file holds, the others' links are still followed
        log.error("links could not be followed: %s", type(error).__name__)
        log.debug("in links", exc_info=error)
        return None
