"""What tests of readers share: facts of a text, and the text that a span covers."""

from __future__ import annotations

from typing import TypeVar

from tflsp.documents.document import ChunkKey
from tflsp.facts.base import Analysis, Fact, analyse
from tflsp.text import Span

F = TypeVar("F", bound=Fact)


def analysis(language: str, text: str) -> Analysis:
    """A text read as one chunk; no reader may have failed."""
    found = analyse(ChunkKey(language, text))
    assert not found.failures
    return found


def facts(language: str, text: str, kind: type[F]) -> tuple[F, ...]:
    return analysis(language, text).of(kind)


def written(fact: Fact, span: Span | None) -> str | None:
    """The text at a span of a fact's region."""
    return None if span is None else span.of(fact.region.text)


def one(kind: type[F], language: str, text: str) -> F:
    """The only fact of this kind in a text."""
    (found,) = facts(language, text, kind)
    return found


def at(fact: Fact, span: Span | None) -> str:
    """What stands at a span of a fact's region, in the chunk's own text."""
    assert span is not None
    return fact.region.to_root(span).of(fact.region.root.text)
