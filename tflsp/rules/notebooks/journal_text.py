"""A journal as rules see it: its entries with their fields and lines, and the chunks that these stand in.

Only documents that are journals are read as one: by front matter, by name or folder and an entry, or by debug steps.
What is known of an entry is kept as long as its chunks stay as they are, so that a key costs the entry typed in.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from tflsp.documents.document import Chunk
from tflsp.documents.region import CELL, Region
from tflsp.facts.base import Analysis, Fact
from tflsp.facts.document_facts import DocumentFacts, Located, resuming
from tflsp.facts.journal import has_journal_name
from tflsp.facts.journal_entries import DOCUMENTS, Kind
from tflsp.facts.journal_headings import DECLARED, OWN, journal_signs
from tflsp.facts.journal_lines import unclosed
from tflsp.facts.journal_words import Heading, is_chinese
from tflsp.rules.base import Check, Context, Edit, Fix, Match, Piece, Safety
from tflsp.rules.notebooks.written import Begin, Written, fields_of_cells, goes_on, headings_of, is_inside
from tflsp.text import Span
from tflsp.text.patterns import pattern

_GUIDE = pattern(r"(?:\A|/)(?:summary|best[-_ ]practices|troubleshooting)[^/]*\Z", re.IGNORECASE)
_BESIDE = pattern(
    r"(?:\A|/)(?:readme|changelog|contributing|summary|best[-_ ]practices|troubleshooting)[^/]*\Z", re.IGNORECASE
)
_FENCE = pattern(r"`{3,}|~{3,}")


class Placed(NamedTuple):
    """An entry, and the number of the chunk that it begins in."""

    entry: Written
    chunk: int


class Spot(NamedTuple):
    """A place in a chunk."""

    chunk: Chunk
    region: Region
    offset: int

    @property
    def is_open(self) -> bool:
        """Whether text that is inserted here is read: not where a fence or comment before it has no end."""
        return next(unclosed(self.region.text[: self.offset]), None) is None

    def insertion(self, text: str) -> Edit:
        return Edit(Span(self.offset, self.offset), text, self.region, self.chunk)


class JournalText:
    """The entries of a journal in their order, and the way from their texts to chunks."""

    def __init__(self, facts: DocumentFacts, before: JournalText | None) -> None:
        self.analysed: Sequence[tuple[Chunk, Analysis]] = facts.analysed
        self.is_markdown = facts.document.kind == "markdown"
        self._before = before._kept if before is not None else {}
        self._kept: dict[tuple[object, ...], Written] = {}
        self._texts = [(index, each) for index, (_, each) in enumerate(self.analysed) if self._is_text(each)]
        self.entries = list(self._read())
        self._by_kind: dict[Kind, list[Placed]] = {}
        for placed in self.entries:
            self._by_kind.setdefault(placed.entry.head.kind, []).append(placed)
        self._before = {}

    def of(self, *kinds: Kind) -> Iterator[Placed]:
        if len(kinds) == 1:
            return iter(self._by_kind.get(kinds[0], ()))
        return (placed for placed in self.entries if placed.entry.head.kind in kinds)

    def texts(self, start: int = 0) -> Iterator[tuple[int, Analysis]]:
        """The chunks that are the journal's text, from one on."""
        at = bisect_left(self._texts, start, key=itemgetter(0)) if start else 0
        return (self._texts[number] for number in range(at, len(self._texts)))

    def is_last(self, index: int) -> bool:
        """Whether nothing but blank chunks follows."""
        return not any(chunk.key.text.strip() for chunk, _ in self.analysed[index + 1 :])

    def language(self) -> str:
        """The language that the journal is written in: its entries', else its prose's."""
        languages = [placed.entry.head.language for placed in self.entries]
        chinese = languages.count("zh")
        if 2 * chinese != len(languages):
            return "zh" if 2 * chinese > len(languages) else "en"
        return "zh" if any(is_chinese(analysis.root.text) for _, analysis in self.texts()) else "en"

    def around(self, index: int, span: Span) -> Placed | None:
        """The entry that a span of a chunk stands in."""
        at = bisect_right(self.entries, index, key=lambda placed: placed.chunk)
        for placed in reversed(self.entries[:at]):
            entry = placed.entry
            if index - placed.chunk >= len(entry.starts):
                return None
            start = span.start + entry.starts[index - placed.chunk] - (entry.offset if index == placed.chunk else 0)
            if 0 <= start <= entry.end:
                return placed
            if placed.chunk < index:
                return None
        return None

    def spot(self, placed: Placed, offset: int, *, is_end: bool = False) -> Spot | None:
        """Where a place of an entry's text stands; ``is_end``: at the end of a chunk, where two meet."""
        entry = placed.entry
        at = max(bisect_right(entry.starts, offset - 1 if is_end and offset else offset) - 1, 0)
        inside = offset - entry.starts[at] + (0 if at else entry.offset)
        return self.spot_in(placed.chunk + at, inside)

    def spot_in(self, index: int, offset: int) -> Spot | None:
        """A place in a chunk by its number; None where nothing can be said of it."""
        chunk, analysis = self.analysed[index]
        if offset > len(analysis.root.text) or (self.is_markdown and not chunk.map.is_plain):
            return None
        return Spot(chunk, analysis.root, offset)

    def located(self, placed: Placed, span: Span) -> Located[Fact] | None:
        """A span of an entry as a place to point at."""
        return _located(self.spot(placed, span.start), len(span))

    def located_in(self, index: int, span: Span) -> Located[Fact] | None:
        """A span of a chunk as a place to point at."""
        return _located(self.spot_in(index, span.start), len(span))

    def piece(self, key: Hashable, make: Callable[[], Iterable[Match]], *around: Placed) -> Piece:
        """Matches that depend on nothing but entries and ``key``: ``make`` is called when one of them is another."""
        at = [placed.chunk + number for placed in around for number in range(len(placed.entry.starts))]
        return Piece((key, *(placed.entry for placed in around)), at, make)

    def piece_in(self, key: Hashable, make: Callable[[], Iterable[Match]], *indices: int) -> Piece:
        """Matches that depend on nothing but chunks and ``key``."""
        around = [self.analysed[index] for index in indices]
        return Piece((key, *((analysis, chunk.map.is_plain) for chunk, analysis in around)), indices, make)

    def insertion(self, placed: Placed, offset: int, text: str, title: str = "fix", **arguments: object) -> list[Fix]:
        """A fix that inserts text at a place of an entry; none where nothing can be inserted."""
        return fix_at(self.spot(placed, offset, is_end=True), text, title, **arguments)

    def _is_text(self, analysis: Analysis) -> bool:
        root = analysis.root
        return root.language == "markdown" and (self.is_markdown or root.traits.get(CELL) == "markdown")

    def _read(self) -> Iterator[Placed]:
        """As `tflsp.facts.journal` reads a text: an entry reaches to the next, or to a heading not below its own."""
        if not self.is_markdown:
            yield from self._read_cells()
            return
        opened: tuple[int, Begin, Heading] | None = None
        for index, analysis in self.texts():
            for begin in analysis.once(headings_of):
                if opened is not None:
                    first, mark, head = opened
                    if is_inside(begin, mark, head):
                        continue
                    yield self._placed(first, mark, head, index, begin.start)
                opened = (index, begin, begin.head) if begin.head is not None else None
        if opened is not None:
            end = len(self.analysed) - 1
            yield self._placed(*opened, end, len(self.analysed[end][1].root.text))

    def _read_cells(self) -> Iterator[Placed]:
        """The entries of cells; the last one of a cell may go on in those that follow."""
        last: tuple[Begin, Heading] | None = None
        for index, analysis in self.texts():
            begins = analysis.once(headings_of)
            if last is not None and goes_on(begins, *last):
                continue
            own: list[tuple[Begin, Heading, int]] = []
            opened: tuple[Begin, Heading] | None = None
            for begin in begins:
                if opened is not None and is_inside(begin, *opened):
                    continue
                if opened is not None:
                    own.append((*opened, begin.start))
                opened = (begin, begin.head) if begin.head is not None else None
            if opened is not None:
                own.append((*opened, len(analysis.root.text)))
            for mark, head, end in own[:-1]:
                yield self._placed(index, mark, head, index, end)
            last = None
            if own:
                mark, head, end = own[-1]
                yield self._placed(index, mark, head, index, end, tuple(self._further(index + 1, mark, head)))
                last = mark, head

    def _placed(
        self, first: int, mark: Begin, head: Heading, last: int, end: int, further: tuple[Analysis, ...] = ()
    ) -> Placed:
        if not end and last > first:
            last, end = last - 1, len(self.analysed[last - 1][1].root.text)
        around = self.analysed[first : last + 1]
        own = tuple([analysis for _, analysis in around])
        # A part of a fence that somebody types in may read as another fence does.
        plain = not self.is_markdown or all(chunk.map.is_plain for chunk, _ in around)
        key = (own, mark.start, end, further, plain)
        entry = self._kept.get(key) or self._before.get(key) or self._written(first, own, mark, head, end, further)
        self._kept[key] = entry
        return Placed(entry, first)

    def _further(self, start: int, mark: Begin, head: Heading) -> Iterator[Analysis]:
        """The Markdown cells behind an entry, up to one with another heading."""
        for _, analysis in self.texts(start):
            if not goes_on(analysis.once(headings_of), mark, head):
                return
            yield analysis

    def _written(
        self,
        first: int,
        own: tuple[Analysis, ...],
        mark: Begin,
        head: Heading,
        end: int,
        further: Sequence[Analysis],
    ) -> Written:
        pieces, starts, at = [], [], 0
        for number, analysis in enumerate(own):
            text = analysis.root.text
            if self.is_markdown and not self.analysed[first + number][0].map.is_plain:
                text = _closed(text)
            else:
                text = text[mark.start if number == 0 else 0 : end if number == len(own) - 1 else None]
            starts.append(at)
            pieces.append(text)
            at += len(text)
        whole, body = "".join(pieces).rstrip(), mark.end - mark.start
        return Written(
            head,
            mark.level,
            whole,
            body,
            "\n\n".join(fields_of_cells(head, whole[body:], further)),
            tuple(starts),
            mark.start,
            own,
        )


def journal_text(facts: DocumentFacts, context: Context) -> JournalText | None:
    """The journal that a document is; None where it is none, which costs next to nothing to see."""
    return facts.derive(_journal) if is_journal(facts, context) else None


def of_journal(check: Check) -> Check:
    """What a rule that is given a journal finds in a document's facts: nothing where they are those of none."""

    def judge(facts: DocumentFacts, context: Context) -> Iterable[Match | Piece]:
        journal = journal_text(facts, context)
        return check(journal, context) if journal is not None else ()

    return judge


def is_journal(facts: DocumentFacts, context: Context) -> bool:
    """Whether a document is a journal, told by its headings' signs and its name."""
    if context.kind not in DOCUMENTS:
        return False
    signs = facts.derive(journal_signs)
    return DECLARED in signs or bool(
        (signs and is_named(context.name)) or (OWN in signs and not _is_guide(context.name))
    )


def is_named(name: str) -> bool:
    """Whether a document's name or folder says that it is a journal, and not what lies beside one."""
    return bool(name) and has_journal_name(name) and _BESIDE.search(name) is None


def fix_at(spot: Spot | None, text: str, title: str = "fix", **arguments: object) -> list[Fix]:
    """A fix that inserts text; none where there is no place for it."""
    return [] if spot is None or not spot.is_open else [Fix((spot.insertion(text),), Safety.UNSAFE, title, arguments)]


@resuming
def _journal(facts: DocumentFacts) -> JournalText:
    return JournalText(facts, facts.before(_journal))


def _is_guide(name: str) -> bool:
    """Whether a document holds the lessons of journals, which are told there as they were in the journal."""
    return _GUIDE.search(name) is not None


def _closed(text: str) -> str:
    """A part of a fence that is cut while somebody types in it (`fence_cut`), as a fence of its own."""
    found = _FENCE.match(text)
    if found is None or text.rstrip().endswith(f"\n{found[0]}"):
        return text
    return f"{text.rstrip()}\n{found[0]}\n"


def _located(spot: Spot | None, length: int) -> Located[Fact] | None:
    if spot is None:
        return None
    end = min(spot.offset + length, len(spot.region.text))
    return Located(Fact(spot.region, Span(spot.offset, end)), spot.chunk)


__all__ = [
    "JournalText",
    "Placed",
    "Spot",
    "Written",
    "fix_at",
    "is_journal",
    "is_named",
    "journal_text",
    "of_journal",
]
