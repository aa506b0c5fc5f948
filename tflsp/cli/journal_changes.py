"""What the commands of `tflsp journal` share that change several files: showing a change, writing it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff

import click

from tflsp.checking.files import decode
from tflsp.checking.journal_guides import FileChange, NotWritten, write_changes
from tflsp.cli.journal_common import fail
from tflsp.cli.journal_show import printable


def show(changes: Sequence[FileChange]) -> None:
    """The changes as a unified diff."""
    for change in changes:
        name = str(change.path)
        old, new = decode(change.old or b""), decode(change.new)
        before = "/dev/null" if change.old is None else name
        lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), before, name)
        click.echo(printable("".join(each if each.endswith("\n") else f"{each}\n" for each in lines)), nl=False)


def write(changes: Sequence[FileChange], language: str) -> None:
    """Write all or none; exits with a message, in this language, where that cannot be."""
    try:
        write_changes(changes)
    except NotWritten as error:
        fail(error.said(language), 1)
    except OSError as error:
        where = error.filename or ", ".join(str(change.path) for change in changes)
        fail(f"{where}: {error.strerror}", 2)
