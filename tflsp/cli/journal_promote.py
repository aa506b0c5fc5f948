"""`tflsp journal promote`: a step or an error of a journal becomes an entry of a guide, linked both ways."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tflsp.cli.journal_changes import show, write
from tflsp.cli.journal_common import FILE, fail, language_for, near, read, word
from tflsp.facts.journal import Journal, JournalEntry
from tflsp.facts.journal_entries import Kind

_GUIDES = ("summary", "best-practices", "troubleshooting")


@click.command(
    "promote",
    epilog="""\b
Examples:
  tflsp journal promote notebooks/exp_lr.ipynb 3 --to best-practices
  tflsp journal promote journal.md error
""",
)
@FILE
@click.argument("which", default="", metavar="[NUMBER|error]")
@click.option(
    "--to", "to", type=click.Choice(_GUIDES), help="By default errors go to troubleshooting, steps to summary."
)
@click.option("--line", type=click.IntRange(1), metavar="N", help="The entry that line N stands in.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="For a guide that is made anew.")
@click.option("--dry-run", is_flag=True, help="Show the changes; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(
    file: Path, which: str, to: str | None, line: int | None, language: str | None, dry_run: bool, as_json: bool
) -> None:
    """Put a step (by its NUMBER; the last by default) or the last error of FILE into SUMMARY.md, best_practices.md or
    troubleshooting_guide.md.

    The guide is the nearest one above FILE, or is made. Entry and source link to each other. A second time the entry is
    brought up to date; what you wrote into it stays.
    """
    from tflsp.checking.journal_guides import promote_in_files
    from tflsp.cli.journal_show import printable
    from tflsp.facts.journal import read_journal
    from tflsp.journal.guides import Guide
    from tflsp.journal.promoting import NotPromoted
    from tflsp.text import LineIndex

    data, document = read(file)
    journal = read_journal(document)
    offset = None
    if line is not None and len(document.parts) == 1:
        starts = LineIndex(document.text).starts
        offset = starts[min(line, len(starts)) - 1]
    entry = _chosen(file, journal, which, offset)
    guide = Guide(to) if to else Guide.TROUBLESHOOTING if entry.kind is Kind.ERROR else Guide.SUMMARY
    try:
        made, target, changes = promote_in_files(
            file, data, document, entry, guide, language=language or language_for(file)
        )
    except NotPromoted as error:
        fail(f"{file}: {error.said(language_for(file))}", 1)
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}", 2)
    if dry_run:
        show(changes)
    else:
        write(changes, language_for(file))
    done = "created" if made.created else "updated" if changes else "unchanged"
    if as_json:
        record = {
            "guide": str(guide),
            "title": made.title,
            "done": done,
            "changed": [str(each.path) for each in changes],
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif not dry_run:
        click.echo(f"{near(target)}: {printable(made.title)} ({word(file, done)})")


def _chosen(file: Path, journal: Journal, which: str, offset: int | None) -> JournalEntry:
    """The entry that is meant; exits where there is none."""
    from tflsp.journal.promoting import promotable

    known = promotable(journal)
    if not known:
        fail(f"{file}: {word(file, 'nothing-to-promote')}", 1)
    if offset is not None:
        found = [each for each in known if each.span.start <= offset <= each.span.end]
        if not found:
            fail(f"{file}: {word(file, 'nothing-at-line')}", 1)
        return found[0]
    wanted = which.lstrip("#＃").lower()
    if wanted.isdecimal():
        found = [each for each in known if each.number == int(wanted)]
    elif wanted in ("", "step"):
        found = [each for each in known if each.kind is Kind.STEP] or (known if not wanted else [])
    elif wanted == "error":
        found = [each for each in known if each.kind is Kind.ERROR]
    else:
        raise click.UsageError(f"a step's number or `error`, not {which!r}")
    if not found:
        fail(f"{file}: {word(file, 'no-such-entry', file=file)}", 1)
    return found[-1]
