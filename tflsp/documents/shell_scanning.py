"""Finds ends in shell text: of quotes, braces and lines; and the meaning of C's escapes in ``$'…'``."""

from __future__ import annotations

import re

from tflsp.text.patterns import pattern

ANSI = pattern(r"\\(?:([abeEfnrtv\\'\"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8}))")
_ANSI_CHARACTERS = dict(zip("abeEfnrtv\\'\"?", "\a\b\x1b\x1b\f\n\r\t\v\\'\"?", strict=True))
_BRACES = pattern(r"\\.|[{}'\"\n]")
_SPACE = pattern(r"\s")
_IN_DOUBLE = pattern(r"(?:[^\"\\$`]|\\.|\$(?!\())*", re.DOTALL)


def ansi_value(found: re.Match[str]) -> str:
    """The character of an escape that ``ANSI`` has matched."""
    char, octal, *codes = found.groups()
    if char:
        return _ANSI_CHARACTERS[char]
    code = int(octal, 8) & 0xFF if octal else int(next(filter(None, codes)), 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def line_end(text: str, at: int) -> int:
    """Where the line of ``at`` ends."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def one_quote(text: str, start: int, end: int) -> bool:
    """Whether the quote that opens at ``start`` closes at ``end - 1``, and not before."""
    inside = text[start + 1 : end - 1]
    if text[start] == "'":
        return "'" not in inside
    return '"' not in inside or _IN_DOUBLE.fullmatch(inside) is not None


def closing_brace(text: str, at: int) -> int:
    """The offset behind the ``}`` that closes the expansion whose content begins at ``at``, or the end of the line."""
    depth, quote = 1, ""
    for found in _BRACES.finditer(text, at):
        token = found.group()
        if token == "\n" and not quote:
            break
        if quote or token in "'\"":
            quote = "" if token == quote else quote or (token if token in "'\"" else "")
        elif token == "{" and text[found.start() - 1] == "$":
            depth += 1
        elif token == "}":
            depth -= 1
            if depth == 0:
                return found.end()
    end = line_end(text, at)
    blank = _SPACE.search(text, at, end)
    return blank.start() if blank else end
