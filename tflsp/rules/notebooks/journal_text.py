"""A journal as rules see it: its entries with their fields and lines, and the chunks that these stand in.

Only documents that are journals are read as one: by front matter, by name or folder and an entry, or by debug steps.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk
from tflsp.documents.region import Region
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal import Journal, JournalEntry, Stretch, has_journal_name, read_journal
from tflsp.facts.journal_entries import Entry, Kind
from tflsp.facts.journal_fields import entry_of
from tflsp.facts.journal_headings import DECLARED, OWN, journal_signs
from tflsp.facts.journal_lines import LINE, change_in, lines, marks
from tflsp.facts.journal_words import Heading, Label, field_heading, label
from tflsp.rules.base import Context, Edit, Fix, Safety
from tflsp.text import Span
from tflsp.text.patterns import pattern

KINDS = ("markdown", "notebook", "percent")
_GUIDE = pattern(r"(?:\A|/)(?:summary|best[-_ ]practices|troubleshooting)[^/]*\Z", re.IGNORECASE)
_BESIDE = pattern(
    r"(?:\A|/)(?:readme|changelog|contributing|summary|best[-_ ]practices|troubleshooting)[^/]*\Z", re.IGNORECASE
)
_KEPT = 8192


class Row(NamedTuple):
    """A line below an entry's heading: where it begins there, whether it is only shown, and what it says."""

    text: str
    start: int
    is_shown: bool
    label: Label | None
    is_change: bool

    @property
    def span(self) -> Span:
        """The line without the blanks around it, below the heading."""
        text = self.text.strip()
        start = self.start + self.text.find(text)
        return Span(start, start + len(text))


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """An entry with its fields. In a notebook Markdown cells that go on without a heading belong to it."""

    entry: JournalEntry
    fields: Entry
    rows: tuple[Row, ...]
    further: str  # what the following cells say

    @property
    def heading(self) -> Span:
        """The heading's line in the text of the entry's stretch."""
        return Span(self.entry.inner.start, min(self.entry.body, self.entry.inner.end))

    @property
    def body(self) -> str:
        return self.entry.stretch.text[self.entry.body : self.entry.inner.end]

    def label(self, name: str) -> Row | None:
        """The first line that is labelled with a field."""
        return next((row for row in self.rows if row.label is not None and row.label.field == name), None)

    def place(self, span: Span) -> Span:
        """A span below the heading, in the text of the entry's stretch."""
        return span.shift(self.entry.body)

    @property
    def bullet(self) -> str:
        """How the entry's fields begin: as items of a list, or not."""
        return "- " if any(row.text.startswith("- ") for row in self.rows if row.label or row.is_change) else ""


class Spot(NamedTuple):
    """A place in a chunk."""

    chunk: Chunk
    region: Region
    offset: int


class JournalText:
    """The entries of a journal in their order, and the way from their texts to chunks."""

    def __init__(self, facts: DocumentFacts) -> None:
        self.journal: Journal = read_journal(facts.document)
        self.is_markdown = facts.document.kind == "markdown"
        self._numbers = {id(stretch): number for number, stretch in enumerate(self.journal.stretches)}
        self.entries = [self._written(number, entry) for number, entry in enumerate(self.journal.entries)]
        self._facts = facts
        self._chunks: list[tuple[int, int, Chunk, Region]] | None = None

    @property
    def ends_with_text(self) -> bool:
        """Whether the last of the document that is not blank is a text of the journal."""
        if self.is_markdown:
            return True
        last = next((chunk for chunk, _ in reversed(self._facts.analysed) if chunk.key.text.strip()), None)
        stretch = self.journal.stretches[-1] if self.journal.stretches else None
        return (
            last is not None
            and stretch is not None
            and (last.part, last.map.start(0)) == (stretch.part, stretch.map.start(0))
        )

    def of(self, *kinds: Kind) -> Iterator[Written]:
        return (each for each in self.entries if each.entry.kind in kinds)

    def located(self, stretch: Stretch, span: Span) -> Located[Fact] | None:
        """A span of a stretch as a place to point at."""
        spot = self.spot(stretch, span.start)
        if spot is None:
            return None
        end = min(spot.offset + len(span), len(spot.region.text))
        return Located(Fact(spot.region, Span(spot.offset, end)), spot.chunk)

    def spot(self, stretch: Stretch, offset: int, *, is_end: bool = False) -> Spot | None:
        """The chunk that a place stands in; ``is_end``: the one that ends there, where two meet."""
        if self._chunks is None:
            self._chunks = sorted(
                (
                    (chunk.part, chunk.map.start(0), chunk, analysis.root)
                    for chunk, analysis in self._facts.analysed
                    if analysis.root.language == "markdown" and (chunk.map.is_plain or not self.is_markdown)
                ),
                key=lambda each: each[:2],
            )
        if not self.is_markdown:
            # A cell is a chunk.
            start, inside = stretch.map.start(0), offset
        else:
            start = stretch.map.start(offset) - (1 if is_end and offset else 0)
            inside = None
        at = bisect_right(self._chunks, (stretch.part, start), key=lambda each: each[:2]) - 1
        if at < 0:
            return None
        part, begins, chunk, region = self._chunks[at]
        if inside is None:
            inside = stretch.map.start(offset) - begins
        if part != stretch.part or not 0 <= inside <= len(region.text) or (begins != start and not self.is_markdown):
            return None
        return Spot(chunk, region, inside)

    def insertion(self, written: Written, offset: int, text: str, title: str = "fix", **arguments: object) -> list[Fix]:
        """A fix that inserts text at a place of an entry's stretch; none where nothing can be inserted."""
        spot = self.spot(written.entry.stretch, offset, is_end=True)
        if spot is None:
            return []
        edit = Edit(Span(spot.offset, spot.offset), text, spot.region, spot.chunk)
        return [Fix((edit,), Safety.UNSAFE, title, arguments)]

    def _written(self, number: int, entry: JournalEntry) -> Written:
        body = entry.stretch.text[entry.body : entry.inner.end]
        further = "" if self.is_markdown else self._further(number, entry)
        whole = f"{body}\n\n{further}" if further else body
        return Written(entry, _fields(entry.head, whole), _rows(entry.kind, body), further)

    def _further(self, number: int, entry: JournalEntry) -> str:
        """The text of the Markdown cells behind an entry, up to a heading that is no field of it."""
        entries = self.journal.entries
        if number + 1 < len(entries) and entries[number + 1].stretch is entry.stretch:
            return ""
        at = self._numbers[id(entry.stretch)]
        if entry.inner.end < len(entry.stretch.text.rstrip()):
            return ""
        found = []
        for stretch in self.journal.stretches[at + 1 :]:
            end = next(
                (
                    mark.start
                    for mark in marks(stretch.text)
                    if mark.level and field_heading(mark.title, entry.kind) is None
                ),
                None,
            )
            found.append(stretch.text[:end])
            if end is not None:
                break
        return "\n\n".join(text for text in found if text.strip())


def journal_text(facts: DocumentFacts, context: Context) -> JournalText | None:
    """The journal that a document is; None where it is none, which costs next to nothing to see."""
    if context.kind not in KINDS:
        return None
    signs = facts.derive(journal_signs)
    if DECLARED in signs or (signs and is_named(context.name)) or (OWN in signs and not _is_guide(context.name)):
        return facts.derive(_read)
    return None


def is_named(name: str) -> bool:
    """Whether a document's name or folder says that it is a journal, and not what lies beside one."""
    return bool(name) and has_journal_name(name) and _BESIDE.search(name) is None


def _is_guide(name: str) -> bool:
    """Whether a document holds the lessons of journals, which are told there as they were in the journal."""
    return _GUIDE.search(name) is not None


def _read(facts: DocumentFacts) -> JournalText:
    return JournalText(facts)


@lru_cache(maxsize=_KEPT)
def _fields(head: Heading, body: str) -> Entry:
    return entry_of(head, body)


@lru_cache(maxsize=_KEPT)
def _rows(kind: Kind, body: str) -> tuple[Row, ...]:
    rows = []
    for found, (text, is_shown) in zip(LINE.finditer(body), lines(body), strict=False):
        rows.append(
            Row(text, found.start(), is_shown, None if is_shown else _label(text, kind), _is_change(text, kind))
        )
    return tuple(rows)


def _label(text: str, kind: Kind) -> Label | None:
    if text.startswith("#"):
        return field_heading(text.lstrip("#").strip(), kind)
    return label(text, kind)


def _is_change(text: str, kind: Kind) -> bool:
    return kind is Kind.STEP and change_in(text) is not None


__all__ = ["KINDS", "JournalText", "Row", "Spot", "Written", "journal_text"]
