"""tflsp beside Jupyter's server: one process a language, started when it is first asked, started again when it has
died, with the notebooks that it is asked about. Every method may wait: none is for an event loop's own thread."""

from __future__ import annotations

import atexit
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from tflsp_jupyterlab.connection import Connection, Ended, Refused
from tflsp_jupyterlab.edits import by_document, edited, write_files
from tflsp_jupyterlab.notebooks import Asked, Cell, Notebook

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-32"]},
    "notebookDocument": {"synchronization": {}},
    "workspace": {
        "applyEdit": True,
        "diagnostics": {"refreshSupport": True},
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
    "textDocument": {
        "diagnostic": {},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source"]}},
            "isPreferredSupport": True,
        },
    },
}
OPTIONS = {"clientCommands": ["tflsp.client.insertCell"]}
# So many notebooks are kept open; of others the server is told again.
MOST = 16


class Resident:
    """The process for one language, and the notebooks that it has open."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._lock = Lock()  # what is told, and the question about it, go together
        self._changing = Lock()  # one command at a time changes files
        self.server: Connection | None = None
        self._notebooks: dict[str, Notebook] = {}
        self._changed: dict[str, str] | None = None
        self._inserting: defaultdict[str, Lock] = defaultdict(Lock)

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            server, self.server = self.server, None
        if server is not None:
            server.close()

    def asked(self, question: Callable[[Connection], Any]) -> Any:
        """The answer to a question; where the process dies meanwhile, that of the next one."""
        for last in (False, True):
            with self._lock:
                server = self._running()
                try:
                    answer = question(server)
                except Ended:
                    if last:
                        raise Refused("tflsp has ended") from None
                    continue
            try:
                return server.wait(answer)
            except Ended:
                if last:
                    raise Refused("tflsp has ended before it answered") from None
        raise AssertionError

    def _running(self) -> Connection:
        if self.server is None or not self.server.alive:
            if self.server is not None:
                self.server.close()
            self._notebooks = {}
            self.server = Connection(CAPABILITIES, {**OPTIONS, "locale": self.language}, self._apply)
        return self.server

    def synced(self, server: Connection, asked: Asked) -> Notebook:
        """The notebook, which the server now has as the browser does."""
        book = self._notebooks.pop(asked.uri, None)
        if book is None:
            if len(self._notebooks) >= MOST:
                oldest = self._notebooks.pop(next(iter(self._notebooks)))
                server.notify("notebookDocument/didClose", _closing(oldest))
            book = Notebook(asked.uri)
            book.open(server, asked.metadata, asked.cells)
        else:
            book.change(server, asked.metadata, asked.cells)
        self._notebooks[asked.uri] = book
        return book

    def about(
        self, asked: Asked, method: str, params: Mapping[str, Any], cell: str | None = None
    ) -> tuple[Notebook, Any]:
        """A question about a notebook, or one of its cells."""

        def question(server: Connection) -> Any:
            book = self.synced(server, asked)
            if cell is not None:
                return server.request(method, {**params, "textDocument": {"uri": book.uri_of(cell)}})
            if method.startswith("tflsp."):
                command = {"command": method, "arguments": [{**params, "uri": book.uri}]}
                return server.request("workspace/executeCommand", command)
            return server.request(method, {**params, "uri": book.uri})

        answer = self.asked(question)
        return Notebook(asked.uri, asked.metadata, asked.cells), answer

    def inserting(self, asked: Asked) -> Lock:
        """Held while an entry is made: another one for the same notebook comes after it."""
        with self._lock:
            return self._inserting[asked.uri]

    def inserted(self, asked: Asked, payload: Mapping[str, Any]) -> None:
        """The browser has the entry now, and inserts it: its step is kept to compare the next one with."""
        new = Cell("tflsp-entry", "markdown", payload["text"])
        at = payload["afterIndex"]
        at = len(asked.cells) if not isinstance(at, int) else at + 1
        with self._lock, suppress(Ended):
            book = self._notebooks.get(asked.uri)
            if book is not None and self.server is not None:
                book.change(self.server, asked.metadata, [*asked.cells[:at], new, *asked.cells[at:]])

    @contextmanager
    def collecting(self) -> Iterator[dict[str, str]]:
        """For one command: the server's own edits are carried out, those of cells kept here as texts by URI."""
        with self._changing:
            self._changed = {}
            try:
                yield self._changed
            finally:
                self._changed = None

    def _apply(self, edit: Mapping[str, Any]) -> bool:
        """The server's own edit, while a command of ours is under way: files here, cells in the browser."""
        changed = self._changed
        if changed is None:
            return False
        files: dict[str, Sequence[Mapping[str, Any]]] = {}
        cells: dict[str, str] = {}
        for uri, edits in by_document(edit):
            cell = next((found for book in list(self._notebooks.values()) if (found := book.cell_at(uri))), None)
            if cell is not None:
                cells[uri] = edited(cell.text, edits)
            else:
                files[uri] = [*files.get(uri, ()), *edits]
        write_files(files)
        changed |= cells
        return True


_residents: dict[str, Resident] = {}
_lock = Lock()


def resident(language: str) -> Resident:
    """The one for a language; all end with this process."""
    with _lock:
        if not _residents:
            atexit.register(_close)
        return _residents.setdefault(language, Resident(language))


def _close() -> None:
    for each in _residents.values():
        each.close()


def _closing(book: Notebook) -> dict[str, Any]:
    texts = [{"uri": book.uri_of(cell.id)} for cell in book.cells]
    return {"notebookDocument": {"uri": book.uri}, "cellTextDocuments": texts}
