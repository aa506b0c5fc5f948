"""One line per finding: path, cell, row, column, severity, code, message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from tflsp.checking.records import Record
from tflsp.cli.output import Format
from tflsp.cli.output.summary import summary


def make(stream: TextIO) -> Format:
    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        stream.writelines(f"{place(record)}: {record.severity} {record.code} {record.message}\n" for record in records)
        stream.write(summary(records, fixed, files) + "\n")

    return show


def place(record: Record) -> str:
    """Where a finding is, in the form that terminals and editors can follow."""
    cell = f":cell {record.cell}" if record.cell is not None else ""
    return f"{record.filename}{cell}:{record.location.row}:{record.location.column}"
