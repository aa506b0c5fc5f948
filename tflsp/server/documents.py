"""Open documents: text synchronisation on the core's own documents.

Positions are in the negotiated encoding and are resolved by LineIndex. The client's versions are kept for it, never
relied on: notebooks' lag behind and repeat. What orders states is our own revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.document import Document
from tflsp.documents.opening import kind_of, open_text
from tflsp.documents.outline import NO_METADATA
from tflsp.server.convert import span_of
from tflsp.server.projects import NOWHERE, Scope
from tflsp.text import Encoding, Span, TextEdit

Change = Mapping[str, Any]
# In a text as short as this every change may show what the text is; in a longer one it is known.
STILL_UNCLEAR = 4_000
# Kinds that stand for "nothing particular so far".
_UNCLEAR = frozenset({"text", "yaml", "json", "python"})


@dataclass(frozen=True, slots=True)
class CellState:
    """What an editor says of a cell besides its text. ``kind``: 1 markup, 2 code, 0 for what is no cell."""

    kind: int = 0
    execution_count: int | None = None
    tags: tuple[str, ...] = ()


NO_CELL = CellState()


@dataclass(frozen=True, slots=True)
class PartState:
    """A text of an open document as the client knows it."""

    uri: str
    version: int | None
    language: str
    cell: CellState = NO_CELL


@dataclass(frozen=True, slots=True)
class State:
    """One state of an open document. Replaced as a whole, so that another thread never sees half a change."""

    revision: int
    document: Document
    parts: tuple[PartState, ...]


@dataclass(slots=True, eq=False)
class Opened:
    """A document that is open in the editor. ``scope`` is what is in force for it; the session sees to that."""

    uri: str
    name: str
    state: State
    scope: Scope = NOWHERE
    is_notebook: bool = False
    closed: bool = False
    numbers: dict[str, int] = field(default_factory=dict)  # URI of a part -> its number
    waiting: dict[str, tuple[PartState, str]] = field(default_factory=dict)  # cells that have no place, with their text
    metadata: Mapping[str, object] = field(default_factory=lambda: NO_METADATA)  # a notebook's own

    @property
    def revision(self) -> int:
        return self.state.revision

    @property
    def document(self) -> Document:
        return self.state.document


class Documents:
    """The open documents by URI, cells included."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self._opened: dict[str, Opened] = {}
        self._cells: dict[str, Opened] = {}
        self._revision = 0

    def __iter__(self) -> Iterator[Opened]:
        return iter(tuple(self._opened.values()))

    def get(self, uri: str) -> Opened | None:
        """The document or notebook of this URI."""
        return self._opened.get(uri)

    def find(self, uri: str) -> tuple[Opened, int] | None:
        """The open document that has this text, and the number of its part."""
        opened = self._opened.get(uri)
        if opened is not None and not opened.is_notebook:
            return opened, 0
        notebook = self._cells.get(uri)
        return None if notebook is None else (notebook, notebook.numbers[uri])

    def holding(self, uri: str) -> Opened | None:
        """The open document or notebook that a client names by its own URI or that of one of its cells."""
        return self._opened.get(uri) or self._cells.get(uri)

    def open(self, name: str, item: Mapping[str, Any]) -> Opened:
        """A text was opened (TextDocumentItem); one that was open already is replaced."""
        uri, language, text = item["uri"], item.get("languageId") or "", item["text"]
        part = PartState(uri, item.get("version"), language)
        self.close(uri)
        return self.add(Opened(uri, name, self.next(open_text(name, text, language, uri), (part,)), numbers={uri: 0}))

    def add(self, opened: Opened) -> Opened:
        """Another open document."""
        self._opened[opened.uri] = opened
        return opened

    def change(self, uri: str, version: int | None, changes: Iterable[Change]) -> Opened | None:
        """A text changed; None where it is not open."""
        opened = self._opened.get(uri)
        if opened is None or opened.is_notebook:
            return None
        self.change_part(opened, 0, version, changes)
        return opened

    def close(self, uri: str) -> Opened | None:
        """A text or notebook was closed. A cell's own close comes with its notebook's change and is ignored here."""
        opened = self._opened.pop(uri, None)
        if opened is not None:
            opened.closed = True
            self.place(opened, opened.state.parts, ())
        return opened

    def look_again(self, opened: Opened) -> None:
        """See by its name and content what a text is: both may have changed since it was opened."""
        if opened.is_notebook:
            return
        state, part = opened.state, opened.state.parts[0]
        if kind_of(opened.name, state.document.text, part.language) != state.document.kind:
            opened.state = self.next(open_text(opened.name, state.document.text, part.language, part.uri), state.parts)

    def rename(self, opened: Opened, name: str) -> None:
        """The document has another name from now on."""
        if name == opened.name:
            return
        opened.name = name
        opened.state = self.next(replace(opened.document, name=name), opened.state.parts)
        self.look_again(opened)

    def change_part(self, opened: Opened, number: int, version: int | None, changes: Iterable[Change]) -> None:
        """One text of a document changed."""
        state = opened.state
        old = state.parts[number]
        document = changed(state.document, number, changes, self.encoding, old.language)
        part = old if version is None else PartState(old.uri, version, old.language, old.cell)
        opened.state = self.next(document, (*state.parts[:number], part, *state.parts[number + 1 :]))
        if document.kind in _UNCLEAR and len(document.text) < STILL_UNCLEAR:
            self.look_again(opened)

    def place(self, opened: Opened, before: Iterable[PartState], after: Iterable[PartState]) -> None:
        """The cells of a notebook are these from now on."""
        for part in before:
            if self._cells.get(part.uri) is opened:
                del self._cells[part.uri]
        opened.numbers = {part.uri: number for number, part in enumerate(after)}
        if opened.is_notebook:
            self._cells |= dict.fromkeys(opened.numbers, opened)

    def next(self, document: Document, parts: tuple[PartState, ...]) -> State:
        """The next state of a document."""
        self._revision += 1
        return State(self._revision, document, parts)


def changed(
    document: Document, number: int, changes: Iterable[Change], encoding: Encoding, language: str = ""
) -> Document:
    """The document after a client's changes, each of which refers to the text that the one before has left."""
    for change in changes:
        text = change["text"]
        if (where := change.get("range")) is not None:
            span = span_of(document.parts[number].lines, where, encoding)
            document = document.edited(TextEdit(span, text), number)
        elif document.kind == "notebook" and document.parts[number].cell is not None:
            document = document.edited(TextEdit(Span(0, len(document.parts[number].text)), text), number)
        else:
            document = open_text(document.name, text, language, document.parts[number].identifier)
    return document
