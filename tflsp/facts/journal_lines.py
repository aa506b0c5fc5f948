"""Where the headings of a Markdown text stand, and which lines are only shown: fences and comments.

Also makes a text that comes from elsewhere fit to stand inside of an entry: nothing in it begins another one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_words import ARROW, COLON, bold_field, bold_heading, escaped_label, heading
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
_NUMBERED = pattern(r"\A(?P<before>\d+)(?P<backslashes>\\*)(?=[.)][ \t]|、)")
_HEADING = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?=#{1,6}(?:[ \t]|\Z))")
_BOLD = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?P<line>(?:\*\*|__).*)\Z")
_UNDERLINE = pattern(r"\A(?P<before>)(?P<backslashes>\\*)(?P<line>={3,}|-{3,})[ \t]*\Z")
_NESTED = pattern(r"\A[ \t]+(?=(?:[-*+]|\d+[.)])[ \t])")
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
    at = start
    first = _event_here(text, start)
    for found in chain((first,) if first else (), _EVENT.finditer(text, start)):
        begin = found.start("body")
        if begin < at:
            continue  # only shown
        signs = found["heading"]
        if signs:
            yield Mark(len(signs), found["title"] or "", begin, found.end())
            at = found.end()
            continue
        at = _comment_end(text, found) if found["comment"] else _fence_end(text, found)[0]
        yield Mark(0, "", begin, at)
        at = max(at, found.end())


def headings(text: str, start: int = 0) -> Sequence[Mark]:
    """``marks``, with the entries' headings that people write as a line in bold (level 7) or with a line under it."""
    # Cells are short, and are the same ones after each key.
    return _headings_of_cell(text) if not start and len(text) <= _SHORT else _headings(text, start)


@lru_cache(maxsize=16_384)
def _headings_of_cell(text: str) -> Sequence[Mark]:
    return tuple(_headings(text, 0))


def _headings(text: str, start: int) -> list[Mark]:
    found = list(marks(text, start))
    others = [mark for mark in _pseudo(text) if mark.start >= start]
    if not others:
        return found
    shown = [mark for mark in found if not mark.level]
    starts = [mark.start for mark in shown]
    for mark in others:
        number = bisect_right(starts, mark.start) - 1
        if number < 0 or shown[number].end <= mark.start:
            found.append(mark)
    return sorted(found, key=_start)


def _pseudo(text: str) -> Iterator[Mark]:
    begins = "\n" + text  # so that the first line is found as the others are
    for each in _PSEUDO.finditer(begins):
        start = each.start()
        if each["bold"] is not None:
            if bold_heading(each["bold"]) is not None:
                yield Mark(BOLD_LEVEL, each["bold"].rstrip(), start, each.end() - 1)
            continue
        end = start - 1 if begins[start - 1 : start] == "\r" else start
        at = begins.rfind("\n", 0, end)
        title = begins[at + 1 : end]
        if end - at < 400 and _is_underlined(title):
            yield Mark(1 if each["under"][0] == "=" else 2, title.strip(), at, each.end() - 1)


def _is_underlined(title: str) -> bool:
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
    closing = re.compile(rf"\n {{0,5}}{mark[0]}{{{len(mark)},}}[ \t]*(?=[\r\n]|\Z)").search(text, found.end())
    end = closing.end() if closing else len(text)
    if indent:
        dedent = re.compile(rf"^ {{0,{indent - 1}}}(?=[^ \t\r\n])", re.MULTILINE).search(text, found.end(), end)
        if dedent is not None:
            return dedent.start(), False
    return end, closing is not None


def lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines without their ends, each with whether it is only shown."""
    shown = [(mark.start, mark.end) for mark in marks(text) if mark.level == 0]
    shown.reverse()
    at = 0
    while at < len(text):
        found = LINE.match(text, at)
        end = found.end() if found else len(text)
        while shown and shown[-1][1] <= at:
            shown.pop()
        yield text[at:end].rstrip("\r\n"), bool(shown) and shown[-1][0] < end
        at = end


def change_in(line: str) -> re.Match[str] | None:
    """The change that a line tells (groups ``name``, ``old``, ``new``), or None."""
    found = _changed(line)
    return found if found is not None and not found["backslashes"] else None


def _changed(line: str) -> re.Match[str] | None:
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


def escaped(text: str, kind: Kind) -> str:
    """A text in which no line is a heading, label, change or hypothesis of an entry of this kind."""
    return _each_line(text, kind, lambda backslashes: backslashes + "\\")


def unescaped(text: str, kind: Kind) -> str:
    """What ``escaped`` was given."""
    return _each_line(text, kind, lambda backslashes: backslashes[1:])


def _each_line(text: str, kind: Kind, change: Callable[[str], str]) -> str:
    done: list[str] = []
    before = ""
    for line, is_shown in lines(text):
        place = None if is_shown else _place(line, kind, before)
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
    if found is None and (bold := _BOLD.match(line)) is not None and is_bold_structure(bold["line"], kind):
        found = bold
    if found is None and (under := _UNDERLINE.match(line)) is not None and _is_underlined(before):
        found = under
    return None if found is None else found.span("backslashes")


def _labelled(line: str, kind: Kind) -> re.Match[str] | None:
    return escaped_label(kind).match(line) or (_changed(line) if kind is Kind.STEP else None)


def is_bold_structure(line: str, kind: Kind) -> bool:
    """Whether a line in bold stands for a heading: of an entry, or of a field of this kind's entries."""
    return bold_heading(line) is not None or bold_field(line, kind) is not None
