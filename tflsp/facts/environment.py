"""Variables that an image or a container is given: ENV and ARG, the environments of compose, Kubernetes and others."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tflsp.documents.region import Region
from tflsp.documents.words import Word
from tflsp.facts.base import Fact
from tflsp.facts.configuration_words import ScalarWords
from tflsp.facts.containers import Surface
from tflsp.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentSetting(Fact):
    """A variable being set. ``span`` covers name and value.

    ``value`` is None where none is written: the variable is passed on from whoever starts the container, or, for ARG,
    given at build time. A word whose own value is None holds something unknown (``${TOKEN}``). ``keyword`` is the
    Dockerfile instruction (``ENV``, ``ARG``), or the key of a configuration file that the variable stands under.
    """

    surface: Surface
    name: str
    name_span: Span
    value: Word | None
    keyword: str = ""


def environment_settings(
    region: Region, words: ScalarWords, surface: Surface, node: Node | None, keyword: str
) -> Iterator[EnvironmentSetting]:
    """The variables of a mapping, of a list of ``NAME=value``, or of a list of ``{name: …, value: …}``."""
    if isinstance(node, MappingNode):
        for pair in node.pairs:
            value = pair.value if isinstance(pair.value, ScalarNode) and not pair.value.is_null else None
            word = words.word(value) if value else None
            if word or pair.value is None or isinstance(pair.value, ScalarNode):
                span = Span(pair.key.span.start, word.span.end if word else pair.key.span.end)
                yield EnvironmentSetting(
                    region, _ordered(span, pair.key.span), surface, pair.key.value, pair.key.inner, word, keyword
                )
    elif isinstance(node, SequenceNode):
        for item in node.items:
            if isinstance(item, ScalarNode) and not item.is_null:
                yield _assignment(region, words.word(item), surface, keyword)
            elif isinstance(item, MappingNode) and (name := item.text("name")):
                value = item.text("value")
                if value or item.pair("valueFrom") is None:
                    word = words.word(value) if value else None
                    yield EnvironmentSetting(region, item.span, surface, name.value, name.inner, word, keyword)


def _assignment(region: Region, word: Word, surface: Surface, keyword: str) -> EnvironmentSetting:
    """``NAME=value``, or a name alone."""
    text = word.pattern
    name, equals, _ = text.partition("=")
    value = word.slice(len(name) + 1, len(text)) if equals else None
    return EnvironmentSetting(region, word.inner, surface, name, word.place(0, len(name)), value, keyword)


def _ordered(span: Span, name: Span) -> Span:
    """A value that an alias stands for is written before its name: the name alone is the place then."""
    return span if span.end >= name.end else name
