"""SUMMARY.md and the journals that its table of experiments is made of, on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tflsp.checking.discovery import discover
from tflsp.checking.files import decode, encode, leads_in_a_circle
from tflsp.checking.guide_files import guide_path
from tflsp.checking.journal_guides import FileChange, read_guide
from tflsp.checking.journals_below import Unread, documents_among
from tflsp.documents.document import Document
from tflsp.facts.journal import is_journal, read_journal
from tflsp.journal.guides import Guide, guide_of
from tflsp.journal.summary import Experiment, NotSummarised, experiment_of, with_table


def summary_of(path: Path) -> tuple[Path, Path]:
    """The summary that a file or folder belongs to, there or not, and the folder whose experiments it lists.

    Raises NotSummarised.
    """
    place = path.resolve() / "x" if path.is_dir() else path.resolve()
    target = guide_path(place, Guide.SUMMARY)
    if leads_in_a_circle(target):
        raise NotSummarised("circle", path=target)
    return target, target.parent.parent if target.parent.name == "docs" else target.parent


def experiments_below(
    folder: Path, unread: list[Unread], documents: Mapping[Path, Document] | None = None
) -> Iterator[Experiment]:
    """The experiments of a folder in the order of their paths; of ``documents`` the texts count, not the files.

    What cannot be read goes to ``unread``.
    """
    found = (path for path in discover([folder]) if ".tflsp" not in path.parts and guide_of(path.name) is None)
    for path, document in documents_among(found, unread, documents):
        journal = read_journal(document)
        if journal.entries and is_journal(document, journal):
            yield experiment_of(document, path.relative_to(folder).as_posix())


class Summarised(NamedTuple):
    """The summary of a folder, what is to be changed in it, how many experiments there are, and what was not read."""

    path: Path
    changes: list[FileChange]
    experiments: int
    unread: list[Unread]


def summarise(path: Path, *, language: str) -> Summarised:
    """Bring the summary of a file or folder up to date; nothing is written yet.

    Raises NotSummarised, NotPromoted, OSError.
    """
    target, folder = summary_of(path)
    there = read_guide(target)
    text = decode(there or b"")
    unread: list[Unread] = []
    found = list(experiments_below(folder, unread))
    new = with_table(text, found, path=target.relative_to(folder).as_posix(), language=language)
    changes = [] if new == text else [FileChange(target, there, encode(new, there or b""))]
    return Summarised(target, changes, len(found), unread)
