"""Where an entry is to go: which document the client means, and by which way an entry can get into it.

Ways: an edit of a text, an edit at the end of a synced Markdown cell, a new cell, and a new cell of a notebook of which
only JupyterLab's virtual documents are open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook
from tflsp.server.convert import offset_of
from tflsp.server.documents import Opened
from tflsp.server.session import Session
from tflsp.server.uris import path_of, scheme_of

INSERT_CELL = "tflsp.client.insertCell"
INSERT_SNIPPET = "tflsp.client.insertSnippet"
_VIRTUAL_FOLDER = "/.virtual_documents/"
_FOREIGN = re.compile(r"\.ipynb\.[^/]+\Z")


class Way(Enum):
    """How an entry gets into a document."""

    TEXT = "text"
    END_OF_CELL = "end of cell"
    NEW_CELL = "new cell"
    VIRTUAL = "virtual"


@dataclass(frozen=True, slots=True)
class Target:
    """A document of the client's, and the place in it that was named: a cell's URI, or a position in its text."""

    session: Session
    opened: Opened
    way: Way
    cell: str | None = None
    position: Mapping[str, Any] | None = None

    @property
    def language(self) -> str:
        """The language of messages, and of a document that has none."""
        return self.opened.scope.settings.language

    @property
    def path(self) -> Path | None:
        """The file that the document is: of a virtual one the notebook."""
        path = path_of(self.opened.uri)
        return path if path is None or self.way is not Way.VIRTUAL else _notebook_path(path)

    @property
    def number(self) -> int | None:
        """The cell's index now; None where no cell was named, or it is gone."""
        return None if self.cell is None else self.opened.numbers.get(self.cell)

    def cursor(self, document: Document, part: int = 0) -> int | None:
        """The offset of the position in the text of a part; None where no position was named."""
        match self.position:
            case {"line": int() as line, "character": int() as character}:
                position = {"line": line, "character": character}
                return offset_of(document.parts[part].lines, position, self.session.client.encoding)
            case _:
                return None

    def part(self, document: Document) -> int | None:
        """The part of ``document()`` that was named; None where none was, or it is gone."""
        if self.opened.is_notebook:
            return self.number
        if self.way is not Way.VIRTUAL:
            return 0
        parts = enumerate(document.parts)
        return next((number for number, part in parts if part.identifier == self.opened.uri), None)

    def document(self) -> Document:
        """What the journal is read from: of virtual documents all of the notebook that is open."""
        if self.way is not Way.VIRTUAL:
            return self.opened.document
        own, name = notebook_of(self.opened.uri), Path(str(self.path)).name
        found = [each for each in self.session.documents if not each.is_notebook and notebook_of(each.uri) == own]
        cells = [
            CellText(each.uri, "markdown" if each.document.kind == "markdown" else "code", "", each.document.text)
            for each in sorted(found, key=lambda each: each.document.kind != "markdown")
        ]
        return open_notebook(name, cells)


def target_of(
    session: Session, uri: str, cell: str | None = None, position: Mapping[str, Any] | None = None
) -> Target | None:
    """The target that a client names by the URI of a document, notebook or cell; None where it is not open."""
    opened = session.documents.holding(uri)
    if opened is None:
        return None
    if opened.uri != uri:
        cell = cell or uri
    if opened.is_notebook:
        way = Way.NEW_CELL if INSERT_CELL in session.client.commands else Way.END_OF_CELL
        return Target(session, opened, way, cell, position)
    return Target(session, opened, Way.VIRTUAL if is_virtual(opened) else Way.TEXT, None, position)


def is_virtual(opened: Opened) -> bool:
    """Whether a text is one of those that JupyterLab makes of a notebook: all its code, or all its Markdown."""
    if scheme_of(opened.uri) != "file" or opened.is_notebook:
        return False
    path = unquote(opened.uri)
    if _VIRTUAL_FOLDER in path and ".ipynb" in path:
        return True
    return _FOREIGN.search(path) is not None or (path.endswith(".ipynb") and opened.document.kind == "python")


def notebook_of(uri: str) -> str:
    """The URI of the notebook that a virtual document is made of."""
    head, extension, _ = uri.replace(_VIRTUAL_FOLDER, "/").partition(".ipynb")
    return head + extension


def _notebook_path(path: Path) -> Path | None:
    return path_of(notebook_of(path.as_uri()))
