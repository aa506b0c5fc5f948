"""Fixes for a notebook that is open: what tflsp would change in the JSON, as the sources of cells."""

from __future__ import annotations

import json
from typing import Any


def findings_with_edits(text: str, findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings, each fix of which has ``cells`` in place of edits: index (from 0) and source afterwards.

    A fix that changes more than sources, or another file, is left out: it cannot be carried out in the browser.
    """
    before = _sources(text)
    starts = _line_starts(text)
    found = []
    for finding in findings:
        fix = finding.get("fix")
        cells = _cells_after(text, starts, before, fix) if isinstance(fix, dict) else None
        kept = None if not cells else {"title": fix["title"], "safety": fix["safety"], "cells": cells}
        found.append({**finding, "fix": kept})
    return found


def _cells_after(text: str, starts: list[int], before: list[str], fix: dict[str, Any]) -> list[dict[str, Any]] | None:
    if fix.get("lines"):
        return None
    edits = [
        (_offset(starts, edit["location"]), _offset(starts, edit["end_location"]), edit["content"])
        for edit in fix["edits"]
    ]
    for start, end, content in sorted(edits, reverse=True):
        text = text[:start] + content + text[end:]
    try:
        after = _sources(text)
    except ValueError:
        return None
    if len(after) != len(before):
        return None
    return [
        {"index": index, "source": new}
        for index, (old, new) in enumerate(zip(before, after, strict=True))
        if old != new
    ]


def _sources(text: str) -> list[str]:
    cells = json.loads(text).get("cells") or []
    return ["".join(cell["source"]) if isinstance(cell, dict) and cell.get("source") else "" for cell in cells]


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for at, letter in enumerate(text):
        if letter == "\n":
            starts.append(at + 1)
    return starts


def _offset(starts: list[int], place: dict[str, int]) -> int:
    return starts[min(place["row"], len(starts)) - 1] + place["column"] - 1
