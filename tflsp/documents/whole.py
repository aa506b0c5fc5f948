"""Chunkers for small formats: the whole text is one chunk."""

from __future__ import annotations

from functools import partial

from tflsp.documents.document import Chunk, Chunker, Cut
from tflsp.documents.syntax import Syntax


def whole(language: str) -> Chunker:
    """A chunker that makes one chunk of everything."""
    return partial(_whole, language)


def _whole(language: str, text: str, syntax: Syntax | None) -> Cut:
    return Cut((Chunk.slice(language, text),) if text else ())
