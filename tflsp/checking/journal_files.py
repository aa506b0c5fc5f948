"""Journals on disk: a project's own templates, and inserting an entry into a file without losing what others write.

Knows nothing of editors or terminals.
"""

from __future__ import annotations

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from tflsp.bilingual import LANGUAGES
from tflsp.checking.files import decode, encode, write_atomically
from tflsp.documents.document import Document
from tflsp.documents.notebook_scan import scan_notebook
from tflsp.documents.opening import LIMIT, open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import Entry, Goal
from tflsp.journal.inserting import Insertion, plan_insertion
from tflsp.journal.refusals import Refusal
from tflsp.journal.templates import KINDS, LONGEST
from tflsp.journal.writing import NotInserted
from tflsp.text import LineIndex, apply_edits

TEMPLATES = Path(".tflsp", "templates")
MARKDOWN = (".md", ".markdown", ".qmd")
# What an experiment begins with whose notebook is not there yet, or is empty: as Jupyter would write it.
NEW_NOTEBOOK = """\
{
 "cells": [],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3 (ipykernel)",
   "language": "python",
   "name": "python3"
  },
  "language_info": {
   "name": "python"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
"""


def now() -> str:
    """The time of day as entries have it."""
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")


def templates_folder(folder: Path) -> Path | None:
    """Where a project has templates of its own: the nearest such folder at or above ``folder``."""
    # What may not be looked into is none.
    return next((each / TEMPLATES for each in (folder, *folder.parents) if os.path.isdir(each / TEMPLATES)), None)


def template_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The templates that a project has: ``zh/step`` and its file."""
    found = templates_folder(folder)
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


class NotRead(Refusal):
    """Why a file's journal was not read, though the file was."""


def read_document(path: Path, data: bytes) -> Document:
    return open_text(path.as_posix(), decode(data))


def read_file(path: Path) -> tuple[bytes, Document]:
    """The bytes of a file that somebody has named, and the document that they are. Raises NotRead where it is too long
    for its entries to be read, OSError.
    """
    data = path.read_bytes()
    document = read_document(path, data)
    check_length(document)
    return data, document


def check_length(document: Document) -> None:
    """Raises NotRead for a document that is too long for its entries to be read."""
    if sum(len(part.text) for part in document.parts) > LIMIT:
        raise NotRead("too-large-here", limit=LIMIT >> 20)


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
    """Insert an entry into a file; gives the old text and the insertion.

    A Markdown file that is not there is made; a notebook is begun by its goal, where there is none or an empty file.

    ``line`` and ``after`` count from 1: the entry goes behind that line's section or cell, or behind that cell of a
    notebook. ``text`` is what an editor has for the file and has not saved: nothing is written then. Raises
    NotInserted, TemplateError, OSError.
    """
    kind = path.suffix.lower()
    begun = kind in MARKDOWN or (kind == ".ipynb" and isinstance(entry, Goal))
    if text is None and not path.exists() and not begun:
        raise NotInserted("no-such-file")
    old = path.read_bytes() if text is None and path.exists() else b""
    before = decode(old) if text is None else text
    if text is None and kind == ".ipynb" and begun and not before.strip("\ufeff \t\r\n"):
        before = NEW_NOTEBOOK
    if old.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        raise NotInserted("utf-16")
    if "\r" in before and "\n" not in before:
        raise NotInserted("carriage-returns")
    document = open_text(path.as_posix(), before)
    # What an editor has for a notebook may be Markdown or a script (jupytext); what lies on disk is JSON.
    if text is None and kind == ".ipynb" and document.kind != "notebook":
        raise NotInserted("invalid-notebook")
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
        raise NotInserted("read-only-here")
    folder = path.resolve().parent
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise NotInserted("folder-here")
    new = encode(apply_edits(document.text, [made.edit]), old)
    path.parent.mkdir(parents=True, exist_ok=True)
    if (path.read_bytes() if path.exists() else b"") != old:
        raise NotInserted("changed-here")
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
