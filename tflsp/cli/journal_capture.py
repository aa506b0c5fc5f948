"""What `tflsp journal` fills a step or a conclusion with: what was captured of the file and its last run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from tflsp.capture.captured import Captured
from tflsp.capture.concluding import concluded_run
from tflsp.capture.snapshots import SnapshotsError
from tflsp.capture.wording import captured_run
from tflsp.checking.journal_capture import capture_file, keep, keep_goal
from tflsp.facts.journal_entries import Conclusion, Entry
from tflsp.gpu.for_journal import devices_here
from tflsp.journal.entries import filled

# A run's output; of a longer one the end is not read.
_LONGEST_LOG: Final = 64 * 1024 * 1024  # code points


def filled_from_run(
    file: Path, entry: Entry, language: str, log: Any, when: str, text: str | None = None
) -> tuple[Captured, Entry]:
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
        return found.captured, filled(entry, concluded_run(found.captured, found.journal, found.language, when))
    if found.problem is not None:
        click.echo(f"tflsp: {found.problem}: changes are those since the last commit, where there is one", err=True)
    return found.captured, filled(entry, captured_run(found.captured, found.language, when))


def keep_for_next(file: Path, step: int, found: Captured) -> None:
    """Keep the hyperparameters of a step that was inserted; what has none (a plain text) leaves no trace."""
    try:
        keep(file, step, found.hyperparameters, _now())
    except SnapshotsError as error:
        click.echo(f"tflsp: {error}: the next step cannot tell what has changed since this one", err=True)


def keep_with_goal(file: Path, text: str | None = None) -> None:
    """Keep the hyperparameters that a goal is set with, for the first step. ``text`` is what an editor has for FILE."""
    try:
        keep_goal(file, _now(), text)
    except OSError as error:
        click.echo(f"tflsp: {file}: {error.strerror}", err=True)
    except SnapshotsError as error:
        click.echo(f"tflsp: {error}: the first step cannot tell what has changed since the goal", err=True)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
