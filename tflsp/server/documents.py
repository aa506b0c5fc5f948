"""Open documents: text synchronisation for texts and notebooks, on the core's own documents.

Positions are in the negotiated encoding and are resolved by LineIndex. The client's versions are kept for it, never
relied on: notebooks' lag behind and repeat. What orders states is our own revision.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.text import Encoding, Position, Span, TextEdit

log = logging.getLogger(__name__)

_MARKUP = 1


@dataclass(frozen=True, slots=True)
class PartState:
    """A text of an open document as the client knows it."""

    uri: str
    version: int | None
    language: str
    kind: int = 0  # of a cell: 1 markup, 2 code


@dataclass(frozen=True, slots=True)
class State:
    """One state of an open document. Replaced as a whole, so that another thread never sees half a change."""

    revision: int
    document: Document
    parts: tuple[PartState, ...]


@dataclass(slots=True, eq=False)
class Opened:
    """A document that is open in the editor."""

    uri: str
    name: str
    state: State
    is_notebook: bool = False
    closed: bool = False
    index: dict[str, int] = field(default_factory=dict)  # URI of a part -> its number
    waiting_cells: dict[str, tuple[str, int | None, str]] = field(default_factory=dict)  # texts of cells in no place

    @property
    def revision(self) -> int:
        return self.state.revision

    @property
    def document(self) -> Document:
        return self.state.document


class Documents:
    """The open documents by URI, cells included."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._opened: dict[str, Opened] = {}
        self._cells: dict[str, Opened] = {}
        self._revision = 0

    def __iter__(self) -> Iterator[Opened]:
        return iter(tuple(self._opened.values()))

    def find(self, uri: str) -> tuple[Opened, int] | None:
        """The open document that has this text, and the number of its part."""
        opened = self._opened.get(uri)
        if opened is not None and not opened.is_notebook:
            return opened, 0
        notebook = self._cells.get(uri)
        return None if notebook is None else (notebook, notebook.index[uri])

    def open(self, name: str, item: Mapping[str, Any]) -> Opened:
        """A text was opened (TextDocumentItem); one that was open already is replaced."""
        uri, language, text = item["uri"], item.get("languageId") or "", item["text"]
        document = open_text(name, text, language, uri)
        part = PartState(uri, item.get("version"), language)
        opened = Opened(uri, name, self._next(document, (part,)), index={uri: 0})
        self._opened[uri] = opened
        return opened

    def change(self, uri: str, version: int | None, changes: Iterable[Mapping[str, Any]]) -> Opened | None:
        """A text changed; None where it is not open."""
        opened = self._opened.get(uri)
        if opened is None or opened.is_notebook:
            return None
        self._change_part(opened, 0, version, changes)
        return opened

    def close(self, uri: str) -> Opened | None:
        """A text or notebook was closed. A cell's own close comes with its notebook's change and is ignored here."""
        opened = self._opened.pop(uri, None)
        if opened is not None:
            opened.closed = True
            for part in opened.state.parts:
                if self._cells.get(part.uri) is opened:
                    del self._cells[part.uri]
        return opened

    def rename(self, opened: Opened, name: str) -> None:
        """The document has another name from now on."""
        opened.name = name
        document = Document(opened.document.kind, name, opened.document.parts)
        opened.state = self._next(document, opened.state.parts)

    def open_notebook(self, name: str, params: Mapping[str, Any]) -> Opened:
        """A notebook was opened (DidOpenNotebookDocumentParams)."""
        notebook = params["notebookDocument"]
        uri = notebook["uri"]
        if (old := self.close(uri)) is not None:
            log.info("a notebook was opened twice")
            old.closed = True
        opened = Opened(uri, name, State(0, Document("notebook", name, ()), ()), is_notebook=True)
        self._opened[uri] = opened
        self._take_texts(opened, params.get("cellTextDocuments") or ())
        self._place_cells(opened, [(cell["document"], cell.get("kind", 2)) for cell in notebook.get("cells") or ()])
        return opened

    def change_notebook(self, uri: str, change: Mapping[str, Any]) -> tuple[Opened, list[str]] | None:
        """A notebook changed (NotebookDocumentChangeEvent): the cells that it lost. None where not open."""
        opened = self._opened.get(uri)
        if opened is None or not opened.is_notebook:
            return None
        cells = change.get("cells") or {}
        lost: list[str] = []
        if structure := cells.get("structure"):
            lost = self._restructure(opened, structure)
        for content in cells.get("textContent") or ():
            document = content["document"]
            number = opened.index.get(document["uri"])
            if number is None:
                self._change_waiting(opened, document, content["changes"])
            else:
                self._change_part(opened, number, document.get("version"), content["changes"])
        if data := cells.get("data"):
            kinds = {cell["document"]: cell.get("kind") for cell in data}
            places = [(part.uri, kinds.get(part.uri) or part.kind) for part in opened.state.parts]
            if places != [(part.uri, part.kind) for part in opened.state.parts]:
                self._place_cells(opened, places)
        return opened, lost

    def _restructure(self, opened: Opened, structure: Mapping[str, Any]) -> list[str]:
        before = [part.uri for part in opened.state.parts]
        places = [(part.uri, part.kind) for part in opened.state.parts]
        array = structure["array"]
        start = max(array["start"], 0)
        # A moved cell is taken out and put in without its text: what is taken out keeps it until it is closed.
        new = [(cell["document"], cell.get("kind", 2)) for cell in array.get("cells") or ()]
        places[start : start + max(array.get("deleteCount") or 0, 0)] = new
        placed = {uri for uri, _ in places}
        for closed in structure.get("didClose") or ():
            if closed["uri"] not in placed:
                opened.waiting_cells.pop(closed["uri"], None)
        gone = {closed["uri"] for closed in structure.get("didClose") or ()} - placed
        self._take_texts(opened, structure.get("didOpen") or ())
        self._place_cells(opened, places, forget=gone)
        return [uri for uri in before if uri not in placed]

    def _take_texts(self, opened: Opened, items: Iterable[Mapping[str, Any]]) -> None:
        """Texts of cells, which wait until the cells have a place."""
        for item in items:
            opened.waiting_cells[item["uri"]] = (item.get("languageId") or "", item.get("version"), item["text"])

    def _place_cells(self, opened: Opened, places: list[tuple[str, int]], forget: Iterable[str] = ()) -> None:
        known = {
            part.uri: (part.language, part.version, text.text)
            for part, text in zip(opened.state.parts, opened.document.parts, strict=True)
        }
        known |= opened.waiting_cells
        texts, parts = [], []
        for uri, kind in dict(places).items():
            language, version, text = known.pop(uri, ("", None, ""))
            cell_kind = "markdown" if kind == _MARKUP else "raw" if language in ("raw", "plaintext") else "code"
            texts.append(CellText(uri, cell_kind, language, text))
            parts.append(PartState(uri, version, language, kind))
        opened.waiting_cells = {uri: cell for uri, cell in known.items() if uri not in frozenset(forget)}
        for part in opened.state.parts:
            if self._cells.get(part.uri) is opened:
                del self._cells[part.uri]
        opened.index = {part.uri: number for number, part in enumerate(parts)}
        self._cells |= dict.fromkeys(opened.index, opened)
        opened.state = self._next(open_notebook(opened.name, texts), tuple(parts))

    def _change_waiting(
        self, opened: Opened, document: Mapping[str, Any], changes: Iterable[Mapping[str, Any]]
    ) -> None:
        """A change in a cell that has no place (any more): its text may be put in again."""
        waiting = opened.waiting_cells.get(document["uri"])
        if waiting is None:
            log.info("a change of an unknown cell was ignored")
            return
        language, _, text = waiting
        text = self._changed(open_text("", text, "text"), 0, changes).parts[0].text
        opened.waiting_cells[document["uri"]] = (language, document.get("version"), text)

    def _change_part(
        self, opened: Opened, number: int, version: int | None, changes: Iterable[Mapping[str, Any]]
    ) -> None:
        state = opened.state
        old = state.parts[number]
        document = self._changed(state.document, number, changes, old)
        part = PartState(old.uri, old.version if version is None else version, old.language, old.kind)
        parts = (*state.parts[:number], part, *state.parts[number + 1 :])
        opened.state = self._next(document, parts)

    def _changed(
        self, document: Document, number: int, changes: Iterable[Mapping[str, Any]], part: PartState | None = None
    ) -> Document:
        for change in changes:
            text = change["text"]
            where = change.get("range")
            if where is not None:
                lines = document.parts[number].lines
                start = lines.offset(_position(where["start"]), self._encoding)
                end = lines.offset(_position(where["end"]), self._encoding)
                document = document.edited(TextEdit(Span(min(start, end), max(start, end)), text), number)
            elif part is not None and document.kind != "notebook":
                document = open_text(document.name, text, part.language, part.uri)
            else:
                document = document.edited(TextEdit(Span(0, len(document.parts[number].text)), text), number)
        return document

    def _next(self, document: Document, parts: tuple[PartState, ...]) -> State:
        self._revision += 1
        return State(self._revision, document, parts)


def _position(value: Mapping[str, Any]) -> Position:
    return Position(value["line"], value["character"])
