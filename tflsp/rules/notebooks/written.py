"""An entry of a journal as it is written, apart from where it stands: its fields and lines, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from tflsp.dataclass import dataclass, field
from tflsp.facts.base import MAX_KNOWN, Analysis
from tflsp.facts.journal_entries import Entry, Kind
from tflsp.facts.journal_fields import entry_of, fields_of, first_field
from tflsp.facts.journal_headings import may_have_headings
from tflsp.facts.journal_lines import BOLD_LEVEL, LINE, change_in, headings, lines
from tflsp.facts.journal_words import Heading, Label, bold_field, field_heading, heading, label
from tflsp.facts.journal_written import is_field, is_remark
from tflsp.text import Span
from tflsp.text.patterns import pattern

T = TypeVar("T")

# Below a heading of this level there is no deeper one.
_DEEPEST = 6
_NOTHING: tuple[Label | None, bool] = (None, False)
_ITEM = pattern(r"[-*+][ \t]|\d+[.)][ \t]")


class Row(NamedTuple):
    """A line below an entry's heading: where it begins in the entry, whether it is only shown, and what it says."""

    text: str
    start: int
    is_shown: bool
    label: Label | None
    is_change: bool

    @property
    def span(self) -> Span:
        """The line without the blanks around it, in the entry's text."""
        text = self.text.strip()
        start = self.start + self.text.find(text)
        return Span(start, start + len(text))


class Begin(NamedTuple):
    """A heading of a chunk; ``head`` is None where it begins no entry."""

    level: int
    title: str
    start: int
    end: int
    head: Heading | None


@dataclass(slots=True, eq=False)
class Written:
    """An entry, apart from where it stands: ``text`` from its heading on, ``body`` where the heading's line ends.

    In a notebook the Markdown cells that go on without a heading of their own belong to it: ``further``. ``starts`` is
    where each of its chunks begins in the text, ``offset`` where it begins in the first.
    """

    head: Heading
    level: int
    text: str
    body: int
    further: str
    starts: tuple[int, ...]
    offset: int
    analyses: tuple[Analysis, ...] = field(repr=False)
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def kind(self) -> Kind:
        return self.head.kind

    @property
    def number(self) -> int:
        return self.head.number

    @property
    def language(self) -> str:
        return self.head.language

    @property
    def heading(self) -> Span:
        """The heading's line."""
        return Span(0, min(self.body, len(self.text)))

    @property
    def end(self) -> int:
        return len(self.text)

    @property
    def fields(self) -> Entry:
        return self.once(_fields)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.once(_rows)

    @property
    def bullet(self) -> str:
        """How the entry's fields begin: as items of a list, or not."""
        return "- " if any(row.text.startswith("- ") for row in self.rows if row.label or row.is_change) else ""

    def subheading(self, title: str) -> str:
        """A heading of a field, as the entry's own heading is written."""
        return f"**{title}**" if self.level >= _DEEPEST else f"{'#' * (self.level + 1)} {title}"

    def label(self, name: str) -> Row | None:
        """The first line that is labelled with a field."""
        return next((row for row in self.rows if row.label is not None and row.label.field == name), None)

    def once(self, function: Callable[..., T], *given: Hashable) -> T:
        """``function(self, *given)``, computed once and kept as long as the entry stays as it is."""
        known = self._known
        key = (function, *given) if given else function
        if key not in known:
            if len(known) >= MAX_KNOWN:
                known.clear()
            known[key] = function(self, *given)
        found: T = known[key]
        return found


def headings_of(analysis: Analysis) -> tuple[Begin, ...]:
    text = analysis.root.text
    if not may_have_headings(text):
        return ()
    return tuple(
        Begin(mark.level, mark.title, mark.start, mark.end, heading(mark.title))
        for mark in headings(text)
        if mark.level
    )


def is_inside(begin: Begin, mark: Begin, head: Heading) -> bool:
    """Whether a heading belongs to the entry that is read, and ends it not."""
    if begin.level == BOLD_LEVEL > mark.level and begin.head is not None and is_remark(begin.head, head):
        return True
    return begin.level > mark.level and (begin.head is None or is_field(begin.title, begin.head, head))


def goes_on(begins: Sequence[Begin], mark: Begin, head: Heading) -> bool:
    """Whether all headings of a cell are fields of the entry before it."""
    if any(each.level <= mark.level or field_heading(each.title, head.kind) is None for each in begins):
        return False
    own = [(each.title, each.head) for each in begins if each.head is not None]
    return not own or (len(own) == 1 and is_field(*own[0], head))


def fields_of_cells(head: Heading, body: str, cells: Sequence[Analysis]) -> Iterator[str]:
    """The cells that begin with a field that the entry has not yet: the result, where the heading is above the code."""
    if not cells:
        return
    known = fields_of(head, body)
    for analysis in cells:
        text = analysis.root.text
        first = first_field(head.kind, text)
        if first is not None and first not in known:
            known |= fields_of(head, text)
            yield text


def _fields(entry: Written) -> Entry:
    body = entry.text[entry.body :]
    return entry_of(entry.head, f"{body}\n\n{entry.further}" if entry.further else body)


def _rows(entry: Written) -> tuple[Row, ...]:
    body, kind = entry.text[entry.body :], entry.head.kind
    starts = [entry.body + found.start() for found in LINE.finditer(body)]
    return tuple(
        [
            Row(text, start, is_shown, *(_NOTHING if is_shown else _told(text, kind)))
            for start, (text, is_shown) in zip(starts, lines(body), strict=False)
        ]
    )


@lru_cache(maxsize=512)
def _told(text: str, kind: Kind) -> tuple[Label | None, bool]:
    """The label that a line begins with, and whether it tells a change."""
    item = text
    if text[:1].isspace() and _ITEM.match(item := text.lstrip(" \t")) is None:
        return _NOTHING
    found = _label(item, kind)
    is_change = kind is Kind.STEP and change_in(item) is not None
    if is_change and found is not None and found.field == "optimizer":
        found = None
    return found, is_change and found is None


def _label(text: str, kind: Kind) -> Label | None:
    if text.startswith("#"):
        return field_heading(text.lstrip("#").strip(), kind)
    return bold_field(text, kind) or label(text, kind)
