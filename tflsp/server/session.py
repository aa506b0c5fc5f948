"""A session: one client, its documents, and what is known of its folders. Lives in the event loop's thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from tflsp.locales import language_of_environment
from tflsp.project import Project
from tflsp.project_index import NOTHING, Contribution
from tflsp.server.analysis import Analysed, Analyser
from tflsp.server.client import Client
from tflsp.server.connection import ClientError, Connection
from tflsp.server.documents import Documents, Opened
from tflsp.server.projects import Projects, Root
from tflsp.server.promises import Promises
from tflsp.server.publishing import Publisher
from tflsp.server.tasks import Tasks
from tflsp.server.uris import name_of, path_of, uri_of, within
from tflsp.server.worker import Worker
from tflsp.server.workspace.files import Files
from tflsp.server.workspace.journals import Journals
from tflsp.server.workspace.linked import OpenLinks
from tflsp.server.workspace.records import FileRecord
from tflsp.server.workspace.scan import Scan

log = logging.getLogger(__name__)

# Seconds without a change of the project before other documents follow it.
_SETTLED = 0.3


class Session:
    """What the handlers of messages are given."""

    def __init__(
        self,
        client: Client,
        connection: Connection,
        worker: Worker,
        initialize: dict[str, Any],
        *,
        stop: Callable[[int], None],
        idle: Callable[[], None],
    ) -> None:
        self.client = client
        self.connection = connection
        self.worker = worker
        self.stop = stop  # with the exit code
        self.idle = idle  # called on the worker's thread when it has nothing urgent to do for the first time
        self.shut_down = False
        self.trace = client.trace
        self.documents = Documents(client.encoding)
        self.analyser = Analyser(worker, client, self._finished, self._measured, self._projected)
        self.folders: dict[str, Path] = {uri: _real(path) for uri, _ in client.folders if (path := path_of(uri))}
        self.default_language = language_of(client)  # of messages where no setting names one
        self.projects = Projects(self.default_language)
        self.files = Files(self._told, self._file_gone)
        self.scan = Scan(self, initialize)
        self.journals = Journals(self)
        self.links = OpenLinks(self)
        self.analyser.adding = self.journals.added
        self.analyser.links = self.links
        self.cancellable: dict[str, Callable[[], None]] = {}  # progress token -> what stops the work
        self.publisher = Publisher(client, connection)
        self.tasks = Tasks()
        self.promises = Promises()
        self.on_change: list[Callable[[Opened], None]] = []  # called when a document was opened or changed
        self.on_close: list[Callable[[Opened], None]] = []
        self._refreshing: asyncio.TimerHandle | None = None
        self._tokens = count(1)

    def close(self) -> None:
        """The session ends."""
        self.scan.close()
        self.journals.close()
        if self._refreshing is not None:
            self._refreshing.cancel()
        self.tasks.close()

    def new_token(self, kind: str) -> str:
        """A token that was not used before."""
        return f"tflsp-{kind}-{next(self._tokens)}"

    @property
    def language(self) -> str:
        """The language of messages that belong to no document."""
        folder = next(iter(self.folders.values()), None)
        return self.projects.settings(folder).settings.language

    # Documents

    def root_of(self, uri: str) -> Path | None:
        """The innermost folder of the workspace that a document lies in."""
        path = path_of(uri)
        roots = [folder for folder in self.folders.values() if path is not None and within(path, folder)]
        return max(roots, key=lambda folder: len(folder.parts), default=None)

    def folder_of(self, uri: str) -> Path | None:
        """The folder that decides on settings and project: the document's own, or the first of the workspace."""
        path = path_of(uri)
        if path is not None:
            return path.parent
        return next(iter(self.folders.values()), None)

    def name_of(self, uri: str) -> str:
        """The name that the document goes by in the core: below its settings file, else its workspace folder."""
        root = self.projects.settings(self.folder_of(uri)).root
        path = path_of(uri)
        if path is None or root is None or not within(path, root):
            root = self.root_of(uri)
        return name_of(uri, root)

    def project_root(self, opened: Opened) -> Path | None:
        """Where the project of a document begins."""
        return opened.scope.root.path

    def rescope(self) -> None:
        """Settings, projects or folders are not what they were: every document looks for its own again."""
        for opened in self.documents:
            self.documents.rename(opened, self.name_of(opened.uri))
            opened.scope = self.projects.scope(self.folder_of(opened.uri))

    def opened(self, opened: Opened) -> None:
        """A document was opened."""
        self.journals.opened(opened)
        opened.scope = self.projects.scope(self.folder_of(opened.uri))
        self.changed(opened)
        if opened.is_notebook:
            self.files.settled()  # what was said of its file is said of its cells now

    def closed(self, opened: Opened) -> None:
        """A document is no longer open: what was pushed for it is taken back."""
        self.analyser.forget(opened)
        for tell in self.on_close:
            tell(opened)
        self.publisher.take_back(part.uri for part in opened.state.parts)
        self.journals.changed()
        if (path := path_of(opened.uri)) is not None:
            self.scan.changed([path])  # what counts now is what was saved
        if opened.is_notebook:
            self.files.settled()
        elif path is not None and not self.publisher.pushes_document(opened):
            self.files.closed(opened.uri)

    # Files that are not open

    def _told(self, record: FileRecord) -> None:
        """A file says this of its project, unless it is open: then its text does."""
        if not any(opened.name == record.name for opened in self.documents):
            root = self.projects.root(Path(record.path).parent)
            self.worker.submit(partial(_add, root, record.name, record.contribution))

    def _file_gone(self, path: Path) -> None:
        root, name = self.projects.root(path.parent), self.name_of(uri_of(path))
        self.worker.submit(partial(_add, root, name, NOTHING))

    def look_at_projects(self) -> None:
        """What files say may have changed the projects: documents follow."""
        loop = asyncio.get_running_loop()
        for root in self.projects.roots:
            self.worker.submit(partial(_look, root, loop, self._project_is))

    def _project_is(self, root: Root, project: Project) -> None:
        if root.project != project:
            root.project = project
            if self._refreshing is not None:
                self._refreshing.cancel()
            # Typing in a tag changes the project with every key: other documents wait until it is done.
            self._refreshing = asyncio.get_running_loop().call_later(_SETTLED, self.refresh)

    # Settings and files

    def editor_settings(self, by_folder: Mapping[Path | None, Mapping[str, Any]]) -> None:
        """The editor's settings are these."""
        if self.projects.set_editor_settings(by_folder):
            self._judge_anew()

    def files_changed(self) -> None:
        """Settings files, folders, or files at a project's root have changed."""
        self.projects.forget_files()
        self._judge_anew()

    def _judge_anew(self) -> None:
        """By settings that may be others now."""
        self.rescope()
        self.analyser.invalidate()
        self.refresh()
        if self.client.refreshes_lenses:  # a setting turns them on, and may come after the first question for them
            self.connection.request("workspace/codeLens/refresh", None)
        self.scan.everything()

    def refresh(self) -> None:
        """What is shown may not hold any more: pushed documents are analysed anew, and the client pulls the others."""
        for opened in self.documents:
            if self.publisher.pushes_document(opened) and self.analyser.current(opened) is None:
                self.analyser.refresh(opened)
        if self.client.pulls:
            self.connection.request("workspace/diagnostic/refresh", None)
        if self.client.refreshes_hints:
            self.connection.request("workspace/inlayHint/refresh", None)

    async def apply(self, edit: Mapping[str, Any]) -> bool:
        """Have the client apply a workspace edit. Whether it did."""
        try:
            answer = await self.connection.request("workspace/applyEdit", {"edit": edit})
        except ClientError:
            return False
        return isinstance(answer, dict) and answer.get("applied") is True

    # Diagnostics

    def changed(self, opened: Opened) -> None:
        """A document was opened or changed."""
        self.journals.changed(typed=True)
        if self.publisher.pushes_document(opened):
            self.analyser.refresh(opened)
        for tell in self.on_change:
            tell(opened)

    def outdate(self, opened: Iterable[Opened]) -> None:
        """What the workspace knows besides the texts of these documents is not what it was."""
        stale = list(opened)
        for each in stale:
            self.analyser.outdate(each)
        if stale:
            self.refresh()

    def _finished(self, opened: Opened, analysed: Analysed) -> None:
        """An analysis of the newest state has ended."""
        if self.publisher.pushes_document(opened):
            self.publisher.push(analysed)

    def _projected(self, opened: Opened, project: Project) -> None:
        """What a document says of its project has changed while it was typed in."""
        self._project_is(opened.scope.root, project)

    def _measured(self, opened: Opened, analysed: Analysed, elapsed: float) -> None:
        """An analysis has ended, of whatever state; the worker's view of the project is ours from now on."""
        self._project_is(opened.scope.root, analysed.project)
        if self.trace != "off":
            message = f"{opened.document.kind}: analysed in {elapsed * 1000:.1f} ms"
            self.connection.notify("$/logTrace", {"message": message})


def _real(folder: Path) -> Path:
    """JupyterLab names the folder of its virtual documents, which is empty; what is worked in lies around it."""
    return folder.parent if folder.name == ".virtual_documents" else folder


def _add(root: Root, name: str, contribution: Contribution) -> None:
    """On the worker's thread."""
    root.index.add(name, contribution)


def _look(root: Root, loop: asyncio.AbstractEventLoop, tell: Callable[[Root, Project], None]) -> None:
    """On the worker's thread."""
    project = root.index.project(root.base)
    with suppress(RuntimeError):  # the loop has ended meanwhile
        loop.call_soon_threadsafe(tell, root, project)


def language_of(client: Client) -> str:
    """The language of messages where no setting names one: the client's, else the environment's."""
    told = client.options.get("locale")
    name = (told if isinstance(told, str) else "") or client.locale
    if not name:
        return language_of_environment()
    return "zh" if name.lower().startswith("zh") else "en"
