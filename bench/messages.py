"""The LSP messages that the measuring client sends, as plain dictionaries.

Knows the protocol's shapes and bench's documents; reads and writes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from bench.documents import Encoding, Notebook, Text

Message = dict[str, Any]


def result(answer: Message) -> Any:
    """The result of an answer. Raises RuntimeError for an error."""
    if "error" in answer:
        raise RuntimeError(f"the server answered {answer['error'].get('code')}: {answer['error'].get('message')}")
    return answer["result"]


def reply(message: Message) -> Any:
    """The result that an editor gives for what a server asks: no settings, and yes to the rest."""
    if message["method"] == "workspace/configuration":
        return [None] * len(message["params"]["items"])
    return None


def cell_uri(notebook: str, index: int) -> str:
    """The URI of a cell, as VS Code forms it."""
    return f"{notebook.replace('file:', 'vscode-notebook-cell:', 1)}#cell{index:04d}"


def change_text(uri: str, version: int, change: Message) -> Message:
    """The notification of one incremental change to a text document."""
    params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
    return {"method": "textDocument/didChange", "params": params}


def change_cell(notebook: str, cell: str, version: int, change: Message) -> Message:
    """The same in a cell. Notebook and cell share the version: servers differ in which of them they publish."""
    cells = {"textContent": [{"document": {"uri": cell, "version": version}, "changes": [change]}]}
    params = {"notebookDocument": {"uri": notebook, "version": version}, "change": {"cells": cells}}
    return {"method": "notebookDocument/didChange", "params": params}


def cell_languages(capabilities: Message) -> set[str] | None:
    """Languages of the cells that a server's notebook selector asks for; None for all."""
    sync = capabilities.get("notebookDocumentSync") or {}
    languages: set[str] = set()
    for selector in sync.get("notebookSelector", ()):
        if not selector.get("cells"):
            return None
        languages.update(cell["language"] for cell in selector["cells"])
    return languages or None


def open_text(document: Text, uri: str, version: int) -> Message:
    """The notification that opens a text document."""
    item = {"uri": uri, "languageId": document.language, "version": version, "text": document.text}
    return {"method": "textDocument/didOpen", "params": {"textDocument": item}}


def open_notebook(document: Notebook, uri: str, version: int, languages: set[str] | None) -> Message:
    """The notification that opens a notebook with the cells in `languages`, as an editor filters them."""
    cells = [
        (cell_uri(uri, index), cell)
        for index, cell in enumerate(document.cells)
        if languages is None or cell.language in languages
    ]
    params = {
        "notebookDocument": {
            "uri": uri,
            "notebookType": "jupyter-notebook",
            "version": version,
            "cells": [{"kind": 2 if cell.kind == "code" else 1, "document": name} for name, cell in cells],
        },
        "cellTextDocuments": [
            {"uri": name, "languageId": cell.language, "version": version, "text": cell.text} for name, cell in cells
        ],
    }
    return {"method": "notebookDocument/didOpen", "params": params}


def initialize(workspace: Path, encoding: Encoding, pull: bool) -> Message:
    """The parameters of `initialize` for an editor that can do what the measurements need."""
    text: Message = {
        "synchronization": {"dynamicRegistration": False, "didSave": True},
        "publishDiagnostics": {
            "relatedInformation": True,
            "tagSupport": {"valueSet": [1, 2]},
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source", "source.fixAll"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    }
    if pull:
        text["diagnostic"] = {"dynamicRegistration": True, "relatedDocumentSupport": False}
    return {
        "processId": os.getpid(),
        "clientInfo": {"name": "tflsp bench", "version": "1"},
        "rootUri": workspace.as_uri(),
        "workspaceFolders": [{"uri": workspace.as_uri(), "name": workspace.name}],
        "initializationOptions": {},
        "capabilities": {
            "general": {"positionEncodings": list(dict.fromkeys([encoding, "utf-16"]))},
            "textDocument": text,
            "notebookDocument": {"synchronization": {"dynamicRegistration": True, "executionSummarySupport": True}},
            "workspace": {
                "applyEdit": True,
                "workspaceEdit": {"documentChanges": True},
                "configuration": True,
                "workspaceFolders": True,
                "diagnostics": {"refreshSupport": True},
            },
            "window": {"workDoneProgress": True},
        },
    }
