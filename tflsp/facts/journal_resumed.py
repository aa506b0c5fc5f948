"""The headings of a long text that was read before some edits: only what lies around the edits is read again.

Pure: the texts are compared, whatever was done to them. Gives what `headings` gives, or its speed is worth nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from tflsp.facts.journal_lines import Mark, headings, marks_behind, with_unsigned

# No heading, fence or comment depends on more code points behind its end.
_AHEAD = 8
# Code points that are compared at once: many more than one, and few enough to be copied.
_BLOCK = 4_096


class Marked(NamedTuple):
    """A text with its headings."""

    text: str
    marks: Sequence[Mark]


class Resumed(NamedTuple):
    """Headings, of which the first ``same`` are those from before, and those from ``border`` on are, ``by`` places
    further on."""

    marks: Sequence[Mark]
    same: int
    border: int
    by: int


def resumed(before: Marked, text: str) -> Resumed:
    """``headings(text)``, by those of a text that is much the same, with what of it is as it was."""
    old, known = before
    if old == text:
        return Resumed(known, len(known), len(text), 0)
    start, end = in_common(old, text)
    by = len(text) - len(old)
    count = bisect_left(known, start - _AHEAD, key=_end)
    if not count:
        return Resumed(headings(text), 0, len(text), 0)
    found: list[Mark] = []
    behind, border = len(known), len(text)
    for mark in marks_behind(text, known[count - 1].end):
        if mark.start > len(text) - end:
            number = bisect_left(known, mark.start - by, key=_start)
            if number < len(known) and known[number].start == mark.start - by:
                # From here on the same is read from the same place.
                behind, border = number, mark.start
                break
        found.append(mark)
    found = with_unsigned(text, found, known[count - 1].end, border)
    moved = [Mark(level, title, at + by, to + by) for level, title, at, to in known[behind:]] if by else known[behind:]
    return Resumed([*known[:count], *found, *moved], count, border, by)


def in_common(old: str, new: str) -> tuple[int, int]:
    """How many code points two texts begin and end with in common; none is counted twice."""
    start = _same_start(old, new)
    return start, _same_end(old, new, min(len(old), len(new)) - start)


def _same_start(old: str, new: str) -> int:
    """How many code points two texts begin with in common."""
    most = min(len(old), len(new))
    at = 0
    while at < most and old[at : at + _BLOCK] == new[at : at + _BLOCK]:
        at += _BLOCK
    return at + _same(old[at : at + _BLOCK], new[at : at + _BLOCK]) if at < most else most


def _same_end(old: str, new: str, most: int) -> int:
    """How many code points two texts end with in common, ``most`` of them at most."""
    count = 0
    while count < most and _last(old, count) == _last(new, count):
        count += _BLOCK
    return min(count + _same(_last(old, count)[::-1], _last(new, count)[::-1]), most)


def _last(text: str, count: int) -> str:
    """The block that ends ``count`` places before the end."""
    end = max(len(text) - count, 0)
    return text[max(end - _BLOCK, 0) : end]


def _same(old: str, new: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _start(mark: Mark) -> int:
    return mark.start


def _end(mark: Mark) -> int:
    return mark.end
