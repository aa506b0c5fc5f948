"""`tflsp journal summary`: the table of experiments in SUMMARY.md."""

from __future__ import annotations

from pathlib import Path

import click

from tflsp.cli.journal_changes import show, write
from tflsp.cli.journal_common import fail, language_for, near, word
from tflsp.cli.journal_show import tell_unread


@click.command("summary", epilog="\b\nExample:\n  tflsp journal summary .")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=".")
@click.option("--language", type=click.Choice(["en", "zh"]), help="For a SUMMARY.md that is made anew.")
@click.option("--dry-run", is_flag=True, help="Show the change; write nothing.")
def command(path: Path, language: str | None, dry_run: bool) -> None:
    """Bring the table of experiments in SUMMARY.md up to date: goal, best result and conclusion of each journal below
    its folder, with links.

    SUMMARY.md is the nearest one at or above PATH. The table stands between two comments; the rest stays as it is.
    """
    from tflsp.checking.journal_summary import summarise
    from tflsp.journal.promoting import NotPromoted
    from tflsp.journal.summary import NotSummarised

    try:
        target, changes, count, unread = summarise(path, language=language or language_for(path))
    except (NotSummarised, NotPromoted) as error:
        fail(error.said(language_for(path)), 1)
    except OSError as error:
        fail(f"{error.filename or path}: {error.strerror}", 2)
    tell_unread(unread, language_for(path))
    if dry_run:
        show(changes)
        return
    write(changes, language_for(path))
    if not count and not changes:
        fail(word(path, "no-journals", folder=target.parent), 1)
    told = word(path, "one-experiment" if count == 1 else "experiments", count=count)
    unchanged = "" if changes else f" ({word(path, 'unchanged')})"
    click.echo(f"{near(target)}: {told}{unchanged}")
