"""The plugin of python-lsp-server: tflsp's warnings for Python, notebook cells included, beside those of its others."""

from __future__ import annotations

import atexit
import sys
from pathlib import Path, PurePath
from threading import Lock
from typing import Any

from pylsp import hookimpl

from tflsp_jupyterlab.connection import Connection, Ended, Refused
from tflsp_jupyterlab.program import NoProgram

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"diagnostics": {"refreshSupport": True}},
    "textDocument": {"diagnostic": {"codeDescriptionSupport": True}},
}
# What python-lsp-server hands on to its clients.
KEPT = ("range", "severity", "code", "codeDescription", "source", "message", "tags")


@hookimpl
def pylsp_settings() -> dict[str, Any]:
    return {"plugins": {"tflsp": {"enabled": True, "language": None}}}


@hookimpl
def pylsp_lint(config: Any, workspace: Any, document: Any) -> list[dict[str, Any]]:
    """What tflsp finds in a document, as it is in the editor."""
    language = config.plugin_settings("tflsp").get("language")
    return diagnostics(document.path, document.source, language if language in ("en", "zh") else None)


def diagnostics(path: str, text: str, language: str | None = None) -> list[dict[str, Any]]:
    """The diagnostics of LSP for a Python text. A notebook's cells come as one such text, named after the notebook."""
    if PurePath(path).suffix != ".py":
        path = f"{path}.py"
    uri = Path(path).absolute().as_uri()
    try:
        found = _asked(language, uri, text)
    except (NoProgram, Refused, Ended) as error:
        sys.stderr.write(f"tflsp: {error}\n")
        return []
    return [{name: each[name] for name in KEPT if name in each} for each in found]


_servers: dict[str | None, Connection] = {}
_lock = Lock()


def _asked(language: str | None, uri: str, text: str) -> list[dict[str, Any]]:
    """Raises NoProgram, Refused, Ended."""
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    with _lock:
        server = _servers.get(language)
        if server is None or not server.alive:
            if not _servers:
                atexit.register(_close)
            options = {} if language is None else {"locale": language}
            server = _servers[language] = Connection(CAPABILITIES, options, lambda edit: False)
        # Opened and closed for each question: python-lsp-server tells no plugin of what is closed.
        server.notify("textDocument/didOpen", {"textDocument": document})
        answer = server.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        try:
            found: list[dict[str, Any]] = server.wait(answer)["items"]
        finally:
            if server.alive:
                server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return found


def _close() -> None:
    for server in _servers.values():
        server.close()
