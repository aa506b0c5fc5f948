"""The plugin of python-lsp-server: tflsp's warnings for Python, notebook cells included, beside those of its others."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from pylsp import hookimpl

from tflsp_jupyterlab.program import NoProgram, command, environment

SEVERITIES = {"error": 1, "warning": 2, "information": 3, "hint": 4}
PATIENCE = 30  # seconds


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
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = []
    for each in _findings(path, text, language):
        diagnostic = {
            "source": "tflsp",
            "code": each["code"],
            "message": each["message"],
            "severity": SEVERITIES.get(each["severity"], 2),
            "range": {"start": _position(lines, each["location"]), "end": _position(lines, each["end_location"])},
        }
        if each.get("url"):
            diagnostic["codeDescription"] = {"href": each["url"]}
        found.append(diagnostic)
    return found


@lru_cache(maxsize=8)
def _asked(path: str, text: str, language: str | None) -> str:
    arguments = ["check", "--output-format", "json", "--stdin-filename", path]
    arguments += ["--language", language] if language else []
    try:
        ran = subprocess.run(
            [*command(), *arguments, "-"],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            env=environment(),
            timeout=PATIENCE,
            check=False,
        )
    except (NoProgram, OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"tflsp: {error}\n")
        return "[]"
    return ran.stdout.decode("utf-8", "replace")


def _findings(path: str, text: str, language: str | None) -> list[dict[str, Any]]:
    try:
        found = json.loads(_asked(path, text, language))
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _position(lines: list[str], place: dict[str, int]) -> dict[str, int]:
    """A row and column in code points, from 1, as a position of LSP: in UTF-16 units, from 0."""
    row = place["row"] - 1
    line = lines[row] if row < len(lines) else ""
    before = line[: place["column"] - 1]
    return {"line": row, "character": len(before.encode("utf-16-le", "surrogatepass")) // 2}
