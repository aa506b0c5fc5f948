"""Checks one file: reads it, finds its settings, checks it and mends it. Runs in workers: results are plain values."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from tflsp.checking.files import decode, encode, write_atomically
from tflsp.checking.links import linked_on_disk
from tflsp.checking.records import Record, record_of
from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.engine import Report, check
from tflsp.memo import Memo
from tflsp.project import NO_PROJECT, Project
from tflsp.project_index import NOTHING, Contribution, contribution_of, shared_fields
from tflsp.rules.base import Context, LineInFile
from tflsp.settings import Settings
from tflsp.settings_files import Loaded, load, load_for


@dataclass(frozen=True)
class Task:
    """What to do with every file of a run."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    settings_file: Path | None = None
    language: str | None = None
    fix: bool = False
    unsafe: bool = False
    write: bool = True  # False: only say what would change


class Checked(NamedTuple):
    """What came of one file."""

    path: str
    records: tuple[Record, ...]
    notes: tuple[str, ...]
    contribution: Contribution
    shared: frozenset[str] = frozenset()  # the project's fields that the findings depend on
    before: str | None = None  # set where fixes changed the text
    after: str | None = None
    applied: Mapping[str, int] = {}
    lines: tuple[LineInFile, ...] = ()
    error: str | None = None


Known = dict[Path, tuple[Document, Memo]]
"""Documents that were checked before, and what is known of them. Only for few files: it is all that they say."""


def read_file(path: Path, task: Task, known: Known) -> Contribution:
    """Read a file without judging it, and tell what it says of its project. Nothing where it cannot be read."""
    try:
        text = decode(path.read_bytes())
    except OSError:
        return NOTHING
    loaded = loaded_for(path.parent, task)
    document, memo = known[path] = open_text(_name(path, loaded), text), Memo()
    # No document is of the kind "": what the memo holds of judgements is not taken for an answer.
    unjudged = Context(loaded.settings, NO_PROJECT, "", "")
    judged = memo.judged(document.chunks, unjudged, lambda analysis: ())
    facts = memo.facts(document, document.chunks, judged)
    return contribution_of(facts, loaded.settings.image_mirrors)


def check_file(path: Path, task: Task, project: Project = NO_PROJECT, known: Known | None = None) -> Checked:
    """Check a file, and mend it where the task says so. An unreadable file gives ``error``."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Checked(str(path), (), (), NOTHING, error=f"{path}: {error.strerror or error}")
    checked = check_text(path, decode(data), task, project, known)
    if task.write and checked.after is not None:
        try:
            write_atomically(path, encode(checked.after, data))
        except OSError as error:
            return checked._replace(error=f"{path} cannot be written: {error.strerror or error}")
    return checked


def check_text(path: Path, text: str, task: Task, project: Project = NO_PROJECT, known: Known | None = None) -> Checked:
    """Check a text as the content of a file."""
    loaded = loaded_for(path.parent, task)
    settings = loaded.settings
    document, memo = (known or {}).get(path, (None, None))
    if document is None or document.text != text:
        document, memo = open_text(_name(path, loaded), text), Memo()
        if known is not None:
            known[path] = document, memo

    def run(document: Document) -> Report:
        report = check(document, settings, project, memo)
        linked = linked_on_disk(path, report, settings)
        return report if linked is None else check(document, settings, project, memo, linked)

    if not task.fix:
        return _checked(path, run(document), settings)
    # Imported where something is to be mended: reading must not pay for it.
    from tflsp.checking.fixing import mend

    mended = mend(document, run, unsafe=task.unsafe)
    checked = _checked(path, mended.report, settings)._replace(applied=mended.applied, lines=mended.lines)
    return checked._replace(before=text, after=mended.text) if mended.text != text else checked


def loaded_for(folder: Path, task: Task) -> Loaded:
    """The settings for the files of a folder. Raises SettingsError."""
    loaded = _load(folder, task.settings_file)
    overrides = dict(task.overrides)
    if task.language:
        overrides["language"] = task.language
    return loaded.with_overrides(overrides) if overrides else loaded


@lru_cache(maxsize=1024)
def _load(folder: Path, settings_file: Path | None) -> Loaded:
    return load(settings_file) if settings_file else load_for(folder)


def forget_settings() -> None:
    """Read settings files anew: they may have changed."""
    _load.cache_clear()


def _checked(path: Path, report: Report, settings: Settings) -> Checked:
    records = tuple(record_of(finding, report.facts, str(path), settings.language) for finding in report.findings)
    notes = tuple(f"{path}: {note.message}" for note in report.notes)
    return Checked(str(path), records, notes, contribution_of(report.facts, settings.image_mirrors))._replace(
        shared=shared_fields(report.facts)
    )


def _name(path: Path, loaded: Loaded) -> str:
    """The name that patterns are matched against: relative to the settings file, else as given."""
    root = _real(str(loaded.root or os.getcwd()))
    real = os.path.realpath(path)
    return real.removeprefix(root).replace(os.sep, "/") if real.startswith(root) else path.as_posix()


@lru_cache(maxsize=64)
def _real(folder: str) -> str:
    """A folder without links, and with a separator behind it."""
    return os.path.join(os.path.realpath(folder), "")
