"""A JSON list of findings, for other programs.

Rows and columns are 1-based code points; the places of edits are the file's own, also for notebooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, TextIO

from tflsp.checking.records import FixRecord, Place, Record
from tflsp.cli.output import Format

_MARGIN = "\n    "
_leaf = JSONEncoder(ensure_ascii=False).encode


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        # A piece per finding: the list of many thousand is never held as one text.
        starts = chain(("[\n  ",), repeat(",\n  "))
        stream.writelines(start + _written(record) for start, record in zip(starts, records, strict=False))
        stream.write("\n]\n" if records else "[]\n")

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


def _written(record: Record) -> str:
    """``finding`` as ``indented`` shows it in a list: there may be thousands, each with the same keys."""
    members = (
        ("code", encode_basestring(record.code)),
        ("name", encode_basestring(record.name)),
        ("severity", encode_basestring(record.severity)),
        ("message", encode_basestring(record.message)),
        ("filename", encode_basestring(record.filename)),
        ("cell", "null" if record.cell is None else str(record.cell)),
        ("location", _written_place(record.location)),
        ("end_location", _written_place(record.end_location)),
        ("fix", "null" if record.fix is None else indented(_fix(record.fix), "\n    ")),
        ("url", encode_basestring(record.url)),
    )
    return "{" + ",".join([f'{_MARGIN}"{key}": {value}' for key, value in members]) + "\n  }"


def indented(value: object, margin: str = "\n") -> str:
    """What ``json.dumps(value, ensure_ascii=False, indent=2)`` gives, without its slow way with indents.

    ``margin`` is a line end and the indent of the line that the value begins on.
    """
    inner = margin + "  "
    match value:
        case dict() if value:
            members = (f"{_leaf(key)}: {indented(member, inner)}" for key, member in value.items())
            return f"{{{inner}{f',{inner}'.join(members)}{margin}}}"
        case list() if value:
            return f"[{inner}{f',{inner}'.join(indented(item, inner) for item in value)}{margin}]"
    return _leaf(value)


def _fix(fix: FixRecord) -> dict[str, Any]:
    edits = [
        {"location": _place(edit.location), "end_location": _place(edit.end_location), "content": edit.content}
        for edit in fix.edits
    ]
    lines = [{"path": line.path, "line": line.line} for line in fix.lines]
    return {"title": fix.title, "safety": fix.safety, "edits": edits, **({"lines": lines} if lines else {})}


def _written_place(place: Place) -> str:
    return f'{{{_MARGIN}  "row": {place.row},{_MARGIN}  "column": {place.column}{_MARGIN}}}'


def _place(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}
