"""Positions as the protocol defines them, computed naively: the reference that the server is held against."""

from __future__ import annotations

import re

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_WIDTH = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def lines_of(text: str) -> list[str]:
    """The lines with their ends; a text that ends with a line end has an empty last line."""
    found = [match.group() for match in _LINES.finditer(text)]
    while len(found) > 1 and found[-1] == "" and not found[-2].endswith(("\n", "\r")):
        found.pop()
    return found or [""]


def length(text: str, encoding: str) -> int:
    """How many units of the encoding a text has."""
    codec, width = _WIDTH[encoding]
    return len(text.encode(codec, "surrogatepass")) // width


def position(text: str, offset: int, encoding: str) -> dict[str, int]:
    """The position of a code point offset that stands inside of no line end."""
    start = 0
    lines = lines_of(text)
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        if offset < start + len(line) or last:
            return {"line": number, "character": length(text[start:offset], encoding)}
        start += len(line)
    raise AssertionError("a text has a last line")


def offset(text: str, where: dict[str, int], encoding: str) -> int:
    """The code point offset of a position that the server gave; it must be exact."""
    lines = lines_of(text)
    start = sum(len(line) for line in lines[: where["line"]])
    line = lines[where["line"]]
    for count in range(len(line) + 1):
        if length(line[:count], encoding) == where["character"]:
            return start + count
    raise AssertionError(f"{where} is inside of a character, or beyond line {line!r}")


def spanned(text: str, where: dict[str, dict[str, int]], encoding: str) -> str:
    """The text of a range that the server gave."""
    return text[offset(text, where["start"], encoding) : offset(text, where["end"], encoding)]
