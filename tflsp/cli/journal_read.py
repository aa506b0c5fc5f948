"""`tflsp journal list` and `show`: the entries of journals."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tflsp.cli.journal_common import FILE, fail, language_told, read, unsaved, word


@click.command("list", epilog="\b\nExample:\n  tflsp journal list notebooks/")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
def list_(paths: tuple[Path, ...], as_json: bool) -> None:
    """List the entries of the journals in PATHS (default: this folder).

    What cannot be read is told; a file that is named itself is then an error (exit code 2), behind the list of the
    others.
    """
    from tflsp.checking.discovery import discover
    from tflsp.checking.journals_below import Unread, documents_among
    from tflsp.cli.journal_show import entries_of, line_about, record, tell_unread

    unread: list[Unread] = []
    documents = documents_among(discover(list(paths) or [Path()]), unread)
    found = [each for path, document in documents for each in entries_of(path, document, explicit=path in paths)]
    tell_unread(unread, language_told((paths or (Path(),))[0]))
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            click.echo(line_about(each))
        if not found and not unread:
            click.echo(f"tflsp: {word((paths or (Path(),))[0], 'no-entries-here')}", err=True)
    click.get_current_context().exit(2 if any(each.path in paths for each in unread) else 0)


@click.command("show", epilog="\b\nExample:\n  tflsp journal show exp.ipynb 2")
@FILE
@click.argument("which", default="", metavar="[NUMBER|KIND]")
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
@unsaved("show the entries of that.")
def show(file: Path, which: str, as_json: bool, text: str | None) -> None:
    """Show the entries of FILE: all, one step by its NUMBER, or those of a KIND (goal, step, error, conclusion)."""
    from tflsp.cli.journal_show import entries_of, printable, record
    from tflsp.documents.opening import open_text

    if text is None and not file.exists():
        fail(f"{file}: No such file or directory", 2)
    document = read(file)[1] if text is None else open_text(file.as_posix(), text)
    wanted = which.lstrip("#＃").lower()
    found = [
        each
        for each in entries_of(file, document, explicit=True)
        if not wanted or wanted in (str(each.entry.kind), str(each.entry.number or ""))
    ]
    if not found:
        why = word(file, "no-entry-called", which=which, file=file) if which else word(file, "no-entry")
        fail(f"{file}: {why}", 1)
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(printable(each.entry.text) for each in found))
