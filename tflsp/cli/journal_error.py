"""`tflsp journal error`: an error's log, filled in from a run's output."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tflsp.checking.journal_files import now
from tflsp.cli.journal_common import fail, language_for, word
from tflsp.cli.journal_insert import insert, insertion
from tflsp.facts.journal_entries import ErrorLog
from tflsp.journal.entries import CapturedError, filled

# A message longer than this (code points) makes a journal unreadable.
MESSAGE = 20_000
EPILOG = """\b
Examples:
  tflsp journal error journal.md --log train.log
  tflsp journal error journal.md              the last error that you have pasted into it
  tflsp journal error exp.ipynb --message "OOM when allocating tensor with shape[512,1024]"
"""


@click.command("error", epilog=EPILOG)
@insertion
@click.option("--title", default="", metavar="TEXT", help="What the error is called: OOM, shape mismatch.")
@click.option("--message", default="", metavar="TEXT", help="What was shown.")
@click.option(
    "--message-from", type=click.File("r", errors="replace"), help="Take what was shown from a file, or from -."
)
@click.option("--analysis", default="", metavar="TEXT", help="Why it happened.")
@click.option("--solution", default="", metavar="TEXT", help="What helped.")
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

    It is the error of the message, or the one that --log ends with; without them the last one pasted into FILE's
    Markdown that has no entry, or that a notebook's saved outputs end with; with --line or --after the one there. The
    entry tells what it says, where, likely causes and what to try, as `tflsp explain` knows them. Secrets become dots;
    a message stays as it is given.
    """
    if message_from is not None:
        message = message_from.read(MESSAGE + 1)
        if len(message) > MESSAGE:
            raise click.UsageError(f"the message is longer than {MESSAGE} characters; give the part that matters")
    entry = ErrorLog(title, message, "", "", analysis, solution, advice)
    found = None if no_capture else _error_found(log, message, options)
    insert(filled(entry, found or CapturedError(when=now())), **options)
    if found is None and not (title or message or no_capture):
        click.echo(f"tflsp: {word(options['file'], 'nothing-filled-in')}", err=True)


def _error_found(log: Any, message: str, options: Mapping[str, Any]) -> CapturedError | None:
    from tflsp.cli.journal_errors import error_from_run

    file: Path = options["file"]
    language = options["language"] or language_for(file)
    shown = None if log is None else log.read()
    where = {name: options[name] for name in ("line", "after")}
    try:
        found = error_from_run(file, language, shown, now(), options["text"], message=message, **where)
    except OSError as error:
        fail(f"{file}: {error.strerror}", 2)
    if found is None and log is not None and not message:
        fail(word(file, "no-known-error"), 1)
    return found
