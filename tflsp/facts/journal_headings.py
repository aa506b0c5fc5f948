"""Where a chunk of Markdown has headings of a journal: what tells, at little cost, whether a document is one.

Rules ask for these before they read a journal (`tflsp.facts.journal`), so that ordinary texts are not read as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Analysis, Fact, reads
from tflsp.facts.document_facts import DocumentFacts, by_value
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import headings, lines
from tflsp.facts.journal_words import ARROW, heading
from tflsp.text import Span
from tflsp.text.patterns import pattern

DECLARED = "declared"
"""The front matter says that the document is a journal."""
OWN = "own"
"""A step that nobody but a journal has: called a debug step, or one that tells a value's change."""

_SAYS_JOURNAL = pattern(r"^(?:tflsp|type|kind)[ \t]*:[ \t]*[\"']?journal\b", re.MULTILINE)
_OWN_WORD = pattern(r"\A\W*(?:调试|debug)", re.IGNORECASE)
# `learning rate: 0.01 → 0.001`, and no `File → Open`: a number, a word of code or a quoted one on either side.
_VALUE = r"(?:`[^`\n]+`|[-+]?\d[\w.%+-]*|[（(](?:无|none)[)）]|\w+)"
_CHANGE = pattern(
    rf"\A(?:[-*+][ \t]+)?[^:：→\n]{{1,60}}[:：][ \t]*{_VALUE}[ \t]*{ARROW}[ \t]*(?:[^:：\n]{{1,30}}[:：][ \t]*)?"
    rf"{_VALUE}[ \t]*\Z"
)


@dataclass(frozen=True, slots=True, eq=False)
class JournalHeading(Fact):
    """A heading that could begin an entry of a journal. ``is_own``: none but a journal has it."""

    kind: Kind
    is_own: bool


@dataclass(frozen=True, slots=True, eq=False)
class JournalDeclared(Fact):
    """Front matter that says ``type: journal``."""


@reads("markdown")
def journal_headings(region: Region) -> Iterator[JournalHeading]:
    """The headings of a chunk; of what lies in a fence there are none."""
    if region.parent is not None or not may_have_headings(region.text):
        return
    found = [mark for mark in headings(region.text) if mark.level]
    for number, mark in enumerate(found):
        begun = heading(mark.title)
        if begun is None:
            continue
        end = found[number + 1].start if number + 1 < len(found) else len(region.text)
        is_own = begun.kind is Kind.STEP and is_own_step(mark.title, region.text[mark.end : end])
        yield JournalHeading(region, Span(mark.start, mark.end), begun.kind, is_own)


def may_have_headings(text: str) -> bool:
    """A cheap look before ``headings``: whether anything stands there that a heading is made of."""
    return any(mark in text for mark in ("#", "**", "__", "\n=", "\n-"))


def is_own_step(title: str, body: str) -> bool:
    """Whether a step can only be a journal's: a debug step, or one that tells a change. Tutorials have steps, too."""
    return _OWN_WORD.match(title) is not None or _tells_change(body)


@reads("front-matter")
def journal_declared(region: Region) -> Iterator[JournalDeclared]:
    """Whether the front matter says that this is a journal."""
    found = _SAYS_JOURNAL.search(region.text)
    if found is not None:
        yield JournalDeclared(region, Span(*found.span()))


@by_value
def journal_signs(facts: DocumentFacts) -> frozenset[str]:
    """The kinds of entries that a document may have, ``OWN`` and ``DECLARED``. Ask by ``facts.derive``."""
    declared = frozenset({DECLARED}) if next(facts.all(JournalDeclared), None) is not None else frozenset()
    return facts.gather(JournalHeading, _signs) | declared


def _signs(analysis: Analysis) -> frozenset[str]:
    found = analysis.of(JournalHeading)
    own = {OWN} if any(each.is_own for each in found) else set[str]()
    return frozenset({each.kind.value for each in found} | own)


def _tells_change(text: str) -> bool:
    return any(not is_shown and _CHANGE.match(line) for line, is_shown in lines(text))
