"""`tflsp journal list` and `show`: the entries of journals."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tflsp.cli.journal_common import FILE, fail, unsaved


@click.command("list", epilog="Example:  tflsp journal list notebooks/")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
def list_(paths: tuple[Path, ...], as_json: bool) -> None:
    """List the entries of the journals in PATHS (default: this folder)."""
    from tflsp.checking.discovery import discover
    from tflsp.cli.journal_show import entries_in, line_about, record

    found = [each for path in discover(list(paths) or [Path()]) for each in entries_in(path, explicit=path in paths)]
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(line_about(each))


@click.command("show", epilog="Example:  tflsp journal show exp.ipynb 2")
@FILE
@click.argument("which", default="", metavar="[NUMBER|KIND]")
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
@unsaved("show the entries of that.")
def show(file: Path, which: str, as_json: bool, text: str | None) -> None:
    """Show the entries of FILE: all, one step by its NUMBER, or those of a KIND (goal, step, error, conclusion)."""
    from tflsp.cli.journal_show import entries_in, printable, record

    if text is None and not file.exists():
        fail(f"{file}: No such file or directory", 2)
    wanted = which.lstrip("#＃").lower()
    found = [
        each
        for each in entries_in(file, explicit=True, text=text)
        if not wanted or wanted in (str(each.entry.kind), str(each.entry.number or ""))
    ]
    if not found:
        fail(f"{file}: there is no entry{f' {which!r}' if which else ''}; `tflsp journal list {file}` shows all", 1)
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(printable(each.entry.text) for each in found))
