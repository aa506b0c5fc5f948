"""Entries with tab stops at what is still empty, as snippets of LSP: hints, labels without a value, a missing title.

A text with stops is a plain text in which each stop stands between three noncharacters of Unicode: what parts an empty
field from its label, then the hint that is there until somebody types. Edits are made of such a text like of any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import LINE, marks
from tflsp.facts.journal_words import Heading, heading, label
from tflsp.text import TextEdit
from tflsp.text.patterns import pattern

_BEGIN, _HINT, _END = "\ufdd0", "\ufdd1", "\ufdd2"
_SIGNS = pattern(f"[{_BEGIN}{_HINT}{_END}]")
_STOP = pattern(f"{_BEGIN}(?P<lead>[^{_HINT}]*){_HINT}(?P<hint>[^{_END}]*){_END}")
_SPECIAL = pattern(r"[\\$}]")
_COMMENT = pattern(r"<!--(?:(?!-->)[^\r\n])*-->")
_HINT_AT_END = pattern(r"(?:[:：]|\A[ \t]*(?:\d+[.)]|[-*+]))[ \t]*(?P<hint><!--(?:(?!-->)[^\r\n])*-->)\Z")
_CROSS = pattern(r"❌\ufe0f?(?=[ \t])")

# Where a stop begins and ends, and what parts it from what is before it.
_Place = tuple[int, int, str]


def with_stops(text: str, kind: Kind) -> str:
    """An entry of this kind, as a template gives it, with stops at what nobody has filled in yet."""
    if _SIGNS.search(text):
        return text
    for start, end, lead in sorted(_places(text, kind), reverse=True):
        text = f"{text[:start]}{_BEGIN}{lead}{_HINT}{text[start:end]}{_END}{text[end:]}"
    return text


def without_stops(text: str) -> str:
    """The plain text: hints stay, stops leave nothing."""
    return _STOP.sub(lambda found: found["hint"], text)


def snippet(text: str) -> str:
    """A text with stops in LSP's grammar of snippets; the last stop is behind it."""
    numbers = count(1)
    made, at = [], 0
    for found in _STOP.finditer(text):
        made += [_escaped(text[at : found.start()]), _escaped(found["lead"]), _stop(next(numbers), found["hint"])]
        at = found.end()
    rest = text[at:]
    body = rest.rstrip("\r\n")
    return "".join((*made, _escaped(body), "$0", rest[len(body) :]))


def has_stops(edit: TextEdit) -> bool:
    return _BEGIN in edit.new_text


def _stop(number: int, hint: str) -> str:
    return f"${{{number}:{_escaped(hint)}}}" if hint else f"${{{number}}}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _places(text: str, kind: Kind) -> Iterator[_Place]:
    shown: list[tuple[int, int]] = []
    is_first = True
    for mark in marks(text):
        if mark.level:
            if is_first and (found := heading(mark.title)) is not None:
                yield from _title(text, mark.start, mark.end, found)
            is_first = False
        else:
            shown.append((mark.start, mark.end))
            if comment := _COMMENT.match(text, mark.start):
                yield comment.start(), comment.end(), ""
    shown.reverse()
    yield from _labels(text, kind, shown)


def _title(text: str, start: int, end: int, found: Heading) -> Iterator[_Place]:
    if found.title:
        return
    if found.kind is Kind.STEP:
        yield end, end, "：" if found.language == "zh" else ": "
    elif found.kind is Kind.ERROR and (cross := _CROSS.search(text, start, end)):
        # A capital begins a heading that takes its title behind it, as in "Error log: OOM".
        is_behind = text[cross.end() : end].lstrip()[:1].isupper()
        yield (end, end, ": ") if is_behind else (cross.end(), cross.end(), " ")


def _labels(text: str, kind: Kind, shown: list[tuple[int, int]]) -> Iterator[_Place]:
    """Labels without a value, and hints behind a label or the number of an item. ``shown``: the last stretch first."""
    at = 0
    while at < len(text):
        found = LINE.match(text, at)
        after = found.end() if found else len(text)
        while shown and shown[-1][1] <= at:
            shown.pop()
        line = text[at:after].rstrip("\r\n")
        if not shown or shown[-1][0] >= after:
            own = label(line, kind)
            if hint := _HINT_AT_END.search(line):
                yield at + hint.start("hint"), at + hint.end("hint"), ""
            elif own is not None and not own.value and _is_over(text, after, kind):
                yield at + len(line), at + len(line), "" if line.endswith(("：", " ", "\t")) else " "
        at = after


def _is_over(text: str, after: int, kind: Kind) -> bool:
    """Whether a field without a value on its own line has none on the next."""
    found = LINE.match(text, after)
    line = found.group().rstrip("\r\n") if found else ""
    return not line.strip() or label(line, kind) is not None or re.match(r"#{1,6}(?:\s|\Z)", line) is not None
