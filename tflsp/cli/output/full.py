"""Findings with the lines that they stand in, as an editor would show them; coloured on a terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TextIO
from unicodedata import combining, east_asian_width

from tflsp.checking.records import Record
from tflsp.cli.output import Format
from tflsp.cli.output.concise import place
from tflsp.cli.output.summary import summary

_COLOURS = {"error": "31", "warning": "33", "information": "34", "hint": "36"}
TAB = 4
# A line of a notebook or a minified file may be endless.
MAX_WIDTH = 160


def make(stream: TextIO) -> Format:
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if coloured and text else text

    def show(records: Sequence[Record], fixed: int, files: int) -> None:
        for record in records:
            colour = _COLOURS[record.severity]
            head = f"{paint(record.severity, colour + ';1')} {paint(record.code, '1')} {record.message}"
            stream.write(f"{head}\n  --> {place(record)}\n")
            stream.writelines(
                "   " + (paint(line, colour) if line.lstrip(" |").startswith("^") else line) + "\n"
                for line in _excerpt(record)
            )
            if record.fix is not None:
                note = "" if record.fix.safety == "safe" else f" ({record.fix.safety})"
                stream.write(f"   = {paint('fix', '32')}: {record.fix.title}{note}\n")
            stream.write("\n")
        stream.write(summary(records, fixed, files) + "\n")

    return show


def _excerpt(record: Record) -> list[str]:
    """The lines of a finding with their numbers, and carets under what it is about."""
    width = len(str(record.location.row + len(record.excerpt)))
    lines = [f"{'':>{width}} |"]
    for index, text in enumerate(record.excerpt):
        row = record.location.row + index
        start = record.location.column - 1 if index == 0 else len(text) - len(text.lstrip())
        end = record.end_location.column - 1 if row == record.end_location.row else len(text)
        # Show the part of a long line that the finding is in.
        skip = max(0, start - MAX_WIDTH // 2) if cells(text) > MAX_WIDTH else 0
        shown = text[skip : skip + MAX_WIDTH]
        marks = " " * cells(text[skip:start]) + "^" * max(1, cells(text[start : min(end, skip + MAX_WIDTH)]))
        lines += [f"{row:>{width}} | {_plain(shown)}", f"{'':>{width}} | {marks}"]
    return lines


def cells(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode Standard Annex 11; tabs as ``TAB`` columns)."""
    return sum(_cell(char) for char in text)


def _cell(char: str) -> int:
    if char == "\t":
        return TAB
    if combining(char) or char in "\u200d\ufe0f":
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def _plain(text: str) -> str:
    """Without control characters: a document must not drive the terminal."""
    return "".join(" " * TAB if char == "\t" else char if char.isprintable() else "\ufffd" for char in text)
