"""Notebooks as tflsp's server has them open: brought to what the browser has, cell by cell, before it is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tflsp_jupyterlab.connection import Connection

MARKUP, CODE = 1, 2
LANGUAGES = {"markdown": "markdown", "raw": "raw"}
# ECMA-48: control sequences, strings up to their terminator, and the short escapes.
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")


@dataclass(slots=True)
class Cell:
    """A cell: its identity in the browser, what it is, its text and what it gave."""

    id: str
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    count: int | None = None
    outputs: Sequence[Any] = ()


class Asked:
    """The notebook that a question is about, as the browser has it."""

    def __init__(self, file: str, notebook: Mapping[str, Any], ids: Sequence[str]) -> None:
        self.uri = Path(file).absolute().as_uri()
        self.metadata = notebook.get("metadata")
        self.cells = cells_of(notebook, ids)


def cells_of(notebook: Mapping[str, Any], ids: Sequence[str]) -> list[Cell]:
    """The cells of a notebook in nbformat's form, with the identities that the browser has for them."""
    found = []
    for number, raw in enumerate(notebook.get("cells") or ()):
        cell = raw if isinstance(raw, dict) else {}
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        count, outputs = cell.get("execution_count"), cell.get("outputs")
        found.append(
            Cell(
                str(ids[number]) if number < len(ids) else f"cell-{number}",
                str(cell.get("cell_type", "raw")),
                _text(cell.get("source")),
                tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
                count if isinstance(count, int) and not isinstance(count, bool) else None,
                [_plain(each) for each in outputs if isinstance(each, dict)] if isinstance(outputs, list) else (),
            )
        )
    return found


@dataclass(slots=True)
class Notebook:
    """An open notebook."""

    uri: str
    metadata: Any = None
    cells: list[Cell] = field(default_factory=list)
    version: int = 0

    def uri_of(self, cell: str) -> str:
        """The URI of a cell by its identity. Its scheme is the one that the server knows for cells."""
        return f"vscode-notebook-cell:{self.uri.removeprefix('file:')}#{quote(cell, safe='')}"

    def cell_at(self, uri: str) -> Cell | None:
        """The cell that has this URI."""
        return next((cell for cell in self.cells if self.uri_of(cell.id) == uri), None)

    def open(self, server: Connection, metadata: Any, cells: list[Cell]) -> None:
        """Tell the server that this notebook is open. Raises Ended."""
        self.version, self.metadata, self.cells = 1, metadata, cells
        document = {
            "uri": self.uri,
            "notebookType": "jupyter-notebook",
            "version": 1,
            "metadata": metadata,
            "cells": [self._cell(cell) for cell in cells],
        }
        texts = [self._item(cell) for cell in cells]
        server.notify("notebookDocument/didOpen", {"notebookDocument": document, "cellTextDocuments": texts})
        self._tell_outputs(server, [cell for cell in cells if cell.outputs or cell.count is not None])

    def change(self, server: Connection, metadata: Any, cells: list[Cell]) -> None:
        """Tell the server what is different from what it has. Raises Ended."""
        before = {cell.id: cell for cell in self.cells}
        start, end = 0, 0
        most = min(len(self.cells), len(cells))
        while start < most and _same(self.cells[start], cells[start]):
            start += 1
        while end < most - start and _same(self.cells[-1 - end], cells[-1 - end]):
            end += 1
        old, new = self.cells[start : len(self.cells) - end], cells[start : len(cells) - end]
        change: dict[str, Any] = {}
        kept = {cell.id: cell for cell in new if cell.id in before and before[cell.id].kind == cell.kind}
        if old or new:
            change["structure"] = {
                "array": {"start": start, "deleteCount": len(old), "cells": [self._cell(cell) for cell in new]},
                "didClose": [{"uri": self.uri_of(cell.id)} for cell in old if cell.id not in kept],
                "didOpen": [self._item(cell) for cell in new if cell.id not in kept],
            }
        opened = {cell.id for cell in new} - set(kept)
        stayed = [cell for cell in cells if cell.id in before and cell.id not in opened]
        if changed := [cell for cell in stayed if before[cell.id].text != cell.text]:
            self.version += 1
            change["textContent"] = [
                {
                    "document": {"uri": self.uri_of(cell.id), "version": self.version},
                    "changes": [{"text": cell.text}],
                }
                for cell in changed
            ]
        if change or metadata != self.metadata:
            self.version += 1
            params = {
                "notebookDocument": {"uri": self.uri, "version": self.version},
                "change": {"metadata": metadata, "cells": change},
            }
            server.notify("notebookDocument/didChange", params)
        told = [
            cell
            for cell in cells
            if (cell.outputs, cell.count) != (((), None) if cell.id in opened else _given(before.get(cell.id)))
        ]
        self._tell_outputs(server, told)
        self.metadata, self.cells = metadata, cells

    def _cell(self, cell: Cell) -> dict[str, Any]:
        summary = {} if cell.count is None else {"executionSummary": {"executionOrder": cell.count}}
        kind = MARKUP if cell.kind == "markdown" else CODE
        return {"kind": kind, "document": self.uri_of(cell.id), "metadata": {"tags": list(cell.tags)}, **summary}

    def _item(self, cell: Cell) -> dict[str, Any]:
        language = LANGUAGES.get(cell.kind, "python")
        return {"uri": self.uri_of(cell.id), "languageId": language, "version": self.version, "text": cell.text}

    def _tell_outputs(self, server: Connection, cells: Sequence[Cell]) -> None:
        told = [
            {"cell": self.uri_of(cell.id), "executionCount": cell.count, "success": None, "outputs": list(cell.outputs)}
            for cell in cells
            if cell.kind == "code"
        ]
        if told:
            server.notify("tflsp/cellOutputs", {"notebook": self.uri, "cells": told})


def _same(one: Cell, other: Cell) -> bool:
    """Whether the server need not be told of the cell's place, kind, tags or count."""
    return (one.id, one.kind, one.tags, one.count) == (other.id, other.kind, other.tags, other.count)


def _given(cell: Cell | None) -> tuple[Sequence[Any], int | None]:
    return ((), None) if cell is None else (cell.outputs, cell.count)


def _text(value: object) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


def _plain(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output without what drives a terminal."""
    made = dict(output)
    if "text" in made:
        made["text"] = ANSI.sub("", _text(made["text"]))
    if isinstance(made.get("traceback"), list):
        made["traceback"] = [ANSI.sub("", str(line)) for line in made["traceback"]]
    return made
