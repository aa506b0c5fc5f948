"""Planning to number the steps of a journal anew, 1 to n, with the references and links to them. Only ever on command.

Of a number that two steps have, a reference means the last one above it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry
from tflsp.facts.journal_anchors import Anchor, anchors, find_anchor
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_links import Link, Mention, fragment_like, links_and_mentions
from tflsp.journal.link_paths import resolved
from tflsp.journal.reading import journal_of
from tflsp.journal.source_edits import writer
from tflsp.text import Span, TextEdit, apply_edits
from tflsp.text.patterns import pattern

_DIGITS: Final = pattern(r"\d{1,9}")
# `#3` behind one of these is no step.
_OTHER: Final = pattern(r"(?:\b(?:issues?|pr|prs|pull request|bug|ticket|gh)|问题|工单|缺陷)[ \t]*\Z", 2)


class Renumbered(NamedTuple):
    """A step with its old and new number."""

    old: int
    new: int
    title: str


@dataclass(frozen=True, slots=True)
class Renumbering:
    """The steps whose numbers change, the edits by part, and how anchors of headings change."""

    steps: tuple[Renumbered, ...]
    edits: tuple[tuple[int, TextEdit], ...]
    numbers: Mapping[int, int]
    fragments: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        return not self.edits


class _Numbered(NamedTuple):
    """A step with a number: its place among the document's stretches, where the number is, what it was and will be."""

    stretch: int
    start: int
    digits: Span
    old: int
    new: int


def plan_renumbering(document: Document) -> Renumbering:
    """Number the steps of a document 1 to n in their order; those without a number stay without."""
    journal = journal_of(document)
    known = [(each, place) for each in journal.of(Kind.STEP) if each.number and (place := _digits(each)) is not None]
    at = {id(stretch): number for number, stretch in enumerate(journal.stretches)}
    steps = [
        _Numbered(at[id(each.stretch)], each.inner.start, place, each.number, new)
        for new, (each, place) in enumerate(known, 1)
    ]
    inner: dict[int, list[TextEdit]] = {number: [] for number in at.values()}
    for step in steps:
        if step.old != step.new:
            inner[step.stretch].append(TextEdit(step.digits, str(step.new)))
    before = tuple(anchors(stretch.text for stretch in journal.stretches))
    after = anchors(apply_edits(stretch.text, inner[number]) for number, stretch in enumerate(journal.stretches))
    renamed = {old.name: new.name for old, new in zip(before, after, strict=True)}
    references = _References(steps, before, renamed, document.name.rpartition("/")[2])
    write = writer(document)
    edits = [
        (stretch.part, write(stretch, edit))
        for number, stretch in enumerate(journal.stretches)
        for edit in (*inner[number], *references.edits(number, stretch.text))
    ]
    return Renumbering(
        tuple(
            Renumbered(step.old, step.new, entry.head.title)
            for (entry, _), step in zip(known, steps, strict=True)
            if step.old != step.new
        ),
        tuple(edits),
        {step.old: step.new for step in steps},
        {old: new for old, new in renamed.items() if old != new},
    )


def relinked(document: Document, made: Renumbering, *, path: str, journal_path: str) -> list[tuple[int, TextEdit]]:
    """The edits of another document that links to the renumbered one; paths are from one folder."""
    found: list[tuple[int, TextEdit]] = []
    write = writer(document)
    for stretch in journal_of(document).stretches:
        for link in links_and_mentions(stretch.text) if "](" in stretch.text or "]:" in stretch.text else ():
            if not isinstance(link, Link) or not link.path or resolved(link.path, path) != journal_path:
                continue
            edits = [*_fragment_edit(stretch.text, link, made.fragments), *_text_edits(link, made.numbers)]
            found += ((stretch.part, write(stretch, edit)) for edit in edits)
    return found


def _digits(entry: JournalEntry) -> Span | None:
    """Where a step's number stands in its heading."""
    found = _DIGITS.search(entry.stretch.text, entry.inner.start, entry.body)
    return Span(*found.span()) if found is not None and int(found.group()) == entry.number else None


class _References:
    """What refers to the steps of a document, from anywhere in it."""

    def __init__(
        self, steps: Sequence[_Numbered], headings: Sequence[Anchor], renamed: Mapping[str, str], name: str
    ) -> None:
        self._headings = headings
        self._names = {each.name: each for each in reversed(headings)}
        self._renamed = renamed
        self._own = ("", name, f"./{name}")
        self._at = {(each.stretch, each.start): each for each in steps}
        self._of: dict[int, list[_Numbered]] = {}
        for each in steps:
            self._of.setdefault(each.old, []).append(each)
        self._numbers: dict[int, list[Span]] = {}  # of a stretch: from a step's heading to behind its number
        for each in steps:
            self._numbers.setdefault(each.stretch, []).append(Span(each.start, each.digits.end))
        self._by_stretch: dict[int, list[Anchor]] = {}
        for heading in headings:
            self._by_stretch.setdefault(heading.part, []).append(heading)

    def edits(self, number: int, text: str) -> Iterator[TextEdit]:
        """The edits of what refers to steps in stretch ``number``: mentions, and links to headings of the same file."""
        for found in self._all(number, text):
            if isinstance(found, Mention):
                new = self._meant(found.number, (number, found.span.start))
                if new is not None and _OTHER.search(text[max(found.span.start - 20, 0) : found.span.start]) is None:
                    yield from _number_edit(text, found.span, new)
            elif found.path in self._own and found.fragment:
                anchor = self._names.get(found.fragment) or find_anchor(self._headings, found.fragment)
                if anchor is not None:
                    yield from _fragment_edit(
                        text, found, {found.fragment: self._renamed.get(anchor.name, anchor.name)}
                    )
                    if (step := self._at.get((anchor.part, anchor.start))) is not None:
                        yield from _text_edits(found, {step.old: step.new})

    def _all(self, number: int, text: str) -> Iterator[Link | Mention]:
        """What refers to something in a text, and in its headings behind their own number."""
        numbers = self._numbers.get(number, [])
        starts = [each.start for each in numbers]
        for found in links_and_mentions(text):
            before = bisect_right(starts, found.span.start) - 1
            if isinstance(found, Link) or before < 0 or found.span.start >= numbers[before].end:
                yield found
        own = {each.start: each.end for each in numbers}
        for heading in self._by_stretch.get(number, ()):
            title = text[heading.start : heading.end]
            start = own.get(heading.start, heading.end - len(title.lstrip("# \t")))
            for found in links_and_mentions(text[start : heading.end]):
                if isinstance(found, Mention):
                    yield Mention(found.span.shift(start), found.number)

    def _meant(self, old: int, place: tuple[int, int]) -> int | None:
        """The new number of the step that a mention means: the last above it with this number, else the first."""
        same = self._of.get(old)
        if same is None:
            return None
        above = bisect_right(same, place, key=lambda each: (each.stretch, each.start))
        return same[max(above - 1, 0)].new


def _fragment_edit(text: str, link: Link, renamed: Mapping[str, str]) -> Iterator[TextEdit]:
    new = renamed.get(link.fragment)
    if new is not None and new != link.fragment and link.fragment_span is not None:
        yield TextEdit(link.fragment_span, fragment_like(link.fragment_span.of(text), new))


def _text_edits(link: Link, numbers: Mapping[int, int]) -> Iterator[TextEdit]:
    """The number of a step in a link's text."""
    for found in links_and_mentions(link.text):
        if isinstance(found, Mention) and found.number in numbers:
            yield from _number_edit(link.text, found.span, numbers[found.number], link.text_span.start)


def _number_edit(text: str, span: Span, new: int, by: int = 0) -> Iterator[TextEdit]:
    digits = list(_DIGITS.finditer(text, span.start, span.end))
    if digits and int(digits[-1].group()) != new:
        yield TextEdit(Span(*digits[-1].span()).shift(by), str(new))
