"""A server that analyses nothing: what the client measures against it is the client's own cost and the pipes'.

`python -m bench.echo` publishes empty diagnostics for every change, or answers pulls by empty reports where the client
can pull.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bench.wire import ServerGone, Wire, encode


def answer(message: dict[str, Any], pulls: bool) -> dict[str, Any] | None:
    """What the server sends back for one message, or None for nothing."""
    params = message.get("params") or {}
    match message.get("method"):
        case "initialize":
            capabilities: dict[str, Any] = {"textDocumentSync": 2}
            if can_pull(message):
                capabilities["diagnosticProvider"] = {"interFileDependencies": False, "workspaceDiagnostics": False}
            return {"id": message["id"], "result": {"capabilities": capabilities}}
        case "textDocument/didOpen" | "textDocument/didChange":
            return None if pulls else _publish(params["textDocument"])
        case "notebookDocument/didOpen":
            cells = params["cellTextDocuments"]
            return _publish(cells[len(cells) // 2])
        case "notebookDocument/didChange":
            return _publish(params["change"]["cells"]["textContent"][0]["document"])
        case "textDocument/diagnostic":
            return {"id": message["id"], "result": {"kind": "full", "items": []}}
        case "shutdown":
            return {"id": message["id"], "result": None}
    return None


def can_pull(message: dict[str, Any]) -> bool:
    """Whether the client that sent this `initialize` pulls diagnostics."""
    return "diagnostic" in message["params"]["capabilities"]["textDocument"]


def _publish(document: dict[str, Any]) -> dict[str, Any]:
    params = {"uri": document["uri"], "version": document["version"], "diagnostics": []}
    return {"method": "textDocument/publishDiagnostics", "params": params}


def main() -> None:
    """Serves standard input until `exit` or its end."""
    wire = Wire(sys.stdin.fileno(), sys.stdout.fileno())
    pulls = False
    while True:
        try:
            message = json.loads(wire.read(None).body)
        except ServerGone:
            return
        if message.get("method") == "exit":
            return
        if message.get("method") == "initialize":
            pulls = can_pull(message)
        if reply := answer(message, pulls):
            wire.write(encode(reply))


if __name__ == "__main__":
    main()
