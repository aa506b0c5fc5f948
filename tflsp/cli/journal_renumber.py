"""`tflsp journal renumber`: the steps of a journal numbered 1 to n, with all that refers to them."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tflsp.cli.journal_changes import show, write
from tflsp.cli.journal_common import FILE, fail, language_told, word


@click.command("renumber", epilog="\b\nExample:\n  tflsp journal renumber exp.ipynb --dry-run")
@FILE
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show the changes; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the old and new numbers as JSON; does not ask.")
def command(file: Path, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Number the steps of FILE 1 to n in their order, with the references (#3) and links to them, also those in other
    files of the project. Nothing else ever changes a step's number.
    """
    from tflsp.capture.snapshots import SnapshotsError
    from tflsp.checking.journal_files import NotRead
    from tflsp.checking.journal_renumbering import renumber_file, renumber_kept
    from tflsp.cli.journal_show import printable
    from tflsp.journal.refusals import say

    try:
        made, changes = renumber_file(file)
    except NotRead as error:
        fail(f"{file}: {error.said(language_told(file))}", 1)
    except OSError as error:
        fail(f"{file}: {error.strerror}", 2)
    if as_json:
        steps = [{"old": each.old, "new": each.new, "title": each.title} for each in made.steps]
        record = {"steps": steps, "changed": [str(each.path) for each in changes]}
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif not made.numbers:
        fail(f"{file}: {word(file, 'no-numbers')}", 1)
    elif made.is_empty:
        click.echo(word(file, "numbered"))
    else:
        for each in made.steps:
            click.echo(f"#{each.old} → #{each.new}  {printable(each.title)}".rstrip())
    if dry_run:
        if not as_json:
            show(changes)
        return
    if made.is_empty:
        return
    if not yes and not as_json:
        names = ", ".join(str(each.path) for each in changes)
        if not sys.stdin.isatty():
            fail(word(file, "say-yes"), 1)
        click.confirm(word(file, "change?", names=names), abort=True)
    language = language_told(file)
    write(changes, language)
    try:
        renumber_kept(file, made)
    except SnapshotsError as error:
        click.echo(f"tflsp: {say('next-cannot-tell', language, why=error.said(language))}", err=True)
