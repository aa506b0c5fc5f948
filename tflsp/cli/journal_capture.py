"""What `tflsp journal` fills a step or a conclusion with: what was captured of the file and its last run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from tflsp.capture.concluding import concluded_run
from tflsp.capture.snapshots import SnapshotsError
from tflsp.capture.wording import captured_run
from tflsp.checking.journal_capture import CapturedFile, capture_file, keep, keep_goal
from tflsp.cli.journal_common import language_told
from tflsp.facts.journal_entries import Conclusion, Entry
from tflsp.gpu.for_journal import devices_here
from tflsp.journal.entries import filled
from tflsp.journal.refusals import Refusal, say

# A run's output; of a longer one the end is not read.
_LONGEST_LOG: Final = 64 * 1024 * 1024  # code points


def filled_from_run(
    file: Path, entry: Entry, language: str, log: Any, when: str, text: str | None = None
) -> tuple[CapturedFile, Entry]:
    """What was captured, and the entry (a step or a conclusion) with it. ``log`` is an open text file, ``text`` what an
    editor has for FILE. Exits where FILE is unreadable.
    """
    try:
        found = capture_file(
            file,
            language=language,
            log=None if log is None else log.read(_LONGEST_LOG),
            text=text,
            devices=devices_here,
        )
    except OSError as error:
        click.echo(f"tflsp: {file}: {error.strerror}", err=True)
        raise SystemExit(2) from None
    if isinstance(entry, Conclusion):
        return found, filled(entry, concluded_run(found.captured, found.journal, found.language, when))
    return found, filled(entry, captured_run(found.captured, found.language, when))


def keep_for_next(file: Path, step: int | None, found: CapturedFile) -> None:
    """Keep the hyperparameters of a step that was inserted (None: it was only shown); what has none (a plain text)
    leaves no trace. What could not be read or kept is told, once.
    """
    unkept: Refusal | None = None
    try:
        if step is not None:
            keep(file, step, found.captured.hyperparameters, _now())
    except SnapshotsError as error:
        unkept = error
    if found.problem is not None and unkept is not None and str(found.problem) == str(unkept):
        _warn(file, "neither-can-tell", unkept)
        return
    if found.problem is not None:
        _warn(file, "changes-since-commit", found.problem)
    if unkept is not None:
        _warn(file, "next-cannot-tell", unkept)


def keep_with_goal(file: Path, text: str | None = None) -> None:
    """Keep the hyperparameters that a goal is set with, for the first step. ``text`` is what an editor has for FILE."""
    try:
        keep_goal(file, _now(), text)
    except OSError as error:
        click.echo(f"tflsp: {file}: {error.strerror}", err=True)
    except SnapshotsError as error:
        _warn(file, "first-cannot-tell", error)


def _warn(file: Path, key: str, why: Refusal) -> None:
    language = language_told(file)
    click.echo(f"tflsp: {say(key, language, why=why.said(language))}", err=True)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
