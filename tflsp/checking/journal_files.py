"""Journals on disk: a project's own templates, and inserting an entry into a file without losing what others write.

Knows nothing of editors or terminals.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tflsp.checking.files import decode, encode, write_atomically
from tflsp.documents.document import Document
from tflsp.documents.notebook_scan import scan_notebook
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Entry
from tflsp.journal.inserting import Insertion, plan_insertion
from tflsp.journal.templates import KINDS, LANGUAGES, LONGEST
from tflsp.journal.writing import NotInserted
from tflsp.text import LineIndex, apply_edits

TEMPLATES = Path(".tflsp", "templates")


def now() -> str:
    """The time of day as entries have it."""
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")


def template_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The templates that a project has (``zh/step`` and its file): the nearest such folder at or above ``folder``."""
    found = next((each / TEMPLATES for each in (folder, *folder.parents) if (each / TEMPLATES).is_dir()), None)
    if found is None:
        return
    for language in LANGUAGES:
        for kind in KINDS:
            path = found / language / f"{kind}.md"
            if path.is_file():
                yield f"{language}/{kind}", path


def overrides_for(folder: Path) -> dict[str, str]:
    """A project's templates. Raises OSError."""
    return {name: read_template(path) for name, path in template_files(folder)}


def read_template(path: Path) -> str:
    """A template's text; of a longer one than may be only what shows that it is too long. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(4 * LONGEST + 4).decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")


def read_document(path: Path, data: bytes) -> Document:
    return open_text(path.as_posix(), decode(data))


def insert_into(
    path: Path,
    entry: Entry,
    *,
    language: str,
    line: int | None = None,
    after: int | None = None,
    write: bool = True,
    text: str | None = None,
) -> tuple[str, Insertion]:
    """Insert an entry into a file (a Markdown file that is not there is made); gives the old text and the insertion.

    ``line`` and ``after`` count from 1: the entry goes behind that line's section or cell, or behind that cell of a
    notebook. ``text`` is what an editor has for the file and has not saved: nothing is written then. Raises
    NotInserted, TemplateError, OSError.
    """
    if text is None and not path.exists() and path.suffix.lower() not in (".md", ".markdown", ".qmd"):
        raise NotInserted(f"{path} does not exist; only a Markdown file is made anew")
    old = path.read_bytes() if text is None and path.exists() else b""
    document = read_document(path, old) if text is None else open_text(path.as_posix(), text)
    cursor = None
    if line is not None and len(document.parts) == 1:
        lines = document.parts[0].lines
        cursor = lines.starts[min(max(line, 1), lines.line_count) - 1]
    elif after is not None and document.kind == "notebook":
        cells = scan_notebook(document.text).cells
        cursor = cells[min(max(after, 1), len(cells)) - 1].span.start if cells else None
    made = plan_insertion(
        document, entry, language=language, cursor=cursor, overrides=overrides_for(path.resolve().parent)
    )
    if text is not None or not write:
        return document.text, made
    if path.exists() and not os.access(path, os.W_OK):
        raise NotInserted(f"{path} is read-only: nothing was written")
    new = encode(apply_edits(document.text, [made.edit]), old)
    path.parent.mkdir(parents=True, exist_ok=True)
    if (path.read_bytes() if path.exists() else b"") != old:
        raise NotInserted(f"{path} has changed meanwhile: nothing was written, try again")
    write_atomically(path, new)
    return document.text, made


def cell_of(path: Path, old: str, made: Insertion) -> int | None:
    """The number, counted from 0, of the cell that an entry becomes in a raw notebook; None in other files."""
    if open_text(path.as_posix(), old).kind != "notebook":
        return None
    return sum(cell.span.end <= made.edit.span.start for cell in scan_notebook(old).cells)


def line_of(path: Path, text: str, made: Insertion) -> int:
    """The line, counted from 1, at which an inserted entry begins in the text that it was inserted into."""
    entries = read_journal(open_text(path.as_posix(), text)).entries
    start = made.edit.span.start
    own = (entry.span.start for entry in entries if entry.entry == made.entry and entry.span.start >= start)
    return LineIndex(text).line_of(next(own, start)) + 1
