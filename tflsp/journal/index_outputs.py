"""The errors in a notebook's saved outputs by the source of the cell that gave them: fingerprints only, no text.

By source and not by number: cells move while a notebook is edited, and a cell that was changed has another outcome.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from tflsp.facts.journal_incidents import errors_told

# Code points of what one cell wrote: its end, where errors stand.
_LONGEST = 100_000


@lru_cache(maxsize=2)
def errors_by_source(text: str) -> Mapping[str, tuple[str, ...]]:
    """Fingerprints by the text of a code cell, of those whose outputs have errors; nothing of what is no notebook."""
    if '"error"' not in text and '"pyerr"' not in text and '"stderr"' not in text:
        return {}
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for cell in _cells(notebook):
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        if isinstance(outputs, list) and (prints := errors_of(outputs)):
            found[_joined(cell.get("source", cell.get("input")))] = prints
    return found


def errors_of(outputs: Sequence[Any]) -> tuple[str, ...]:
    """The fingerprints of the errors in one cell's outputs, in nbformat's form."""
    written = "\n".join(_written(each) for each in outputs if isinstance(each, dict))
    return _fingerprints(written[-_LONGEST:]) if written else ()


@lru_cache(maxsize=256)
def _fingerprints(written: str) -> tuple[str, ...]:
    return tuple(each.fingerprint for each in errors_told(written))


def _cells(notebook: Any) -> list[Any]:
    if not isinstance(notebook, dict):
        return []
    if isinstance(cells := notebook.get("cells"), list):
        return cells
    sheets = notebook.get("worksheets")  # nbformat 3
    return [
        cell
        for sheet in (sheets if isinstance(sheets, list) else [])
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
    ]


def _written(output: Mapping[str, Any]) -> str:
    match output.get("output_type"):
        case "stream" if "stderr" in (output.get("name"), output.get("stream")):
            return _joined(output.get("text"))
        case "error" | "pyerr":
            trace = output.get("traceback")
            if isinstance(trace, list) and trace:
                return "\n".join(map(str, trace))
            return f"{output.get('ename', '')}: {output.get('evalue', '')}"
        case _:
            return ""


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""
