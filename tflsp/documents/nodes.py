"""Configuration values with their places: what YAML and JSON have in common.

The names are YAML's. Aliases and merges are resolved where a node is made, so that a value's span is where it was
written.
"""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import NO_TRAITS, Region
from tflsp.text import VERBATIM, Codec, Span, SpanMap
from tflsp.text.maps import Segment

_NULLS = ("", "~", "null", "Null", "NULL")
_TRUE = ("true", "True", "TRUE", "yes", "Yes", "on")


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A text, number or the like. ``value`` has quotes, escapes and folds resolved; ``map`` leads back to the source.

    ``span`` is the scalar with its quotes or block header, ``inner`` what is between them. No ``segments`` are kept
    of a value that stands at ``inner`` as it is.
    """

    value: str
    span: Span
    inner: Span
    segments: tuple[Segment, ...] = ()
    quoted: bool = False
    codec: Codec = VERBATIM

    @property
    def map(self) -> SpanMap:
        return SpanMap(self.segments) if self.segments else SpanMap.at(self.inner.start, len(self.value))

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.value in _NULLS

    @property
    def is_true(self) -> bool:
        return self.value in _TRUE

    def place(self, span: Span) -> Span:
        """A span of ``value`` in the source."""
        return self.map.span(span) if self.segments else span.shift(self.inner.start)

    def region(self, language: str, outer: Region, origin: object = None, **traits: str) -> Region:
        """The value as a region of another language; ``origin`` is the fact that runs it."""
        return Region(language, self.value, outer, self.map, self.codec, traits or NO_TRAITS, origin=origin)


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A key and its value; ``span`` is where the pair was written, None for a value none was written for."""

    key: ScalarNode
    value: Node | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode:
    """A mapping: its own pairs first, then those merged into it (``<<``) that it does not have itself."""

    pairs: tuple[Pair, ...]
    span: Span
    # A merge names something that is not there: there may be more keys than are seen.
    complete: bool = True

    def pair(self, key: str) -> Pair | None:
        return next((pair for pair in self.pairs if pair.key.value == key), None)

    def get(self, *path: str) -> Node | None:
        """The value under a key, or under a path of keys."""
        node: Node | None = self
        for key in path:
            found = node.pair(key) if isinstance(node, MappingNode) else None
            node = found.value if found else None
        return node

    def text(self, *path: str) -> ScalarNode | None:
        """The scalar under a path of keys, None for null."""
        node = self.get(*path)
        return node if isinstance(node, ScalarNode) and not node.is_null else None

    def mapping(self, *path: str) -> MappingNode | None:
        node = self.get(*path)
        return node if isinstance(node, MappingNode) else None

    def items(self, *path: str) -> tuple[Node, ...]:
        """The items of the sequence under a path of keys."""
        node = self.get(*path)
        return node.items if isinstance(node, SequenceNode) else ()

    def mappings(self, *path: str) -> Iterator[MappingNode]:
        """Those items that are mappings themselves."""
        return (item for item in self.items(*path) if isinstance(item, MappingNode))


Node = ScalarNode | SequenceNode | MappingNode


def scalars(node: Node | None) -> tuple[ScalarNode, ...]:
    """A scalar, or the scalars of a sequence: for keys that take one or a list."""
    if isinstance(node, ScalarNode):
        return () if node.is_null else (node,)
    if isinstance(node, SequenceNode):
        return tuple(item for item in node.items if isinstance(item, ScalarNode))
    return ()
