"""All facts of a document with their places: what rules that look at a whole document are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk, Document
from tflsp.documents.region import Region
from tflsp.facts.base import Analysis, Fact
from tflsp.text import Span, TextEdit, written_outside

F = TypeVar("F", bound=Fact)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Located(Generic[F]):
    """A fact and the chunk that it stands in."""

    fact: F
    chunk: Chunk

    @property
    def span(self) -> Span:
        """The fact's own span in its part's text."""
        return self.place(self.fact.span)

    def place(self, span: Span) -> Span:
        """A span of the fact's region in the part's text."""
        return place(self.chunk, self.fact.region, span)


def place(chunk: Chunk, region: Region, span: Span) -> Span:
    """A region's span in the text of the part that its chunk stands in."""
    return chunk.map.span(region.to_root(span))


def place_edit(chunk: Chunk, region: Region, edit: TextEdit) -> TextEdit:
    """An edit of a region's text as an edit of the part's text."""
    return written_outside(region.edit_to_root(edit), chunk.key.text, chunk.map, chunk.codec)


@dataclass(frozen=True, eq=False)
class DocumentFacts:
    """A document with the analyses of its chunks, in order."""

    document: Document
    analysed: Sequence[tuple[Chunk, Analysis]]
    _derived: dict[Callable[..., Any], Any] = field(default_factory=dict, repr=False)

    def all(self, kind: type[F]) -> Iterator[Located[F]]:
        """The facts of exactly this class in the order of the document."""
        return iter(cast("Sequence[Located[F]]", self._by_kind.get(kind, ())))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The names of the classes of facts that the document has."""
        return frozenset(kind.__name__ for kind in self._by_kind)

    @cached_property
    def _by_kind(self) -> dict[type[Fact], list[Located[Any]]]:
        found: dict[type[Fact], list[Located[Any]]] = {}
        for chunk, analysis in self.analysed:
            for kind, facts in analysis.facts.items():
                found.setdefault(kind, []).extend(Located(fact, chunk) for fact in facts)
        return found

    def derive(self, function: Callable[[DocumentFacts], T]) -> T:
        """``function(self)``, computed once: for facts that only the whole document gives."""
        if function not in self._derived:
            self._derived[function] = function(self)
        derived: T = self._derived[function]
        return derived

    def at(self, part: int, offset: int) -> Iterator[tuple[Region, int, Chunk]]:
        """The regions in which a cursor stands, from the outside in, with its offset in each."""
        for chunk, analysis in self.analysed:
            if chunk.part != part or (inner := chunk.map.inwards(offset)) is None:
                continue
            for region in analysis.regions:
                if (at := region.from_root(inner)) is not None:
                    yield region, at, chunk
