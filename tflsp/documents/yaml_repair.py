"""Makes half-typed YAML readable: what cannot be YAML is blanked, line by line, and everything else keeps its place.

tree-sitter-yaml loses the structure of a whole file to one unfinished line; this is asked only where it has failed.
It knows block style with values that end on their line; longer values are given up as long as the text is broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.text.patterns import pattern

_LINES = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_QUOTED_KEY = pattern(r"""(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')[ \t]*:(?=[ \t]|$)""")
_COLON = pattern(r":(?=[ \t]|$)")
_PLAIN_START = pattern(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`]|[-?:](?=\S)""")
_QUOTED = pattern(r""""(?:\\.|[^"\\])*"|'(?:''|[^'])*'""")
_PROPERTIES = pattern(r"(?:[&!]\S*(?:[ \t]+|$))*")
_BLOCK_HEADER = pattern(r"[|>][-+1-9]{0,2}")
_COMMENT = pattern(r"(?:^|(?<=[ \t]))#.*$")
_MARKERS = ("---", "...", "%")


def repair(text: str) -> str:
    """The text with what keeps it from being YAML replaced by blanks: as long as the original, line for line."""
    return "".join(_repaired(line.group() for line in _LINES.finditer(text)))


def _repaired(lines: Iterator[str]) -> Iterator[str]:
    levels: list[tuple[int, str]] = []  # the columns of open mappings (":") and sequences ("-")
    awaits = True  # the line before has no value yet: deeper lines may follow
    block: int | None = None  # the column that a block scalar's lines stand beyond
    for line in lines:
        content = line.strip(" \t\r\n")
        indent = len(line) - len(line.lstrip(" "))
        if not content or (block is not None and indent > block):
            yield line
            continue
        block = None
        if content.startswith("#"):
            yield line
        elif line.startswith(_MARKERS):
            levels, awaits = [], True
            yield line
        elif not _fits(levels, indent, "-" if _is_item(content) else ":", awaits):
            yield _blank(line, 0, len(line))
        else:
            at = _value_start(line, indent, levels)
            if at == 0:
                yield _blank(line, 0, len(line))
                continue
            value = _value(line[at:])
            awaits = not value
            if _BLOCK_HEADER.fullmatch(value):
                block = levels[-1][0] if levels else 0
            yield _finished(line, at)


def _fits(levels: list[tuple[int, str]], column: int, kind: str, awaits: bool) -> bool:
    """Whether a key or an item may stand in this column; closes the levels that it ends."""
    while levels and levels[-1][0] > column:
        levels.pop()
        awaits = False
    if levels and levels[-1] == (column, "-") and kind == ":" and (column, ":") in levels:
        levels.pop()
    if not levels or levels[-1][0] < column:
        return awaits or not levels
    return levels[-1][1] == kind or (kind == "-" and awaits)


def _is_item(content: str) -> bool:
    return content == "-" or content.startswith("- ")


def _value_start(line: str, indent: int, levels: list[tuple[int, str]]) -> int:
    """Where the line's value begins, 0 where it has neither key nor dash; opens the levels that the line begins."""
    at = indent
    while _is_item(line[at:].strip()):
        _open(levels, at, "-")
        at += 1 + len(line[at + 1 :]) - len(line[at + 1 :].lstrip(" \t"))
    key_end = _end_of_key(line.rstrip("\r\n"), at)
    if key_end:
        _open(levels, at, ":")
        return key_end
    return at if at > indent else 0


def _end_of_key(line: str, at: int) -> int:
    """The offset behind the colon of a key that begins at ``at``, or 0."""
    if quoted := _QUOTED_KEY.match(line, at):
        return quoted.end()
    colon = _COLON.search(line, at) if _PLAIN_START.match(line, at) else None
    if colon is None or _COMMENT.search(line[at : colon.start()]):
        return 0
    return colon.end()


def _open(levels: list[tuple[int, str]], column: int, kind: str) -> None:
    if (column, kind) not in levels:
        levels.append((column, kind))


def _finished(line: str, at: int) -> str:
    """The line with its value, which begins at ``at``, blanked as far as it is not a whole value."""
    value = _COMMENT.sub("", line[at:].rstrip("\r\n"))
    properties = _PROPERTIES.match(value.lstrip())
    body = value.lstrip()[properties.end() if properties else 0 :].rstrip()
    start = at + value.rstrip().rfind(body) if body else at
    if not body or _BLOCK_HEADER.fullmatch(body):
        return line
    if body[0] in "\"'":
        return line if _QUOTED.fullmatch(body) else _blank(line, start, start + len(body))
    if body[0] in "[{":
        return line if _is_balanced(body) else _blank(line, start, start + len(body))
    kept = body.rstrip(":").rstrip()
    if ": " in kept or (kept and kept[0] in "|>%@`,]}"):
        kept = ""
    return _blank(line, start + len(kept), start + len(body))


def _value(rest: str) -> str:
    """What stands after a key or a dash, without properties and comment."""
    return _PROPERTIES.sub("", _COMMENT.sub("", rest.strip()).strip(), count=1)


def _is_balanced(body: str) -> bool:
    """Whether the brackets and quotes that open in a value close in it."""
    open_brackets: list[str] = []
    for char in _QUOTED.sub("", body):
        if char in "[{":
            open_brackets.append("]" if char == "[" else "}")
        elif char in "\"'" or (char in "]}" and (not open_brackets or open_brackets.pop() != char)):
            return False
    return not open_brackets


def _blank(line: str, start: int, end: int) -> str:
    """Line ends stay."""
    return line[:start] + re.sub(r"[^\r\n]", " ", line[start:end]) + line[end:]
