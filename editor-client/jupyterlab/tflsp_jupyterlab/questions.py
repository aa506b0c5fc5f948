"""What is asked of tflsp about a notebook that is open in the browser: entries, the journal, fixes; and of GPUs.

Each may wait, and raises NoProgram where tflsp cannot be run, and Refused for what it calls an error.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tflsp_jupyterlab.connection import Connection, Refused
from tflsp_jupyterlab.edits import NotPossible, by_document, edited
from tflsp_jupyterlab.notebooks import Asked, Notebook
from tflsp_jupyterlab.resident import Resident

COMMANDS = {
    "goal": "tflsp.insertGoal",
    "step": "tflsp.insertStep",
    "error": "tflsp.insertError",
    "conclusion": "tflsp.insertConclusion",
}
WHOLE = {"start": {"line": 0, "character": 0}, "end": {"line": 2**31 - 1, "character": 0}}


def gpus(own: Resident) -> Any:
    """What the GPUs are doing."""
    return own.asked(lambda server: server.request("tflsp/gpu", {}))


def entry(own: Resident, asked: Asked, kind: str, cell: str | None) -> dict[str, Any]:
    """An entry that goes behind a cell: ``{text, snippet}``, or the ``reason`` why there is none."""

    def question(server: Connection) -> Any:
        book = own.synced(server, asked)
        argument = {"uri": book.uri, **({"cell": book.uri_of(cell)} if cell is not None else {})}
        return server.request("workspace/executeCommand", {"command": COMMANDS[kind], "arguments": [argument]})

    with own.inserting(asked):
        answer = _said(own.asked(question))
        payload = answer.get("insertCell")
        if payload is None:
            return {"reason": answer.get("reason") or "tflsp has no entry for this"}
        own.inserted(asked, payload)
    return {"text": payload["text"], "snippet": payload["snippet"]}


def entries(own: Resident, asked: Asked) -> dict[str, Any]:
    """The notebook's journal: the answer of `tflsp/timeline`, and ``cells`` by the URIs in it."""
    book, answer = own.about(asked, "tflsp/timeline", {})
    return {**answer, "cells": {book.uri_of(cell.id): cell.id for cell in book.cells}}


def timeline(own: Resident, asked: Asked, dark: bool) -> dict[str, Any]:
    """The page that shows the experiment."""
    _, answer = own.about(asked, "tflsp/timeline", {"html": True})
    return {"title": answer["title"], "html": in_theme(answer["html"], dark)}


def _said(answer: Any) -> dict[str, Any]:
    """The answer of a command; there is none where it has failed."""
    if not isinstance(answer, dict):
        raise Refused("tflsp could not do this; what went wrong is in Jupyter's log")
    return answer


def in_theme(html: str, dark: bool) -> str:
    """A page that follows the browser's colours with those of JupyterLab, which are not the browser's. Its policy lets
    in one style, by its hash."""
    found = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    if found is None:
        return html
    style = found[1].replace("(prefers-color-scheme: dark)", "all" if dark else "not all")
    style = style.replace("color-scheme: light dark", f"color-scheme: {'dark' if dark else 'light'}")
    return html.replace(found[1], style).replace(_hash(found[1]), _hash(style))


def _hash(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def compared(own: Resident, asked: Asked, number: int) -> Any:
    """A step beside the one before, as Markdown."""
    _, answer = own.about(asked, "tflsp.compareSteps", {"number": number})
    return _said(answer)


def promoted(own: Resident, asked: Asked, cell: str, position: Any, to: str | None) -> dict[str, Any]:
    """Put an entry into a guide: what the server says, and the ``cells`` that have changed. Without ``to`` the
    choices. Guides are written here, cells by the browser."""

    def question(server: Connection) -> Any:
        book = own.synced(server, asked)
        argument = {"uri": book.uri_of(cell), "position": position, **({"to": to} if to else {})}
        return server.request("workspace/executeCommand", {"command": "tflsp.promote", "arguments": [argument]})

    with own.collecting() as changed:
        answer = _said(own.asked(question))
        return {**answer, "cells": _of_browser(asked, changed)}


def fixes(own: Resident, asked: Asked, cell: str) -> list[dict[str, Any]]:
    """What could be changed in a cell: title, what it is about, its rows, and the cells as they would be."""
    context: dict[str, Any] = {"diagnostics": [], "only": ["quickfix"], "triggerKind": 1}
    params = {"range": WHOLE, "context": context}
    book, actions = own.about(asked, "textDocument/codeAction", params, cell)
    if actions and (server := own.server) is not None:
        # What the cell's diagnostics are came before this answer; with them it tells which action is for which.
        context["diagnostics"] = server.diagnostics.get(book.uri_of(cell), [])
        book, actions = own.about(asked, "textDocument/codeAction", params, cell)
    made = []
    for action in actions or ():
        changed = _of_cells(book, action.get("edit"))
        if not changed or action.get("command"):
            continue
        about: Mapping[str, Any] = next(iter(action.get("diagnostics") or ()), {})
        place = about.get("range") or WHOLE
        made.append(
            {
                "title": action["title"],
                "code": about.get("code"),
                "message": about.get("message"),
                "preferred": action.get("isPreferred") is True,
                "rows": [place["start"]["line"], place["end"]["line"]],
                "cells": _of_browser(asked, changed),
            }
        )
    return made


def all_fixed(own: Resident, asked: Asked) -> list[dict[str, Any]]:
    """The cells of the notebook as its safe fixes leave them."""
    if not asked.cells:
        return []
    context = {"diagnostics": [], "only": ["notebook.source.fixAll.tflsp"], "triggerKind": 1}
    params = {"range": WHOLE, "context": context}
    book, actions = own.about(asked, "textDocument/codeAction", params, asked.cells[0].id)
    changed = _of_cells(book, next((each.get("edit") for each in actions or ()), None))
    return _of_browser(asked, changed or {})


def _of_cells(book: Notebook, edit: Mapping[str, Any] | None) -> dict[str, str] | None:
    """The cells that an edit changes, by URI; None where it changes something else as well."""
    changed: dict[str, str] = {}
    try:
        for uri, edits in by_document(edit or {}):
            cell = book.cell_at(uri)
            if cell is None:
                return None
            changed[uri] = edited(cell.text, edits)
    except NotPossible:
        return None
    return changed


def _of_browser(asked: Asked, changed: Mapping[str, str]) -> list[dict[str, Any]]:
    book = Notebook(asked.uri, None, asked.cells)
    cells = [(cell, changed.get(book.uri_of(cell.id))) for cell in asked.cells]
    return [
        {"id": cell.id, "before": cell.text, "source": new}
        for cell, new in cells
        if new is not None and new != cell.text
    ]
