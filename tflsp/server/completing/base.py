"""A cursor, and what can be suggested there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.server.places import Place
from tflsp.text import Span


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may replace ``span`` of the part; ``kind`` is one of completion's kinds.

    ``snippet`` is the same text with LSP's tab stops, ``filter`` what is compared with what was typed.
    """

    label: str
    text: str
    span: Span
    kind: str
    detail: str = ""
    about: str = ""
    snippet: str = ""
    filter: str = ""


@dataclass(frozen=True)
class Cursor:
    """A place where somebody types."""

    place: Place
    offset: int

    @cached_property
    def line(self) -> str:
        """The line up to the cursor."""
        text = self.place.part.text
        start = max(text.rfind("\n", 0, self.offset), text.rfind("\r", 0, self.offset)) + 1
        return text[start : self.offset]

    @cached_property
    def regions(self) -> tuple[tuple[Region, int], ...]:
        """The regions that the cursor stands in, from the outside in, with its offset in each."""
        facts = self.place.analysed.report.facts
        return tuple((region, at) for region, at, _ in facts.at(self.place.number, self.offset))

    def within(self, *languages: str) -> tuple[Region, int] | None:
        """The innermost region of one of these languages."""
        return next(((region, at) for region, at in reversed(self.regions) if region.language in languages), None)

    def typed(self, length: int) -> Span:
        """The last ``length`` characters before the cursor: what a suggestion replaces."""
        return Span(self.offset - length, self.offset)


Source = Callable[[Cursor], Iterator[Suggestion]]
