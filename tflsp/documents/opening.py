"""What a document is, from its name, its language id and its content; and documents from texts.

The content has a say because names lie: an ``.ipynb`` buffer may hold a percent script or Markdown.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from tflsp.documents.document import Chunker, Document, Part
from tflsp.documents.markdown import chunk_markdown
from tflsp.documents.python import chunk_python
from tflsp.documents.whole import whole

CHUNKERS: dict[str, Chunker] = {
    "markdown": chunk_markdown,
    "python": chunk_python,
    "shell": whole("shell"),
    "dockerfile": whole("dockerfile"),
    "text": whole("text"),
}


class CellText(NamedTuple):
    """A cell of a synced notebook: the caller's identifier, ``markdown``, ``code`` or ``raw``, a language id, and the text."""

    identifier: str
    kind: str
    language: str
    text: str


def open_text(name: str, text: str, language_id: str = "", identifier: str = "") -> Document:
    """A document of one text."""
    kind = kind_of(name, text, language_id)
    return Document(kind, name, (Part(identifier or name, text, CHUNKERS[kind]),))


def open_notebook(name: str, cells: Iterable[CellText]) -> Document:
    """A notebook as an editor syncs it: a part per cell."""
    parts = (Part(cell.identifier, cell.text, _cell_chunker(cell), index) for index, cell in enumerate(cells))
    return Document("notebook", name, tuple(parts))


def _cell_chunker(cell: CellText) -> Chunker:
    if cell.kind == "markdown":
        return whole("markdown")
    return whole("ipython" if cell.language == "python" else "text")


def kind_of(name: str, text: str, language_id: str = "") -> str:
    """The kind of document: a key of ``CHUNKERS``."""
    path = PurePosixPath(name.lower())
    if language_id in CHUNKERS:
        return language_id
    if path.suffix in (".md", ".markdown"):
        return "markdown"
    if path.suffix == ".py":
        return "python"
    if path.suffix in (".sh", ".bash"):
        return "shell"
    if "dockerfile" in path.name:
        return "dockerfile"
    return "text"
