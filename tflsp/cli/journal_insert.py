"""What the commands of `tflsp journal` share that insert an entry: their options, and the insertion itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any, TypeVar

import click

from tflsp.cli.journal_common import FILE, fail, language_for, unsaved, word
from tflsp.facts.journal_entries import Entry, Step

F = TypeVar("F", bound=Callable[..., Any])


def insertion(function: F) -> F:
    """The options that all commands have which insert something."""
    for option in reversed(
        (
            click.option(
                "--line", type=click.IntRange(1), metavar="N", help="Insert behind the section or cell of line N."
            ),
            click.option(
                "--after", type=click.IntRange(1), metavar="CELL", help="Insert behind cell CELL of a notebook, from 1."
            ),
            unsaved("print the entry, leave FILE as it is."),
            click.option("--language", type=click.Choice(["en", "zh"]), help="For a file that has no language yet."),
            click.option("--dry-run", is_flag=True, help="Show the change; write nothing."),
            click.option("--json", "as_json", is_flag=True, help="Print what was inserted as JSON."),
        )
    ):
        function = option(function)
    return FILE(function)


def insert(
    entry: Entry,
    file: Path,
    line: int | None,
    after: int | None,
    text: str | None,
    language: str | None,
    dry_run: bool,
    as_json: bool,
) -> Entry:
    """Insert an entry and tell of it; gives it as it was inserted, with its number."""
    from tflsp.checking.journal_files import cell_of, insert_into, line_of
    from tflsp.cli.journal_show import printable
    from tflsp.journal.templates import TemplateError
    from tflsp.journal.writing import NotInserted
    from tflsp.text import apply_edits

    is_new = not file.exists()
    try:
        old, made = insert_into(
            file,
            entry,
            language=language or language_for(file),
            line=line,
            after=after,
            write=not dry_run,
            text=text,
        )
    except (NotInserted, TemplateError) as error:
        fail(f"{file}: {error.said(language_for(file))}", 1)
    except OSError as error:
        fail(f"{file}: {error.strerror}", 2)
    new = apply_edits(old, [made.edit])
    where = line_of(file, new, made)
    number = made.entry.number if isinstance(made.entry, Step) else None
    if as_json:
        record = {"path": str(file), "line": where, "language": made.language, "number": number, "text": made.text}
        if (cell := cell_of(file, old, made)) is not None:
            record["cell"] = cell
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif text is not None:
        click.echo(printable(made.text), nl=False)
    elif dry_run:
        lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), str(file), str(file))
        click.echo(printable("".join(each if each.endswith("\n") else f"{each}\n" for each in lines)), nl=False)
    else:
        new_file = f" ({word(file, 'new-file')})" if is_new else ""
        click.echo(f"{file}:{where}: {made.text.split(chr(10), 1)[0].lstrip('# ')}{new_file}")
    return made.entry
