"""What the commands of `tflsp journal` share: how they fail, and the language of a file that has none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


def unsaved(purpose: str) -> Callable[[F], F]:
    """The option --stdin, which gives ``text``: what an editor has for FILE and has not saved, or None."""
    return click.option(
        "--stdin",
        "text",
        is_flag=True,
        callback=lambda context, option, wanted: _standard_input() if wanted else None,
        help=f"Read what an editor has for FILE from standard input; {purpose}",
    )


def _standard_input() -> str:
    from tflsp.checking.files import decode

    return decode(sys.stdin.buffer.read())


def fail(message: str, code: int) -> NoReturn:
    """End with a message: code 1 where nothing was done, 2 for an error."""
    click.echo(f"tflsp: {message}", err=True)
    sys.exit(code)


def near(path: Path) -> Path:
    """A path as it is said from here: relative where it lies below this folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def language_for(file: Path) -> str:
    """The language of a document that has none: the settings', where they name one, or the terminal's."""
    from tflsp.cli.doctor import language_of_terminal
    from tflsp.settings_files import SettingsError, load_for

    folder = file if file.is_dir() else file.parent
    try:
        loaded = load_for(folder.resolve())
    except SettingsError as error:
        fail(str(error), 2)
    return loaded.settings.language if "language" in loaded.mapping else language_of_terminal()
