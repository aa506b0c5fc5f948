"""Errors that people have pasted into a document's Markdown, in a fence or a quote: the one at a place, and the last.

Whoever offers an entry for one and whoever fills it in find the same here. Knows texts and facts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from tflsp.capture.errors import error_given, errors_in_text
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal import Journal, JournalEntry, Stretch
from tflsp.facts.journal_entries import ErrorLog, Kind
from tflsp.facts.journal_incidents import may_tell
from tflsp.facts.journal_lines import marks
from tflsp.tensorflow.errors import ErrorReport
from tflsp.text import Span
from tflsp.text.patterns import pattern

# A block with more than this (code points) is no error that somebody has pasted.
_LONGEST: Final = 200_000
# Blocks with an error that are looked at for one that no entry tells.
_MOST: Final = 50
_FENCE = pattern(r"\A[ ]{0,3}(?:`{3,}|~{3,})[ \t]*(?P<info>[^\s`]*)[^\n]*(?:\n|\Z)")
_CLOSING = pattern(r"(?:\A|\n)[ ]{0,5}(?:`{3,}|~{3,})[ \t\r]*\Z")
_QUOTE = pattern(r"(?:^[ ]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
# What fences with a program's output say that they hold. A comment in code may have an error's words as well.
_OUTPUT: Final = pattern(
    r"(?:text|txt|plain|plaintext|none|logs?|output|out|stdout|stderr|error|traceback|pytb|py3tb|pytraceback|pycon"
    r"|console|terminal|(?:shell|sh)-session|bash|sh|shell|zsh|powershell)?",
    re.IGNORECASE,
)
_TRACEBACK: Final = "Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Pasted:
    """An error that stands in a journal's Markdown, and whether an error log tells of it."""

    report: ErrorReport
    is_told: bool


def pasted_at(document: Document, journal: Journal, part: int, offset: int) -> Pasted | None:
    """The error in the fence or quote that a cursor stands in, at an offset of the part's text; error logs' own are
    none.
    """
    text = document.parts[part].text
    line = Span(offset, offset)
    if document.kind != "notebook":  # in the JSON of one a line may be all there is
        end = text.find("\n", offset)
        line = Span(text.rfind("\n", 0, offset) + 1, len(text) if end < 0 else end)
    own = [each for each in journal.stretches if each.part == part]
    number = bisect_right(own, line.end, key=_begin) - 1
    if number < 0:
        return None
    stretch = own[number]
    found = next((block for block in _fences(stretch.text) if _touches(stretch, block, line)), None)
    if found is None and ">" in line.of(text):
        found = next((block for block in _quotes(stretch.text) if _touches(stretch, block, line)), None)
    return None if found is None else _pasted(journal, stretch, found)


def last_pasted(
    journal: Journal, part: int | None = None, *, cell: int | None = None, is_told: bool = False
) -> ErrorReport | None:
    """The last error that was pasted, of one part, one cell (from 0) or all, and that no error log tells; or that one
    does (``is_told``).

    Error logs' own are none.
    """
    looked = 0
    for stretch in reversed(journal.stretches):
        if part not in (None, stretch.part) or cell not in (None, stretch.cell) or not may_tell(stretch.text):
            continue
        fences = list(_fences(stretch.text))
        quotes = [each for each in _quotes(stretch.text) if not any(fence.covers(each) for fence in fences)]
        shown = [fence for fence in fences if _is_output(fence.of(stretch.text))]
        for block in sorted((*shown, *quotes), reverse=True):
            found = _pasted(journal, stretch, block)
            if found is not None and found.is_told is is_told:
                return found.report
            looked += found is not None
            if looked == _MOST:
                return None
    return None


def signs_of(report: ErrorReport) -> tuple[str, ...]:
    """Texts of which an entry has one that tells of an error."""
    message = report.message.strip().split("\n", 1)[0].strip()
    if not report.exception:
        return (message,) if message else ()
    whole = f"{report.exception}: {message}".strip()
    # One word alone (of a KeyError) tells of nothing.
    return (whole, message) if " " in message else (whole,)


def _pasted(journal: Journal, stretch: Stretch, block: Span) -> Pasted | None:
    report = _error(block.of(stretch.text))
    if report is None:
        return None
    texts = []
    for entry in journal.of(Kind.ERROR):
        if (entry.stretch is stretch and entry.inner.covers(block)) or stretch in entry.continued:
            if _is_own(entry, report):
                return None
            # Pasted below the last entry of a text, it is another error.
            texts += [entry.text.replace(block.of(stretch.text), ""), *_continued(entry, without=stretch)]
        else:
            texts += [entry.text, *_continued(entry)]
    return Pasted(report, any(sign in text for sign in signs_of(report) for text in texts))


def _is_own(entry: JournalEntry, report: ErrorReport) -> bool:
    """Whether an error in an error log is the one that it tells of: unless its message is another."""
    message = entry.entry.message if isinstance(entry.entry, ErrorLog) else ""
    if not may_tell(message) or any(sign in message for sign in signs_of(report)):
        return True
    other = error_given(message)
    return other is None or other.fingerprint == report.fingerprint


def _continued(entry: JournalEntry, without: Stretch | None = None) -> Iterator[str]:
    return (each.text for each in entry.continued if each is not without)


def _error(block: str) -> ErrorReport | None:
    if len(block) > _LONGEST or not may_tell(block):
        return None
    is_output = _is_output(block)
    if (opening := _FENCE.match(block)) is not None:
        block = dedent(_CLOSING.sub("", block[opening.end() :]))
    return error_given(block) if is_output else errors_in_text(block).last


def _begin(stretch: Stretch) -> int:
    return stretch.map.start(0)


def _touches(stretch: Stretch, block: Span, line: Span) -> bool:
    outer = stretch.map.span(block)
    return outer.start <= line.end and line.start <= outer.end


def _fences(text: str) -> Iterator[Span]:
    return (Span(mark.start, mark.end) for mark in marks(text) if not mark.level and text[mark.start] != "<")


def _quotes(text: str) -> Iterator[Span]:
    return (Span(each.start(), each.start() + len(each[0].rstrip())) for each in _QUOTE.finditer(text))


def _is_output(fence: str) -> bool:
    """Whether a fence holds what a program wrote, and not a program."""
    opening = _FENCE.match(fence)
    return opening is None or _OUTPUT.fullmatch(opening["info"]) is not None or _TRACEBACK in fence
