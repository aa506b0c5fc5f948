"""SARIF 2.1.0 (OASIS): what code scanning services read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TextIO
from urllib.parse import quote

from tflsp import __version__
from tflsp.checking.records import Record
from tflsp.cli.output import Format
from tflsp.rules.base import all_rules

_LEVELS = {"error": "error", "warning": "warning", "information": "note", "hint": "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        codes = sorted({record.code for record in records})
        driver = {"name": "tflsp", "version": __version__, "rules": [_rule(code, records) for code in codes]}
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "results": [_result(record, codes.index(record.code)) for record in records],
        }
        json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, stream, ensure_ascii=False, indent=2)
        stream.write("\n")

    return show


def _rule(code: str, records: Sequence[Record]) -> dict[str, Any]:
    url = next(record.url for record in records if record.code == code)
    rule = all_rules()[code]
    level = _LEVELS[rule.severity.label]
    return {"id": code, "name": rule.name, "helpUri": url, "defaultConfiguration": {"level": level}}


def _result(record: Record, index: int) -> dict[str, Any]:
    region = {
        "startLine": record.location.row,
        "startColumn": record.location.column,
        "endLine": record.end_location.row,
        "endColumn": record.end_location.column,
    }
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(record.filename.replace("\\", "/"))}}
    text = record.message
    if record.cell is None:
        location["region"] = region
    else:
        # SARIF knows no cells: the place is said in words, and kept for those who know notebooks.
        text = f"cell {record.cell}, line {record.location.row}: {text}"
    return {
        "ruleId": record.code,
        "ruleIndex": index,
        "level": _LEVELS[record.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
        **({"properties": {"cell": record.cell, "region": region}} if record.cell is not None else {}),
    }
