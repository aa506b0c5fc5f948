"""A session: one client, its documents, and what is known of its folders. Lives in the event loop's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from tflsp.project import Project
from tflsp.server.analysis import Analysed, Analyser
from tflsp.server.client import Client
from tflsp.server.connection import Connection
from tflsp.server.documents import Documents, Opened
from tflsp.server.projects import Projects
from tflsp.server.uris import CELL_SCHEMES, name_of, path_of, scheme_of, within
from tflsp.server.worker import Worker
from tflsp.settings import Settings

log = logging.getLogger(__name__)

_PULLED_SCHEMES = frozenset({"file", "untitled"})
# Code actions are offered far more often than chosen.
_PROMISES = 256


class Session:
    """What the handlers of messages are given."""

    def __init__(self, client: Client, connection: Connection, worker: Worker, stop: Callable[[int], None]) -> None:
        self.client = client
        self.connection = connection
        self.worker = worker
        self.stop = stop  # with the exit code
        self.shut_down = False
        self.trace = client.trace
        self.documents = Documents(client.encoding)
        self.analyser = Analyser(worker, client, self.under, self._finished)
        self.folders: dict[str, Path] = {uri: path for uri, _ in client.folders if (path := path_of(uri))}
        self.projects = Projects()
        self._pushed: dict[str, tuple[int | None, list[dict[str, Any]]]] = {}
        self._tokens = count(1)
        self._promises: dict[str, Callable[[], None]] = {}

    def knows(self, method: str) -> bool:
        """Whether a typed handler stands behind a method, loaded or not."""
        return method in TYPED_METHODS

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
        loaded = self.projects.settings(self.folder_of(uri))
        path = path_of(uri)
        if path is not None and loaded.root is not None and within(path, loaded.root):
            return name_of(uri, loaded.root)
        return name_of(uri, self.root_of(uri))

    def project_root(self, opened: Opened) -> Path | None:
        """Where the project of a document begins."""
        return self.projects.root(self.folder_of(opened.uri)).path

    def under(self, opened: Opened) -> tuple[Settings, Project]:
        """What is in force for a document."""
        folder = self.folder_of(opened.uri)
        return self.projects.settings(folder).settings, self.projects.root(folder).project

    # Actions that a client may choose later

    def promise(self, act: Callable[[], None]) -> str:
        """Keep an action for the client to ask for, by the token that this gives."""
        while len(self._promises) >= _PROMISES:
            del self._promises[next(iter(self._promises))]
        token = str(next(self._tokens))
        self._promises[token] = act
        return token

    def kept(self, token: str) -> Callable[[], None] | None:
        """The action of a token, once."""
        return self._promises.pop(token, None)

    def closed(self, opened: Opened) -> None:
        """A document is no longer open: what was pushed for it is taken back."""
        self.analyser.forget(opened)
        self.take_back(part.uri for part in opened.state.parts)

    # Diagnostics

    def is_pushed(self, uri: str) -> bool:
        """Whether diagnostics of this text are pushed. Cells always are; the rest where the client cannot pull."""
        return not self.client.pulls or scheme_of(uri) not in _PULLED_SCHEMES or scheme_of(uri) in CELL_SCHEMES

    def changed(self, opened: Opened) -> None:
        """A document was opened or changed."""
        if self.is_pushed(opened.state.parts[0].uri if opened.state.parts else opened.uri):
            self.analyser.refresh(opened)

    def take_back(self, uris: Any) -> None:
        """Push that there is nothing (more) to say of these texts."""
        for uri in uris:
            if (pushed := self._pushed.pop(uri, None)) is not None and pushed[1]:
                self.connection.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})

    def _finished(self, opened: Opened, analysed: Analysed) -> None:
        """An analysis of the newest state has ended."""
        for part, found in zip(analysed.state.parts, analysed.diagnostics, strict=True):
            if not self.is_pushed(part.uri) or self._pushed.get(part.uri) == (part.version, found):
                continue
            self._pushed[part.uri] = (part.version, found)
            params: dict[str, Any] = {"uri": part.uri, "diagnostics": found}
            if part.version is not None:
                params["version"] = part.version
            self.connection.notify("textDocument/publishDiagnostics", params)


# Methods of typed handlers, known before they are loaded; a test holds the two together.
TYPED_METHODS = frozenset({"textDocument/codeAction", "codeAction/resolve", "workspace/executeCommand"})
