"""What `tflsp journal` fills a step with: what was captured of the file and its last run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from tflsp.capture.captured import Captured
from tflsp.capture.snapshots import SnapshotsError
from tflsp.capture.wording import captured_run
from tflsp.checking.journal_capture import capture_file, keep
from tflsp.facts.journal_entries import Entry
from tflsp.journal.entries import filled

# A run's output; of a longer one the end is not read.
_LONGEST_LOG: Final = 64 * 1024 * 1024  # code points


def filled_from_run(file: Path, entry: Entry, language: str, log: Any, when: str) -> tuple[Captured, Entry]:
    """What was captured, and the entry with it. ``log`` is an open text file. Exits where FILE is unreadable."""
    try:
        found = capture_file(file, language=language, log=None if log is None else log.read(_LONGEST_LOG))
    except OSError as error:
        click.echo(f"tflsp: {file}: {error.strerror}", err=True)
        raise SystemExit(2) from None
    if found.problem is not None:
        click.echo(f"tflsp: {found.problem}: changes are those since the last commit, where there is one", err=True)
    return found.captured, filled(entry, captured_run(found.captured, found.language, when))


def keep_for_next(file: Path, step: int, found: Captured) -> None:
    """Keep the hyperparameters of a step that was inserted; what has none (a plain text) leaves no trace."""
    if not found.hyperparameters.values and not found.hyperparameters.layers:
        return
    try:
        keep(file, step, found.hyperparameters, datetime.now().astimezone().isoformat(timespec="seconds"))
    except SnapshotsError as error:
        click.echo(f"tflsp: {error}: the next step cannot tell what has changed since this one", err=True)
