"""String literals of Python as words: escapes, prefixes, implicit concatenation and f-strings, with every part's place.

https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tflsp.documents.words import UNKNOWN, Piece, Word, merge
from tflsp.text import Span
from tflsp.text.patterns import pattern

_OPEN = pattern(r"(?P<prefix>[rRbBuUfFtT]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_BETWEEN = pattern(r"(?:\s|\\\r?\n|#[^\n]*\n)+")
_ESCAPE = pattern(
    r"\\(?:(?P<end>\r\n|\n|\r)|(?P<char>[\\'\"abfnrtv])|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9A-Fa-f]{2})"
    r"|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})|N\{(?P<name>[^}\n]+)\})"
)
_CHARACTERS = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v", strict=True))
_PLAIN = pattern(r"[^\\{}]+")
_PLAIN_LINE = pattern(r"[^\\]+")


def is_string(text: str, span: Span) -> bool:
    """Whether literal strings (of whatever prefix), and nothing else, stand at a span."""
    if _OPEN.match(text, span.start, span.end) is None:
        return False
    at = span.start
    while at < span.end:
        if opened := _OPEN.match(text, at, span.end):
            at = _closing(text, opened.end(), span.end, opened["quote"]) + len(opened["quote"])
        elif between := _BETWEEN.match(text, at, span.end):
            at = between.end()
        else:
            return False
    return True


def string_word(text: str, span: Span) -> Word:
    """The word that the literals at ``span`` are; what is between the braces of an f-string is not known."""
    pieces: list[Piece] = []
    at, inner, count = span.start, span, 0
    while at < span.end:
        opened = _OPEN.match(text, at, span.end)
        if opened is None:
            between = _BETWEEN.match(text, at, span.end)
            at = between.end() if between else at + 1
            continue
        end = _closing(text, opened.end(), span.end, opened["quote"])
        inner = Span(opened.end(), end)
        pieces.extend(_content(text, inner, opened["prefix"].lower()))
        count += 1
        at = min(end + len(opened["quote"]), span.end)
    merged = merge(pieces)
    value = None if any(piece.text == UNKNOWN for piece in merged) else "".join(piece.text for piece in merged)
    if count != 1:
        inner = span
    plain = count == 1 and (not merged or (len(merged) == 1 and merged[0].verbatim and merged[0].outer == len(inner)))
    return Word(value, span.of(text), span, inner, () if plain else tuple(merged), quoted=True)


def _closing(text: str, at: int, end: int, quote: str) -> int:
    """Where the closing quote begins, or the end of the span."""
    while at < end:
        if text[at] == "\\":
            at += 2
        elif text.startswith(quote, at):
            return at
        else:
            at += 1
    return end


def _content(text: str, span: Span, prefix: str) -> Iterator[Piece]:
    formatted = "f" in prefix or "t" in prefix
    plain = _PLAIN if formatted else _PLAIN_LINE
    at = span.start
    while at < span.end:
        if found := plain.match(text, at, span.end):
            yield Piece(found.group(), at, len(found.group()))
            at = found.end()
        elif text[at] == "\\":
            escape = None if "r" in prefix else _ESCAPE.match(text, at, span.end)
            end = escape.end() if escape else at + 1
            value = _meaning(escape) if escape else "\\"
            yield Piece(value, at, end - at)
            at = end
        elif text.startswith(text[at] * 2, at) and at + 1 < span.end:
            yield Piece(text[at], at, 2)
            at += 2
        elif text[at] == "{":
            end = _behind_braces(text, at, span.end)
            yield Piece(UNKNOWN, at, end - at, exact=False)
            at = end
        else:
            yield Piece(text[at], at, 1)
            at += 1


def _meaning(escape: re.Match[str]) -> str:
    if escape["end"]:
        return ""
    if escape["char"]:
        return _CHARACTERS[escape["char"]]
    if escape["name"]:
        try:
            return unicodedata.lookup(escape["name"])
        except KeyError:
            return escape.group()
    code = int(escape["octal"], 8) if escape["octal"] else int(escape["x"] or escape["u"] or escape["U"], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _behind_braces(text: str, at: int, end: int) -> int:
    """Behind the brace that closes the replacement field at ``at``."""
    depth = 0
    for index in range(at, end):
        if text[index] == "{":
            depth += 1
        elif text[index] == "}":
            depth -= 1
            if depth == 0:
                return index + 1
    return end
