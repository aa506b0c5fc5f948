"""Guides on disk: promoting an entry of a file without losing what others write.

Knows nothing of editors or terminals.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from tflsp.capture.errors import errors_in_text
from tflsp.checking.files import decode, encode, leads_in_a_circle, write_atomically
from tflsp.checking.guide_files import guide_path
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal import JournalEntry
from tflsp.facts.journal_entries import ErrorLog
from tflsp.journal.guides import Guide
from tflsp.journal.promoting import NotPromoted, Promotion, applied, plan_promotion
from tflsp.journal.refusals import Refusal
from tflsp.text import apply_edits

# A guide is text that a person reads.
LONGEST = 16 * 1024 * 1024  # bytes


class NotWritten(Refusal):
    """Why a change was not written; nothing was lost."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as it was read (None where it was not there), and what it becomes."""

    path: Path
    old: bytes | None
    new: bytes


def fingerprint_of(entry: JournalEntry) -> str:
    """The fingerprint of an error that an entry tells of; empty where there is none."""
    log = entry.entry
    if not isinstance(log, ErrorLog) or not log.message:
        return ""
    found = errors_in_text(log.message).errors
    return found[-1].report.fingerprint if found else ""


def read_guide(path: Path) -> bytes | None:
    """A guide's bytes; None where there is none. Raises OSError, and NotPromoted for what is none."""
    if leads_in_a_circle(path):
        raise NotPromoted("circle", path=path)
    if not path.exists():
        return None
    if path.stat().st_size > LONGEST:
        raise NotPromoted("too-large", path=path)
    return path.read_bytes()


def promotion_of(
    document: Document, entry: JournalEntry, guide: Guide, *, source: Path, target: Path, text: str, language: str
) -> Promotion:
    """Plan a promotion between two files; ``text`` is the guide's. Raises NotPromoted."""
    if leads_in_a_circle(target):
        raise NotPromoted("circle", path=target)
    base = Path(os.path.commonpath([source.resolve().parent, target.resolve().parent]))
    return plan_promotion(
        document,
        entry,
        guide,
        source_path=source.resolve().relative_to(base).as_posix(),
        guide_path=target.resolve().relative_to(base).as_posix(),
        guide_text=text,
        fingerprint=fingerprint_of(entry),
        language=language,
    )


def promote_in_files(
    source: Path, old: bytes, document: Document, entry: JournalEntry, guide: Guide, *, language: str
) -> tuple[Promotion, Path, list[FileChange]]:
    """Plan a promotion of an entry in a file that was read as ``old``; gives the guide and the changes of both files.

    Raises NotPromoted, OSError.
    """
    target = guide_path(source, guide)
    there = read_guide(target)
    text = decode(there or b"")
    made = promotion_of(document, entry, guide, source=source, target=target, text=text, language=language)
    changes = []
    if made.guide_edits:
        changes.append(FileChange(target, there, encode(applied(made), there or b"")))
    if made.source_edits:
        new = apply_edits(document.text, [edit for _, edit in made.source_edits])
        changes.append(FileChange(source, old, encode(new, old)))
    return made, target, changes


def write_changes(changes: Sequence[FileChange]) -> None:
    """Write all files or none. Raises NotWritten, OSError."""
    for change in changes:
        if change.old is not None and not os.access(change.path, os.W_OK):
            raise NotWritten("read-only", path=change.path)
        folder = change.path.resolve().parent
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise NotWritten("folder-read-only", path=folder)
        if (change.path.read_bytes() if change.path.exists() else None) != change.old:
            raise NotWritten("changed-meanwhile", path=change.path)
    done: list[FileChange] = []
    try:
        for change in changes:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(change.path, change.new)
            done.append(change)
    except OSError:
        _undo(done)
        raise


def _undo(done: Iterable[FileChange]) -> None:
    for change in done:
        if change.old is None:
            change.path.unlink(missing_ok=True)
        else:
            write_atomically(change.path, change.old)
