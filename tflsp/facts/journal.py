"""The journal that a document holds: its entries with their places, in Markdown, notebooks and percent scripts.

Headings found in the wild count, not only ours. Pure; knows nothing of how entries are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from tflsp.dataclass import dataclass, replace
from tflsp.documents.document import Document
from tflsp.documents.region import CELL
from tflsp.facts.journal_entries import DOCUMENTS, Entry, Kind
from tflsp.facts.journal_fields import entry_of, fields_of, first_field
from tflsp.facts.journal_headings import is_own_step
from tflsp.facts.journal_lines import headings, marks
from tflsp.facts.journal_words import Heading, field_heading, is_chinese
from tflsp.facts.journal_written import Entries, Known, Written, entries_after, entries_in, is_field
from tflsp.text import Span, SpanMap
from tflsp.text.patterns import pattern

FRONT_MATTER = pattern(r"\A\ufeff?(?:---|\+\+\+)[ \t]*\r?\n(?:[^\n]*\n)*?(?:---|\+\+\+|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_JOURNAL_NAME = pattern(
    r"journal|lab[-_ ]?notebook|日志|实验记录|调试记录|\Aexp(?:eriments?)?(?:[-_ \d][\w -]*)?\.(?:ipynb|py|md)\Z",
    re.IGNORECASE,
)
_JOURNAL_FOLDERS = frozenset({"journal", "journals", "experiments"})
_SAYS_JOURNAL = pattern(r"^(?:tflsp|type|kind)[ \t]*:[ \t]*[\"']?journal\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A Markdown text of a document, and where it stands in the text of ``part``. ``cell`` counts from 0."""

    text: str
    map: SpanMap
    part: int = 0
    cell: int | None = None


@dataclass(frozen=True, eq=False)
class JournalEntry:
    """An entry at its place: it begins at ``start`` of the Markdown text that it stands in; its fields are read when
    asked for.

    ``following`` are the Markdown cells up to the next entry: some of them may go on with this one (``continued``).
    """

    written: Written
    start: int
    stretch: Stretch
    following: tuple[Stretch, ...] = ()

    @property
    def head(self) -> Heading:
        return self.written.head

    @property
    def level(self) -> int:
        """Its heading's level, 7 for a line in bold."""
        return self.written.level

    @cached_property
    def inner(self) -> Span:
        """The place in that Markdown text."""
        return Span(self.start, self.start + len(self.written.text))

    @property
    def body(self) -> int:
        """Where in that text the heading's line ends."""
        return self.start + self.written.below

    @property
    def kind(self) -> Kind:
        return self.written.head.kind

    @property
    def number(self) -> int:
        """A step's number, 0 for anything else."""
        return self.written.head.number

    @property
    def language(self) -> str:
        return self.written.head.language

    @property
    def text(self) -> str:
        return self.written.text

    @cached_property
    def span(self) -> Span:
        """The place in the text of the document's part."""
        return self.stretch.map.span(self.inner)

    @cached_property
    def entry(self) -> Entry:
        texts = [self.stretch.text[self.body : self.inner.end], *(each.text for each in self.continued)]
        return entry_of(self.head, "\n\n".join(texts))

    @cached_property
    def continued(self) -> tuple[Stretch, ...]:
        """The later cells that hold fields of this entry: the result, where the heading stands above the code.

        Such a cell begins with a field that the entry has not yet.
        """
        if not self.following:
            return ()
        found: list[Stretch] = []
        known = fields_of(self.head, self.stretch.text[self.body : self.inner.end])
        for stretch in self.following:
            first = first_field(self.head.kind, stretch.text)
            if first is not None and first not in known:
                found.append(stretch)
                known |= fields_of(self.head, stretch.text)
        return tuple(found)


@dataclass(frozen=True)
class Journal:
    """The entries of a document in their order. Of thousands each question is answered once."""

    entries: tuple[JournalEntry, ...]
    stretches: tuple[Stretch, ...]

    def of(self, *kinds: Kind) -> list[JournalEntry]:
        known = self._of.get(kinds)
        if known is None:
            known = self._of[kinds] = [entry for entry in self.entries if entry.written.head.kind in kinds]
        return known.copy()

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers that steps have."""
        return frozenset([entry.written.head.number for entry in self.entries]) - {0}

    @property
    def next_number(self) -> int:
        """The number of the next step: one more than the highest, in either language."""
        return max(self.numbers, default=0) + 1

    def language(self, default: str) -> str:
        """The language that the document is written in: its headings', else its prose's, else ``default``."""
        if self._more_chinese:
            return "zh" if self._more_chinese > 0 else "en"
        titles = [mark.title for each in self.stretches for mark in marks(each.text) if mark.level]
        prose = titles or [stretch.text[:2_000] for stretch in self.stretches]
        if any(map(is_chinese, prose)):
            return "zh"
        return "en" if any(letter.isalpha() for text in prose for letter in text) else default

    @cached_property
    def _of(self) -> dict[tuple[Kind, ...], list[JournalEntry]]:
        return {}

    @cached_property
    def _more_chinese(self) -> int:
        """How many more headings are in Chinese than in other languages."""
        chinese = [entry.written.head.language == "zh" for entry in self.entries]
        return 2 * sum(chinese) - len(chinese)


def read_journal(document: Document) -> Journal:
    """The journal in a document of any kind; one without entries where it is none."""
    found = tuple(stretches(document))
    if document.kind != "markdown":
        return Journal(tuple(_over_cells(found)), found)
    (stretch,) = found
    before: Known | None = document.memory.get(__name__)
    known = document.memory[__name__] = entries_after(before, stretch.text)
    return Journal(tuple(_placed(known.entries, stretch)), found)


def has_journal_name(name: str) -> bool:
    """Whether a file's name or folder says that it is a journal."""
    path = PurePosixPath(name)
    return _JOURNAL_NAME.search(path.name) is not None or any(
        part.lower() in _JOURNAL_FOLDERS for part in path.parts[:-1]
    )


def is_journal(document: Document, journal: Journal) -> bool:
    """Whether a document is a journal: by its name, folder, front matter, or the headings that it has."""
    if has_journal_name(document.name):
        return document.kind in DOCUMENTS
    front = FRONT_MATTER.match(document.text) if document.kind == "markdown" else None
    if front is not None and _SAYS_JOURNAL.search(front.group()):
        return True
    if len({entry.kind for entry in journal.entries} - {Kind.STEP}) > 2:
        return True
    return any(_is_own(entry) for entry in journal.of(Kind.STEP))


def _is_own(entry: JournalEntry) -> bool:
    """Whether a step is a journal's and no tutorial's."""
    text = entry.stretch.text
    return is_own_step(text[entry.inner.start : entry.body].lstrip("# "), text[entry.body : entry.inner.end])


def stretches(document: Document) -> Iterator[Stretch]:
    """The Markdown texts of a document: all of it, or its Markdown cells."""
    if document.kind == "markdown":
        text = document.text
        front = FRONT_MATTER.match(text)
        start = front.end() if front else (1 if text.startswith("\ufeff") else 0)
        yield Stretch(text[start:], SpanMap.at(start, len(text) - start))
        return
    if document.kind not in ("notebook", "percent"):
        return
    for chunk in document.chunks:
        if chunk.key.language == "markdown" and (CELL, "markdown") in chunk.key.traits:
            yield Stretch(chunk.key.text, chunk.map, chunk.part, chunk.cell)


def _placed(entries: Entries, stretch: Stretch) -> list[JournalEntry]:
    return [JournalEntry(written, start, stretch) for written, start in zip(*entries, strict=True)]


def _over_cells(found: Sequence[Stretch]) -> Iterator[JournalEntry]:
    """The entries of cells; the last one of a cell can go on in those that follow, up to one with another heading."""
    last: JournalEntry | None = None
    following: list[Stretch] = []
    for stretch in found:
        entries = _placed(entries_in(stretch.text), stretch)
        if last is not None and (not entries or _is_part(last, entries)) and _goes_on(last, stretch):
            following.append(stretch)
            continue
        if last is not None:
            yield replace(last, following=tuple(following)) if following else last
        last = entries.pop() if entries else None
        following = []
        yield from entries
    if last is not None:
        yield replace(last, following=tuple(following)) if following else last


def _is_part(last: JournalEntry, entries: Sequence[JournalEntry]) -> bool:
    """Whether what a cell begins with is a field of the entry before it: a result below a step."""
    first = entries[0]
    if len(entries) > 1 or first.written.level <= last.written.level:
        return False
    title = first.stretch.text[first.inner.start : first.body].strip().strip("#").strip()
    return is_field(title, first.head, last.head)


def _goes_on(last: JournalEntry, stretch: Stretch) -> bool:
    """Whether all headings of a cell are fields of the entry before it."""
    return all(
        mark.level > last.level and field_heading(mark.title, last.kind) is not None
        for mark in headings(stretch.text)
        if mark.level
    )
