"""SUMMARY.md and the journals that its table of experiments is made of, on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tflsp.checking.discovery import discover
from tflsp.checking.files import decode, encode
from tflsp.checking.journal_files import read_document
from tflsp.checking.journal_guides import FileChange, guide_path, read_guide
from tflsp.documents.document import Document
from tflsp.facts.journal import is_journal, read_journal
from tflsp.journal.guides import Guide, guide_of
from tflsp.journal.summary import Experiment, experiment_of, with_table

_KINDS = ("markdown", "notebook", "percent")


def summary_of(path: Path) -> tuple[Path, Path]:
    """The summary that a file or folder belongs to, there or not, and the folder whose experiments it lists."""
    place = path.resolve() / "x" if path.is_dir() else path.resolve()
    target = guide_path(place, Guide.SUMMARY)
    return target, target.parent.parent if target.parent.name == "docs" else target.parent


def experiments_below(folder: Path, documents: Mapping[Path, Document] | None = None) -> Iterator[Experiment]:
    """The experiments of a folder in the order of their paths; of ``documents`` the texts count, not the files."""
    opened = documents or {}
    for path in discover([folder]):
        if ".tflsp" in path.parts or guide_of(path.name) is not None:
            continue
        document = opened.get(path)
        try:
            document = read_document(path, path.read_bytes()) if document is None else document
        except OSError:
            continue
        if document.kind not in _KINDS:
            continue
        journal = read_journal(document)
        if journal.entries and is_journal(document, journal):
            yield experiment_of(document, path.relative_to(folder).as_posix())


def summarise(path: Path, *, language: str) -> tuple[Path, list[FileChange], int]:
    """The summary of a file or folder, what is to be changed in it, and how many experiments there are.

    Raises NotSummarised, NotPromoted, OSError.
    """
    target, folder = summary_of(path)
    there = read_guide(target)
    text = decode(there or b"")
    found = list(experiments_below(folder))
    new = with_table(text, found, path=target.relative_to(folder).as_posix(), language=language)
    changes = [] if new == text else [FileChange(target, there, encode(new, there or b""))]
    return target, changes, len(found)
