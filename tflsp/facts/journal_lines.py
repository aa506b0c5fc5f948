"""Where the headings of a Markdown text stand, and which lines are only shown: fences and comments.

Also trims a text that comes from elsewhere, and closes what it has left open.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from tflsp.facts.journal_words import ARROW, COLON, bold_heading, heading
from tflsp.text.patterns import pattern

_BODY = (
    r"(?P<body>(?P<indent> {0,3})(?:(?P<fence>`{3,}(?=[^`\r\n]*(?:[\r\n]|\Z))|~{3,})|(?P<comment><!--))"
    r"|(?P<heading>#{1,6})(?:[ \t]+(?P<title>[^\r\n]*?)(?:[ \t]+#+)?)?[ \t]*(?=[\r\n]|\Z))"
)
_EVENT_HERE = pattern(_BODY)
# A line end is found ten times as fast as the beginning of a line, and most lines are told by their first character.
_EVENT = pattern(rf"\n(?=[ `~<#]){_BODY}")
LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_CHANGE = pattern(
    rf"\A(?:[-*+][ \t]+|\d+[.)][ \t]+)?(?P<name>[^:：→\\]{{1,120}}?)(?P<backslashes>\\*)[ \t]*{COLON}[ \t]*"
    rf"(?P<old>.*?)[ \t]*(?P<arrow>{ARROW})[ \t]*(?P<new>.*)\Z"
)
# Lines in bold, and what may be the line under a heading: literal beginnings are found fast.
_PSEUDO = pattern(r"\n(?:(?P<bold>(?:\*\*|__)[^\r\n]*)|(?P<under>={3,}|-{3,})[ \t]*)(?=[\r\n]|\Z)")
BOLD_LEVEL = 7
# What a cell may have (code points) for its headings to be kept.
_SHORT = 2_000
_CONTROL = pattern("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
_LINE_END = pattern(r"\r\n|\r")
_TRAILING = pattern(r"[^\S\n]+$", re.MULTILINE)
_BLANKS = pattern(r"\n{3,}")
_ONLY_COMMENTS = pattern(r"\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)+\Z")


class Mark(NamedTuple):
    """A heading (``level`` 1 to 6), or a stretch that is only shown (level 0), which ends at ``end``."""

    level: int
    title: str
    start: int
    end: int


def marks(text: str, start: int = 0) -> Iterator[Mark]:
    """Headings at the margin, and the fences and comments that they do not stand in."""
    return _marks(text, _event(text, start))


def marks_behind(text: str, end: int) -> Iterator[Mark]:
    """The same, behind the ``end`` of one of them, or of a heading without signs."""
    return _marks(text, _EVENT.search(text, end - 1))


def _marks(text: str, found: re.Match[str] | None) -> Iterator[Mark]:
    while found is not None:
        begin, signs = found.start("body"), found["heading"]
        at = found.end()
        if signs:
            yield Mark(len(signs), found["title"] or "", begin, at)
        else:
            end = _comment_end(text, found) if found["comment"] else _fence_end(text, found)[0]
            yield Mark(0, "", begin, end)
            at = max(at, end)
        # What is only shown is passed over. The line end before a line may have been the last of it.
        found = _EVENT.search(text, at - 1)


def headings(text: str, start: int = 0) -> Sequence[Mark]:
    """``marks``, with the entries' headings that people write as a line in bold (level 7) or with a line under it."""
    # Cells are short, and are the same ones after each key.
    return _headings_of_cell(text) if not start and len(text) <= _SHORT else _headings(text, start)


@lru_cache(maxsize=16_384)
def _headings_of_cell(text: str) -> Sequence[Mark]:
    return tuple(_headings(text, 0))


def _headings(text: str, start: int) -> list[Mark]:
    return with_unsigned(text, list(marks(text, start)), start, len(text))


def with_unsigned(text: str, found: list[Mark], start: int, end: int) -> list[Mark]:
    """The marks between two places, and the headings without signs there; ``end`` is a line's beginning or the text's
    end."""
    line = text.rfind("\n", 0, start) + 1
    own = text if not line and end == len(text) else text[line:end]
    others = [mark for mark in _pseudo(own, line) if mark.start >= start]
    if not others:
        return found
    shown = [mark for mark in found if not mark.level]
    starts = [mark.start for mark in shown]
    for mark in others:
        number = bisect_right(starts, mark.start) - 1
        if number < 0 or shown[number].end <= mark.start:
            found.append(mark)
    return sorted(found, key=_start)


def _pseudo(text: str, by: int) -> Iterator[Mark]:
    """Those of a part of a text, ``by`` places into it."""
    begins = "\n" + text  # so that the first line is found as the others are
    for each in _PSEUDO.finditer(begins):
        start = each.start()
        if each["bold"] is not None:
            if bold_heading(each["bold"]) is not None:
                yield Mark(BOLD_LEVEL, each["bold"].rstrip(), start + by, each.end() - 1 + by)
            continue
        end = start - 1 if begins[start - 1 : start] == "\r" else start
        at = begins.rfind("\n", 0, end)
        title = begins[at + 1 : end]
        if end - at < 400 and is_underlined(title):
            yield Mark(1 if each["under"][0] == "=" else 2, title.strip(), at + by, each.end() - 1 + by)


def is_underlined(title: str) -> bool:
    """Whether a line with a line under it is the heading of an entry."""
    return title[:1] not in ("", " ", "\t", "#", "*", "_") and heading(title) is not None


def _start(mark: Mark) -> int:
    return mark.start


def _event(text: str, at: int) -> re.Match[str] | None:
    """The next heading, fence or comment at or behind ``at``."""
    return _event_here(text, at) or _EVENT.search(text, at)


def _event_here(text: str, at: int) -> re.Match[str] | None:
    return _EVENT_HERE.match(text, at) if text[max(at - 1, 0) : at] in ("", "\n", "\ufeff") else None


def _comment_end(text: str, found: re.Match[str]) -> int:
    end = text.find("-->", found.end("comment"))
    return len(text) if end < 0 else end + 3


def _fence_end(text: str, found: re.Match[str]) -> tuple[int, bool]:
    """Where a fence ends, and whether it does so by a closing line; an indented one ends with its list as well."""
    mark, indent = found["fence"], len(found["indent"])
    if not indent:
        # As nearly all fences end, told without an expression: the same marks again, alone in their line.
        first = text.find(mark, found.end())
        end = first + len(mark)
        if first > 0 and text[first - 1] == "\n" and text[end : end + 1] in ("", "\n", "\r"):
            return end, True
    closing = _closing_line(mark[0], len(mark)).search(text, found.end())
    end = closing.end() if closing else len(text)
    if indent:
        dedent = re.compile(rf"^ {{0,{indent - 1}}}(?=[^ \t\r\n])", re.MULTILINE).search(text, found.end(), end)
        if dedent is not None:
            return dedent.start(), False
    return end, closing is not None


@lru_cache(maxsize=64)
def _closing_line(sign: str, count: int) -> re.Pattern[str]:
    return re.compile(rf"\n {{0,5}}{sign}{{{count},}}[ \t]*(?=[\r\n]|\Z)")


def lines(text: str) -> Sequence[tuple[str, bool]]:
    """The lines without their ends, each with whether it is only shown."""
    # An entry that is typed in is read by several, one after the other.
    return _lines_of_entry(text) if len(text) <= _SHORT else _lines(text)


@lru_cache(maxsize=16)
def _lines_of_entry(text: str) -> Sequence[tuple[str, bool]]:
    return _lines(text)


def _lines(text: str) -> Sequence[tuple[str, bool]]:
    has_returns = "\r" in text
    whole = LINE.findall(text) if has_returns else text.split("\n")
    if not whole[-1]:
        whole.pop()
    found = [(line.rstrip("\r\n") if has_returns else line, False) for line in whole]
    shown = [mark for mark in marks(text) if not mark.level]
    if shown:
        starts = list(accumulate([len(line) + (not has_returns) for line in whole], initial=0))
        for mark in shown:
            for number in range(bisect_right(starts, mark.start) - 1, min(bisect_left(starts, mark.end), len(whole))):
                found[number] = (found[number][0], True)
    return found


def change_in(line: str) -> re.Match[str] | None:
    """The change that a line tells (groups ``name``, ``old``, ``new``), or None."""
    found = possible_change(line)
    return found if found is not None and not found["backslashes"] else None


def possible_change(line: str) -> re.Match[str] | None:
    """The same, also where ``backslashes`` say that it is none (see `tflsp.facts.journal_escapes`)."""
    found = _CHANGE.match(line)
    return None if found is None or ends_comment(line, found.start("arrow"), found.end("arrow")) else found


def ends_comment(text: str, start: int, end: int) -> bool:
    """Whether what looks like an arrow is the end of a comment."""
    return text[start:end].startswith("--") and "<!--" in text[:start]


def inline(text: str) -> str:
    """A text on one line."""
    return " ".join(_CONTROL.sub(" ", text).split())


def block(text: str) -> str:
    """A text of several lines as it can stand in an entry: trimmed, with fences and comments closed."""
    text = verbatim(text)
    for _ in range(3):
        last = None
        for found in unclosed(text):
            last = found
        if last is None:
            break
        text += last
    return "" if is_comment(text) else text


def is_comment(text: str) -> bool:
    """Whether a text is comments alone: a template's hints, for people."""
    return _ONLY_COMMENTS.match(text) is not None


def verbatim(text: str) -> str:
    """A text of several lines as it can stand in a fence: without control characters, needless blanks and lines."""
    return trimmed(_CONTROL.sub("", _LINE_END.sub("\n", text)))


def trimmed(text: str) -> str:
    """A text without blanks at the ends of its lines, and with no more than one empty line at a time."""
    return _BLANKS.sub("\n\n", _TRAILING.sub("", text)).strip()


def unclosed(text: str) -> Iterator[str]:
    """What closes the fence or comment that is still open at the end."""
    at = 0
    while (found := _event(text, at)) is not None:
        if found["heading"]:
            at = found.end()
        elif found["comment"]:
            at = _comment_end(text, found)
            if at == len(text) and not text.endswith("-->"):
                yield " -->"
        else:
            at, closed = _fence_end(text, found)
            if at == len(text) and not closed:
                yield "\n" + found["indent"] + found["fence"]
        at = max(at, found.end())
