"""Documents from texts, bytes and synced notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from tflsp.documents.decoding import Decoded, read_bytes
from tflsp.documents.detect import cell_language, kind_of
from tflsp.documents.document import Chunk, Chunker, Cut, Document, Note, Part
from tflsp.documents.outline import NO_METADATA, CellOutline, NotebookOutline
from tflsp.documents.region import CELL
from tflsp.documents.whole import noted, unread, whole
from tflsp.text import Span

# Larger texts are not read: no document that a person wrote has this size.
LIMIT = 32 * 1024 * 1024  # code points


def _loaded_when_used(module: str, function: str) -> Chunker:
    """A chunker whose module is imported with its first text: a check of one file needs one of them."""

    def chunk(text: str, memory: Any) -> Cut:
        chunker: Chunker = getattr(import_module(f"tflsp.documents.{module}"), function)
        return chunker(text, memory)

    return chunk


CHUNKERS: dict[str, Chunker] = {
    "markdown": _loaded_when_used("markdown", "chunk_markdown"),
    "notebook": _loaded_when_used("notebook", "chunk_notebook"),
    "percent": _loaded_when_used("percent", "chunk_percent"),
    "python": _loaded_when_used("python", "chunk_python"),
    "text": _loaded_when_used("prose", "chunk_text"),
    **{
        kind: whole(kind)
        for kind in (
            "shell",
            "dockerfile",
            "compose",
            "kubernetes",
            "yaml",
            "devcontainer",
            "daemon-json",
            "docker-config-json",
            "json",
            "dotenv",
            "gitignore",
            "sshd-config",
            "toml",
        )
    },
    "binary": unread("this is no text: it was not read"),
}


class CellText(NamedTuple):
    """A cell of a synced notebook, as its editor tells.

    The caller's identifier, the kind (``markdown``, ``code`` or ``raw``), a language id, the text, and what the cell's
    metadata hold.
    """

    identifier: str
    kind: str
    language: str
    text: str
    execution_count: int | None = None
    tags: tuple[str, ...] = ()


def open_text(name: str, text: str, language_id: str = "", identifier: str = "") -> Document:
    """A document of one text. ``name`` is a path with forward slashes, or empty."""
    kind = kind_of(name, text, language_id)
    chunker = CHUNKERS[kind]
    if len(text) > LIMIT:
        chunker = unread(f"this is larger than {LIMIT // 1024**2} MiB: it was not read")
    return Document(kind, name, (Part(identifier or name, text, chunker),))


def open_bytes(name: str, data: bytes, language_id: str = "") -> tuple[Document, Decoded]:
    """A document of a file's bytes, and how to write them again."""
    decoded = read_bytes(data)
    document = open_text(name, decoded.text, language_id)
    if decoded.is_valid or document.kind == "binary":
        return document, decoded
    note = Note("some bytes are no UTF-8: they were read as unknown characters")
    (part,) = document.parts
    return Document(document.kind, name, (Part(part.identifier, part.text, noted(part.chunker, note)),)), decoded


def open_notebook(name: str, cells: Iterable[CellText], metadata: Mapping[str, object] = NO_METADATA) -> Document:
    """A notebook as an editor syncs it: a part per cell."""
    return Document("notebook", name, tuple(open_cell(cell, index, metadata) for index, cell in enumerate(cells)))


def open_cell(cell: CellText, index: int, metadata: Mapping[str, object] = NO_METADATA) -> Part:
    """One cell of a synced notebook; ``index`` counts from 0 among all cells."""
    chunker = partial(_chunk_cell, cell_language(cell.kind, cell.language), cell, metadata)
    return Part(cell.identifier, cell.text, chunker, index)


def _chunk_cell(language: str, cell: CellText, metadata: Mapping[str, object], text: str, syntax: Any) -> Cut:
    chunks = (Chunk.slice(language, text, traits={CELL: cell.kind}),) if text else ()
    return Cut(chunks, outline=lambda: _outline(cell, text, metadata))


def _outline(cell: CellText, text: str, metadata: Mapping[str, object]) -> NotebookOutline:
    own = CellOutline(cell.kind, Span(0, len(text)), text, cell.execution_count, cell.tags)
    return NotebookOutline((own,), metadata)


__all__ = ["CHUNKERS", "LIMIT", "CellText", "kind_of", "open_bytes", "open_cell", "open_notebook", "open_text"]
