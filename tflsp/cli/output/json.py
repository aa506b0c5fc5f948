"""A JSON list of findings, for other programs.

Rows and columns are 1-based code points; the places of edits are the file's own, also for notebooks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO

from tflsp.checking.records import FixRecord, Place, Record
from tflsp.cli.output import Format


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        json.dump([finding(record) for record in records], stream, ensure_ascii=False, indent=2)
        stream.write("\n")

    return show


def finding(record: Record) -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "code": record.code,
        "name": record.name,
        "severity": record.severity,
        "message": record.message,
        "filename": record.filename,
        "cell": record.cell,
        "location": _place(record.location),
        "end_location": _place(record.end_location),
        "fix": None if record.fix is None else _fix(record.fix),
        "url": record.url,
    }


def _fix(fix: FixRecord) -> dict[str, Any]:
    edits = [
        {"location": _place(edit.location), "end_location": _place(edit.end_location), "content": edit.content}
        for edit in fix.edits
    ]
    lines = [{"path": line.path, "line": line.line} for line in fix.lines]
    return {"title": fix.title, "safety": fix.safety, "edits": edits, **({"lines": lines} if lines else {})}


def _place(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}
