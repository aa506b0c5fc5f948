"""All facts of a document with their places: what rules that look at a whole document are given.

What is asked of it is noted down, so that the next state of a document need not answer again what has not changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar, cast

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk, Document
from tflsp.documents.region import Region
from tflsp.facts.base import Analysis, Fact
from tflsp.text import Span, TextEdit, written_outside

F = TypeVar("F", bound=Fact)
T = TypeVar("T")
D = TypeVar("D", bound=Callable[["DocumentFacts"], Any])

EVERYTHING: Final = "*"
"""What is asked for by who looks at the document's texts or chunks themselves: any edit changes it."""
METADATA: Final = "metadata"


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


Answers = Mapping[Callable[..., Any], Any]
"""What functions marked ``by_value`` gave to who asked them."""


class Derived(NamedTuple):
    """What a function made of a document's facts, the kinds of facts that it asked for, by name, and the answers."""

    value: Any
    asked: frozenset[str]
    answers: Answers


class Asked:
    """What somebody asks of a document: kinds of facts, by name, and answers that are compared by their value."""

    __slots__ = ("answers", "kinds")

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.answers: dict[Callable[..., Any], Any] = {}


# Marks of functions, kept with them.
_PLACELESS, _BY_VALUE, _RESUMING = "tflsp_placeless", "tflsp_by_value", "tflsp_resuming"


def _is(function: Callable[..., Any], mark: str) -> bool:
    return getattr(function, mark, False)


def placeless(function: D) -> D:
    """Mark a function for ``derive`` that tells of no places: facts that have only moved give the same again."""
    vars(function)[_PLACELESS] = True
    return function


def by_value(function: D) -> D:
    """Mark a ``placeless`` function whose answers are few words: who asks it is asked again only where they change."""
    vars(function)[_BY_VALUE] = True
    return placeless(function)


def resuming(function: D) -> D:
    """Mark a function for ``derive`` that looks at what it gave ``before``."""
    vars(function)[_RESUMING] = True
    return function


class _Store:
    """What all views of one document share."""

    __slots__ = ("analysed", "before", "by_kind", "derived", "document", "kinds", "uncertain")

    def __init__(self, document: Document, analysed: Sequence[tuple[Chunk, Analysis]]) -> None:
        self.document = document
        self.analysed = analysed
        self.kinds: frozenset[str] | None = None
        self.by_kind: dict[type[Fact], list[Located[Any]]] = {}
        self.derived: dict[Callable[..., Any], Derived] = {}
        self.uncertain: dict[Callable[..., Any], Derived] = {}
        self.before: dict[Callable[..., Any], Any] = {}

    def all_kinds(self) -> frozenset[str]:
        if self.kinds is None:
            kinds = set[type[Fact]]().union(*(analysis.facts for _, analysis in self.analysed))
            self.kinds = frozenset(kind.__name__ for kind in kinds)
        return self.kinds


class DocumentFacts:
    """A document with the analyses of its chunks, in order.

    ``derived`` is what is known of it already if the answers in it still are what they were, ``before`` what some
    functions gave for an earlier state.
    """

    __slots__ = ("_asked", "_store")

    def __init__(
        self,
        document: Document,
        analysed: Sequence[tuple[Chunk, Analysis]],
        derived: Mapping[Callable[..., Any], Derived] | None = None,
        before: Mapping[Callable[..., Any], Any] | None = None,
    ) -> None:
        self._store = _Store(document, analysed)
        self._store.uncertain.update(derived or {})
        self._store.before.update(before or {})
        self._asked: Asked | None = None

    def watched(self) -> tuple[DocumentFacts, Asked]:
        """The same facts, and what is asked for by whom they are given to."""
        view = DocumentFacts.__new__(DocumentFacts)
        view._store = self._store
        view._asked = Asked()
        return view, view._asked

    @property
    def document(self) -> Document:
        self._ask(EVERYTHING)
        return self._store.document

    @property
    def analysed(self) -> Sequence[tuple[Chunk, Analysis]]:
        self._ask(EVERYTHING)
        return self._store.analysed

    @property
    def metadata(self) -> Mapping[str, object] | None:
        """A notebook's own metadata; None where the document is no notebook."""
        self._ask(METADATA)
        outline = self._store.document.outline
        return None if outline is None else outline.metadata

    @property
    def kinds(self) -> frozenset[str]:
        """The names of the classes of facts that the document has."""
        self._ask(EVERYTHING)
        return self._store.all_kinds()

    def has(self, names: Sequence[str]) -> bool:
        """Whether the document has facts of one of these kinds."""
        if self._asked is not None:
            self._asked.kinds.update(names)
        return not self._store.all_kinds().isdisjoint(names)

    def all(self, kind: type[F]) -> Iterator[Located[F]]:
        """The facts of exactly this class in the order of the document."""
        self._ask(kind.__name__)
        found = self._store.by_kind.get(kind)
        if found is None:
            found = self._store.by_kind[kind] = [
                Located(fact, chunk)
                for chunk, analysis in self._store.analysed
                if kind in analysis.facts
                for fact in analysis.facts[kind]
            ]
        return iter(cast("Sequence[Located[F]]", found))

    def numbered(self, kind: type[F]) -> Iterator[tuple[int, Located[F]]]:
        """The same, each with the number of its chunk."""
        self._ask(kind.__name__)
        for number, (chunk, analysis) in enumerate(self._store.analysed):
            if kind in analysis.facts:
                yield from ((number, Located(fact, chunk)) for fact in analysis.of(kind))

    def pick(self, kind: type[F], function: Callable[[Analysis], Iterable[F]]) -> Iterator[Located[F]]:
        """The facts that a function picks of those of a kind in each chunk; kept with each chunk, as for ``gather``."""
        self._ask(kind.__name__)
        for chunk, analysis in self._store.analysed:
            if kind in analysis.facts:
                yield from (Located(fact, chunk) for fact in analysis.once(function))

    def gather(self, kind: type[Fact], function: Callable[[Analysis], Iterable[T]]) -> frozenset[T]:
        """What a function gives for the chunks that have facts of a kind; kept with each chunk.

        It must depend on nothing but its chunk's facts of that kind.
        """
        self._ask(kind.__name__)
        found = (analysis.once(function) for _, analysis in self._store.analysed if kind in analysis.facts)
        return frozenset[T]().union(*found)

    def derive(self, function: Callable[[DocumentFacts], T]) -> T:
        """``function(self)``, computed once: for facts that only the whole document gives."""
        derived = self._store.derived.get(function)
        if derived is None:
            derived = self._store.uncertain.pop(function, None)
            if derived is None or not self.still(derived.answers):
                view, asked = self.watched()
                value = function(view)
                derived = Derived(value, frozenset(asked.kinds), asked.answers)
            self._store.derived[function] = derived
        if self._asked is not None and _is(function, _BY_VALUE):
            self._asked.answers[function] = derived.value
        elif self._asked is not None:
            self._asked.kinds |= derived.asked
            self._asked.answers.update(derived.answers)
        return cast("T", derived.value)

    def still(self, answers: Answers) -> bool:
        """Whether functions give what they gave before."""
        return all(self.derive(function) == value for function, value in answers.items())

    def before(self, function: Callable[[DocumentFacts], T]) -> T | None:
        """What a ``resuming`` function gave for an earlier state of the document, whatever has changed since."""
        return cast("T | None", self._store.before.get(function))

    def to_resume(self) -> dict[Callable[..., Any], Any]:
        """What ``resuming`` functions have given last, here or before; not kept here any longer."""
        given, self._store.before = self._store.before, {}
        given |= {
            function: derived.value for function, derived in self._store.derived.items() if _is(function, _RESUMING)
        }
        return given

    def still_derived(self, changed: frozenset[str], *, moved: bool) -> dict[Callable[..., Any], Derived]:
        """What holds as well where these kinds of facts are others, and where the facts have moved."""
        return {
            function: derived
            for function, derived in {**self._store.uncertain, **self._store.derived}.items()
            if derived.asked.isdisjoint(changed) and (not moved or _is(function, _PLACELESS))
        }

    def at(self, part: int, offset: int) -> Iterator[tuple[Region, int, Chunk]]:
        """The regions in which a cursor stands, from the outside in, with its offset in each."""
        for chunk, analysis in self.analysed:
            if chunk.part != part or (inner := chunk.map.inwards(offset)) is None:
                continue
            for region in analysis.regions:
                if (at := region.from_root(inner)) is not None:
                    yield region, at, chunk

    def _ask(self, what: str) -> None:
        if self._asked is not None:
            self._asked.kinds.add(what)
