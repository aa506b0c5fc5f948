"""Reads a text and gives its facts: what most tests of readers begin with."""

from __future__ import annotations

from typing import TypeVar

from tflsp import readers as _readers  # noqa: F401  registers every reader
from tflsp.documents.document import ChunkKey
from tflsp.facts.base import Analysis, Fact, analyse
from tflsp.text import Span

F = TypeVar("F", bound=Fact)


def analysis(language: str, text: str) -> Analysis:
    """The analysis of a text; no reader may fail."""
    found = analyse(ChunkKey(language, text))
    assert found.failures == ()
    return found


def all_of(kind: type[F], language: str, text: str) -> tuple[F, ...]:
    return analysis(language, text).of(kind)


def one(kind: type[F], language: str, text: str) -> F:
    (found,) = all_of(kind, language, text)
    return found


def at(fact: Fact, span: Span | None) -> str:
    """What is written at a span of the fact's region, as it stands in the chunk's own text."""
    assert span is not None
    return fact.region.to_root(span).of(fact.region.root.text)
