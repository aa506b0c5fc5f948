"""Numbering the steps of a journal on disk anew: the file, the files that link to its steps, and their snapshots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tflsp.capture.snapshots import renumber_snapshots
from tflsp.checking.discovery import discover
from tflsp.checking.files import encode
from tflsp.checking.journal_files import read_document, read_file
from tflsp.checking.journal_guides import FileChange
from tflsp.checking.project_files import project_root
from tflsp.documents.document import Document
from tflsp.facts.journal_entries import DOCUMENTS
from tflsp.facts.journal_links import path_to
from tflsp.journal.renumbering import Renumbering, plan_renumbering, relinked
from tflsp.text import TextEdit, apply_edits

# A larger file is an output, not a text with links.
_LARGEST = 8 << 20  # bytes


class Linking(NamedTuple):
    """A file with links to steps that get another number, as it was read, and what is to be changed."""

    path: Path
    data: bytes
    document: Document
    edits: tuple[TextEdit, ...]


def renumber_file(path: Path) -> tuple[Renumbering, list[FileChange]]:
    """Plan to number a file's steps anew, with the changes of all files of its project that link to them.

    Raises NotRead, OSError.
    """
    old, document = read_file(path)
    made = plan_renumbering(document)
    if made.is_empty:
        return made, []
    changes = [FileChange(path, old, encode(apply_edits(document.text, [edit for _, edit in made.edits]), old))]
    files = discover([project_root(path.resolve())])
    changes += (
        FileChange(each.path, each.data, encode(apply_edits(each.document.text, each.edits), each.data))
        for each in linking_files(path.resolve(), made, files)
    )
    return made, changes


def linking_files(
    journal: Path, made: Renumbering, files: Iterable[Path], *, but: Collection[Path] = ()
) -> Iterator[Linking]:
    """The files among these that link to renumbered steps of a journal, but for those named."""
    root = project_root(journal)
    names = {journal.name.encode(), path_to(journal.name).encode()}
    for path in files:
        if path.resolve() == journal or path.resolve() in but:
            continue
        try:
            data = path.read_bytes() if path.stat().st_size <= _LARGEST else b""
        except OSError:
            continue  # what cannot be read cannot be changed either
        if not any(name in data for name in names):
            continue
        document = read_document(path, data)
        if document.kind in DOCUMENTS and len(document.parts) == 1:
            edits = edits_in(document, made, root=root, path=path, journal=journal)
            if edits:
                yield Linking(path, data, document, tuple(edit for _, edit in edits))


def edits_in(
    document: Document, made: Renumbering, *, root: Path, path: Path, journal: Path
) -> list[tuple[int, TextEdit]]:
    """The edits of one document, by part, that links to renumbered steps of a journal below ``root``."""
    try:
        own = path.resolve().relative_to(root).as_posix()
        other = journal.relative_to(root).as_posix()
    except ValueError:
        return []  # it lies outside of the project
    return relinked(document, made, path=own, journal_path=other)


def renumber_kept(path: Path, made: Renumbering) -> None:
    """Snapshots of the steps follow their numbers. Raises SnapshotsError."""
    path = path.resolve()
    root = project_root(path)
    renumber_snapshots(root, path.relative_to(root).as_posix(), made.numbers)
