"""Synced notebooks: cells that come, go, move and change.

A moved cell is taken out and put in again without its text, and some clients open and close the same cell in one
change: a cell's text is forgotten only when it is closed and has no place.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from tflsp.dataclass import replace
from tflsp.documents.document import Document
from tflsp.documents.opening import CellText, open_notebook, open_text
from tflsp.documents.outline import NO_METADATA
from tflsp.server.documents import CellState, Change, Documents, Opened, PartState, State, changed

log = logging.getLogger(__name__)

MARKUP = 1
Cell = tuple[str, CellState]


def open_synced(documents: Documents, name: str, params: Mapping[str, Any]) -> Opened:
    """A notebook was opened (DidOpenNotebookDocumentParams)."""
    notebook = params["notebookDocument"]
    documents.close(notebook["uri"])
    empty = State(0, Document("notebook", name, ()), ())
    opened = documents.add(Opened(notebook["uri"], name, empty, is_notebook=True))
    opened.metadata = _metadata(notebook.get("metadata"))
    _take_texts(opened, params.get("cellTextDocuments") or ())
    _place(documents, opened, [_cell(cell) for cell in notebook.get("cells") or ()])
    return opened


def change_synced(documents: Documents, uri: str, change: Mapping[str, Any]) -> tuple[Opened, list[str]] | None:
    """A notebook changed (NotebookDocumentChangeEvent): it, and the cells that it lost. None where it is not open."""
    opened = documents.get(uri)
    if opened is None or not opened.is_notebook:
        return None
    cells = change.get("cells") or {}
    lost: list[str] = []
    if structure := cells.get("structure"):
        lost = _restructure(documents, opened, structure)
    for content in cells.get("textContent") or ():
        _change_text(documents, opened, content["document"], content["changes"])
    places = [(part.uri, part.cell) for part in opened.state.parts]
    told = dict(_cell(cell) for cell in cells.get("data") or ())
    now = [(cell, told.get(cell, state)) for cell, state in places]
    metadata = _metadata(change["metadata"]) if change.get("metadata") is not None else opened.metadata
    if now != places or metadata != opened.metadata:
        opened.metadata = metadata
        _place(documents, opened, now)
    return opened, lost


def _restructure(documents: Documents, opened: Opened, structure: Mapping[str, Any]) -> list[str]:
    before = [part.uri for part in opened.state.parts]
    places = [(part.uri, part.cell) for part in opened.state.parts]
    array = structure["array"]
    start = max(array["start"], 0)
    places[start : start + max(array.get("deleteCount") or 0, 0)] = [_cell(cell) for cell in array.get("cells") or ()]
    placed = {uri for uri, _ in places}
    _take_texts(opened, structure.get("didOpen") or ())
    _place(documents, opened, places)
    for closed in structure.get("didClose") or ():
        opened.waiting.pop(closed["uri"], None)
    return [uri for uri in before if uri not in placed]


def _take_texts(opened: Opened, items: Iterable[Mapping[str, Any]]) -> None:
    """Texts of cells, which wait until the cells have a place."""
    for item in items:
        part = PartState(item["uri"], item.get("version"), item.get("languageId") or "")
        opened.waiting[item["uri"]] = (part, item["text"])


def _place(documents: Documents, opened: Opened, cells: list[Cell]) -> None:
    """The notebook's cells are these; cells that have lost their place wait for another, or for their end."""
    before = opened.state.parts
    known = {
        part.uri: (part, text.text) for part, text in zip(before, opened.document.parts, strict=True)
    } | opened.waiting
    texts, parts = [], []
    for uri, cell in dict(cells).items():
        part, text = known.pop(uri, (PartState(uri, None, ""), ""))
        parts.append(replace(part, cell=cell))
        texts.append(CellText(uri, _kind(cell, part), part.language, text, cell.execution_count, cell.tags))
    opened.waiting = known
    documents.place(opened, before, parts)
    opened.state = documents.next(open_notebook(opened.name, texts, opened.metadata), tuple(parts))


def _change_text(documents: Documents, opened: Opened, document: Mapping[str, Any], changes: Iterable[Change]) -> None:
    uri, version = document["uri"], document.get("version")
    if (number := opened.numbers.get(uri)) is not None:
        documents.change_part(opened, number, version, changes)
    elif uri in opened.waiting:
        part, text = opened.waiting[uri]
        after = changed(open_text("", text, "plaintext"), 0, changes, documents.encoding)
        opened.waiting[uri] = (replace(part, version=version), after.text)
    else:
        log.info("a change of an unknown cell was ignored")


def _kind(cell: CellState, part: PartState) -> str:
    if cell.kind == MARKUP:
        return "markdown"
    return "raw" if part.language in ("raw", "plaintext") else "code"


def _cell(cell: Mapping[str, Any]) -> Cell:
    """A NotebookCell: what was run and how it is tagged stand where Jupyter's own format or VS Code keep it."""
    metadata = _mapping(cell.get("metadata"))
    inner = _mapping(metadata.get("metadata"))
    tags = metadata.get("tags") or inner.get("tags")
    count = _mapping(cell.get("executionSummary")).get("executionOrder") or metadata.get("execution_count")
    return cell["document"], CellState(
        cell.get("kind") or 2,
        count if isinstance(count, int) and not isinstance(count, bool) else None,
        tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _metadata(value: Any) -> Mapping[str, object]:
    """A notebook's metadata as its file has them; VS Code wraps them."""
    metadata = _mapping(value)
    return _mapping(metadata.get("metadata")) or metadata or NO_METADATA


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
