"""`tflsp journal summary`: the table of experiments in SUMMARY.md."""

from __future__ import annotations

from pathlib import Path

import click

from tflsp.cli.journal_changes import show, write
from tflsp.cli.journal_common import fail, language_for, near


@click.command("summary", epilog="Example:  tflsp journal summary .")
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
        target, changes, count = summarise(path, language=language or language_for(path))
    except (NotSummarised, NotPromoted) as error:
        fail(str(error), 1)
    except OSError as error:
        fail(f"{error.filename or path}: {error.strerror}", 2)
    if dry_run:
        show(changes)
        return
    write(changes)
    if not count and not changes:
        fail(f"there are no journals below {target.parent}", 1)
    click.echo(f"{near(target)}: {count} experiments{'' if changes else ' (unchanged)'}")
