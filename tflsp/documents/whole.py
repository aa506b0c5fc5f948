"""Chunkers for small formats, and for what is not read at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tflsp.documents.document import Chunk, Chunker, Cut, Note
from tflsp.documents.region import NO_TRAITS


def whole(language: str, traits: Mapping[str, str] = NO_TRAITS) -> Chunker:
    """A chunker that makes one chunk of everything."""
    return partial(_whole, language, traits)


def unread(message: str) -> Chunker:
    """A chunker that makes none, and says why."""
    return partial(_unread, message)


def noted(chunker: Chunker, *notes: Note) -> Chunker:
    """A chunker that says something more."""
    return partial(_noted, chunker, notes)


def _whole(language: str, traits: Mapping[str, str], text: str, syntax: Any) -> Cut:
    return Cut((Chunk.slice(language, text, traits=traits),) if text else ())


def _unread(message: str, text: str, syntax: Any) -> Cut:
    return Cut((), (Note(message),))


def _noted(chunker: Chunker, notes: tuple[Note, ...], text: str, syntax: Any) -> Cut:
    cut = chunker(text, syntax)
    return cut._replace(notes=(*cut.notes, *notes))
