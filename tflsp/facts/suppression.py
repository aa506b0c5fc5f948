"""Suppression comments as facts: tflsp's own, and the markers of other tools for the equivalent rules.

``# tflsp: ignore[TFL101] -- reason`` holds for its line, or for the next statement where it stands on a line of its
own; ``file-ignore`` holds for the file, a cell's tag ``tflsp:ignore[TFL101]`` for the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import EVERY, Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Scope(Enum):
    """What a suppression holds for."""

    LINE = "line"
    NEXT = "next statement"
    CELL = "cell"
    FILE = "file"


@dataclass(frozen=True, slots=True, eq=False)
class Suppression(Fact):
    """A suppression. ``span`` is the whole comment; ``codes`` are the selectors with their places.

    ``foreign`` ones name other tools' rules, and are never unused.
    """

    codes: tuple[tuple[str, Span], ...]
    scope: Scope
    foreign: bool = False


_OWN = pattern(
    r"(?P<open><!--|#|//|;)[ \t]*tflsp:[ \t]*(?P<file>file-)?ignore\[(?P<codes>[^\]\n]*)\]"
    r"(?:[ \t]*--(?!>)(?P<reason>(?:(?!-->)[^\r\n])*))?(?:[ \t]*-->)?"
)
_TAG = pattern(r"tflsp:[ \t]*ignore\[(?P<codes>[^\]\n]*)\]")
_CODE = pattern(r"[^\s,]+")
_FOREIGN = pattern(
    r"#[ \t]*hadolint[ \t]+(?P<global>global[ \t]+)?ignore[ \t]*=[ \t]*(?P<hadolint>[A-Z0-9, \t]+)"
    r"|#[ \t]*checkov:skip[ \t]*=[ \t]*(?P<checkov>\w+)"
    r"|#[ \t]*noqa[ \t]*:[ \t]*(?P<noqa>[A-Z][A-Z0-9, \t]+)"
    r"|(?P<gitleaks>(?:gitleaks|betterleaks):allow|trufflehog:ignore)"
    r"|pragma:[ \t]*allowlist[ \t]+(?P<nextline>nextline[ \t]+)?(?P<detect>secret)"
)
_FIRST_LINE = pattern(r"\S(?:[^\r\n]*\S)?")
# A cheap look before the expressions.
_WORDS = ("tflsp:", "hadolint", "checkov:", "noqa", "gitleaks", "betterleaks", "trufflehog", "allowlist")


@reads(EVERY)
def suppressions(region: Region) -> Iterator[Suppression]:
    """The suppressions of a chunk; comments of nested regions stand in the chunk's own text."""
    if region.parent is not None or not any(word in region.text for word in _WORDS):
        return
    text = region.text
    for found in _OWN.finditer(text):
        if found["open"] == "<!--" or region.language != "markdown" or _in_fence(text, found.start()):
            span = Span(found.start("codes"), found.end("codes"))
            codes = tuple(
                (code.group(), Span(span.start + code.start(), span.start + code.end()))
                for code in _CODE.finditer(found["codes"])
            )
            scope = Scope.FILE if found["file"] else _line_scope(text, found.start())
            yield Suppression(region, Span(*found.span()), codes, scope)
    for found in _FOREIGN.finditer(text):
        span = Span(*found.span())
        yield Suppression(
            region, span, tuple((code, span) for code in _foreign_codes(found)), _foreign_scope(text, found), True
        )


def of_tags(tags: Iterable[str], region: Region) -> Suppression | None:
    """What the tags of a cell suppress in it; ``region`` is the cell's, whose first line stands for the tags."""
    codes = [code for tag in tags if (found := _TAG.fullmatch(tag.strip())) for code in _CODE.findall(found["codes"])]
    if not codes:
        return None
    line = _FIRST_LINE.search(region.text)
    span = Span(*line.span()) if line is not None else Span(0, 0)
    return Suppression(region, span, tuple((code, span) for code in dict.fromkeys(codes)), Scope.CELL)


def _in_fence(text: str, offset: int) -> bool:
    """Whether a ``#`` comment of Markdown stands inside of a fence; in prose it is a heading, or talk of a comment."""
    return len(re.findall(r"^[ >\t]*(?:```|~~~)", text[:offset], re.MULTILINE)) % 2 == 1


def _line_scope(text: str, start: int) -> Scope:
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return Scope.NEXT if not text[line_start:start].strip(" \t>#") else Scope.LINE


def _foreign_codes(found: re.Match[str]) -> list[str]:
    listed = found["hadolint"] or found["checkov"] or found["noqa"]
    if listed:
        return _CODE.findall(listed)
    return ["gitleaks" if found["gitleaks"] else "detect-secrets"]


def _foreign_scope(text: str, found: re.Match[str]) -> Scope:
    if found["checkov"] or found["global"]:
        return Scope.FILE
    if found["hadolint"] or found["nextline"]:
        return Scope.NEXT
    return Scope.LINE
