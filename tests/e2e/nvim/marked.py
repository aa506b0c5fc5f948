"""Texts that say themselves what is to be found in them: `docker run ⟦TFL101 tensorflow/tensorflow:latest⟧`."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(r"⟦(?P<code>TFL\d{3}) (?P<text>[^⟦⟧]*)⟧")


class Mark(NamedTuple):
    """What is to be found: a code, a row from 0, columns in UTF-8 bytes from 0, and the text between them."""

    code: str
    row: int
    start: int
    end: int
    text: str


def unmarked(marked: str) -> tuple[str, list[Mark]]:
    """The text without its marks, and the marks."""
    marks = []
    lines = []
    for row, line in enumerate(marked.split("\n")):
        plain = ""
        position = 0
        for found in _MARK.finditer(line):
            plain += line[position : found.start()]
            start = len(plain.encode())
            plain += found["text"]
            marks.append(Mark(found["code"], row, start, len(plain.encode()), found["text"]))
            position = found.end()
        lines.append(plain + line[position:])
    return "\n".join(lines), marks
