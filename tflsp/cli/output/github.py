"""Workflow commands of GitHub Actions: annotations on the changed lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from tflsp.checking.records import Record
from tflsp.cli.output import Format

_LEVELS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        for record in records:
            # A cell's rows are not the file's: the annotation stands on the file, the cell in the text.
            cell = f"cell {record.cell}, line {record.location.row}: " if record.cell is not None else ""
            line = "" if cell else f",line={record.location.row},col={record.location.column}"
            if not cell and record.location.row == record.end_location.row:
                line += f",endLine={record.end_location.row},endColumn={record.end_location.column}"
            title = _property(f"{record.code} {record.name}")
            file = _property(record.filename)
            stream.write(
                f"::{_LEVELS[record.severity]} file={file}{line},title={title}::{_data(cell + record.message)}\n"
            )

    return show


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
