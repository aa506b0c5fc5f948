"""Backslashes before lines that would be structure: a text from elsewhere begins no entry where it stands in one.

`escaped` writes them, `unescaped` takes away as many. What is shown (fences, comments) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import is_underlined, lines, possible_change
from tflsp.facts.journal_words import bold_field, bold_heading, escaped_label
from tflsp.text.patterns import pattern

_NUMBERED = pattern(r"\A(?P<before>\d+)(?P<backslashes>\\*)(?=[.)][ \t]|、)")
_HEADING = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?=#{1,6}(?:[ \t]|\Z))")
_BOLD = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?P<line>(?:\*\*|__).*)\Z")
_UNDERLINE = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?P<line>={3,}|-{3,})[ \t]*\Z")
_NESTED = pattern(r"\A[ \t]+(?=(?:[-*+]|\d+[.)])[ \t])")


def escaped(text: str, kind: Kind) -> str:
    """A text in which no line is a heading, label, change or hypothesis of an entry of this kind."""
    return _each_line(text, kind, lambda backslashes: backslashes + "\\")


def unescaped(text: str, kind: Kind) -> str:
    """What ``escaped`` was given."""
    if "\\" not in text and "\r" not in text and not text.endswith("\n"):
        return text
    return _each_line(text, kind, lambda backslashes: backslashes[1:], "\\")


def _each_line(text: str, kind: Kind, change: Callable[[str], str], holding: str = "") -> str:
    """The text with the backslashes changed of lines that look like structure; only of those ``holding`` something."""
    done: list[str] = []
    before = ""
    for line, is_shown in lines(text):
        place = None if is_shown or holding not in line else _place(line, kind, before)
        # A line under a heading is one whether that line itself was escaped or is.
        before = "" if is_shown else _bare(line, place)
        if place is not None:
            start, end = place
            line = line[:start] + change(line[start:end]) + line[end:]
        done.append(line)
    return "\n".join(done)


def _bare(line: str, place: tuple[int, int] | None) -> str:
    return line if place is None else line[: place[0]] + line[place[1] :]


def _place(line: str, kind: Kind, before: str) -> tuple[int, int] | None:
    """Where the backslashes of a line that looks like structure stand, or would; ``before`` is the line before it."""
    if line[:1].isspace():
        # Of what is indented, items of lists can be structure.
        nested = _NESTED.match(line)
        found = _labelled(line[nested.end() :], kind) if nested else None
        start, end = found.span("backslashes") if found is not None else (0, 0)
        return None if nested is None or found is None else (start + nested.end(), end + nested.end())
    found = _HEADING.match(line) or _labelled(line, kind)
    if found is None and kind is Kind.GOAL:
        found = _NUMBERED.match(line)
    if found is None and (bold := _BOLD.match(line)) is not None and _is_bold_structure(bold["line"], kind):
        found = bold
    if found is None and (under := _UNDERLINE.match(line)) is not None and is_underlined(before):
        found = under
    return None if found is None else found.span("backslashes")


def _labelled(line: str, kind: Kind) -> re.Match[str] | None:
    return escaped_label(kind).match(line) or (possible_change(line) if kind is Kind.STEP else None)


def _is_bold_structure(line: str, kind: Kind) -> bool:
    """Whether a line in bold stands for a heading: of an entry, or of a field of this kind's entries."""
    return bold_heading(line) is not None or bold_field(line, kind) is not None
