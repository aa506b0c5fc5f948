"""`tflsp journal error`: an error's log, filled in from a run's output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tflsp.checking.journal_files import now
from tflsp.cli.journal_common import fail, language_for
from tflsp.cli.journal_insert import insert, insertion
from tflsp.facts.journal_entries import ErrorLog
from tflsp.journal.entries import CapturedError, filled

# A message longer than this (code points) makes a journal unreadable.
MESSAGE = 20_000


@click.command("error", epilog="Example:  tflsp journal error journal.md --log train.log")
@insertion
@click.option("--title", default="", metavar="TEXT", help="What the error is called: OOM, shape mismatch.")
@click.option("--message", default="", metavar="TEXT", help="What was shown.")
@click.option(
    "--message-from", type=click.File("r", errors="replace"), help="Take what was shown from a file, or from -."
)
@click.option("--analysis", default="", metavar="TEXT")
@click.option("--solution", default="", metavar="TEXT")
@click.option("--advice", default="", metavar="TEXT", help="What to do from now on.")
@click.option("--log", type=click.File("r", errors="replace"), help="Find the error in a run's output, or in -.")
@click.option("--no-capture", is_flag=True, help="Fill in nothing but the date.")
def error(
    title: str,
    message: str,
    message_from: Any,
    analysis: str,
    solution: str,
    advice: str,
    log: Any,
    no_capture: bool,
    **options: Any,
) -> None:
    """Insert an error log into FILE; an error whose message is there already is not inserted again.

    Without a message it is the error that --log ends with, or a notebook's saved outputs: what it says, where, likely
    causes and what to try, as `tflsp explain` knows them. Secrets become dots.
    """
    if message_from is not None:
        message = message_from.read(MESSAGE + 1)
        if len(message) > MESSAGE:
            raise click.UsageError(f"the message is longer than {MESSAGE} characters; give the part that matters")
    entry = ErrorLog(title, message, "", "", analysis, solution, advice)
    found = None if message or no_capture else _error_found(log, options["file"], options["language"], options["text"])
    insert(filled(entry, found or CapturedError(when=now())), **options)


def _error_found(log: Any, file: Path, language: str | None, text: str | None) -> CapturedError | None:
    from tflsp.cli.journal_errors import error_from_run

    try:
        found = error_from_run(file, language or language_for(file), None if log is None else log.read(), now(), text)
    except OSError as error:
        fail(f"{file}: {error.strerror}", 2)
    if found is None and log is not None:
        fail("there is no error in the log that tflsp knows; give --message", 1)
    return found
