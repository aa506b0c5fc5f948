"""The last line of a run for people."""

from __future__ import annotations

from collections.abc import Sequence

from tflsp.checking.records import Record


def summary(records: Sequence[Record], fixed: int, files: int) -> str:
    """How many findings of each severity, how many were mended, and how many more could be."""
    parts = []
    for severity in ("error", "warning", "information", "hint"):
        count = sum(record.severity == severity for record in records)
        if count:
            parts.append(f"{count} {severity if severity == 'information' else severity + 's' * (count > 1)}")
    text = ", ".join(parts) if parts else "No findings"
    text += f" in {files} file{'s' * (files != 1)}."
    if fixed:
        text += f" {fixed} fixed."
    safe = sum(record.fix is not None and record.fix.safety == "safe" for record in records)
    if safe:
        text += f" {safe} can be fixed with --fix."
    return text
