"""What the commands of `tflsp journal` share: how they fail, in which language they say so, and the language of a file
that has none."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from tflsp.documents.document import Document

F = TypeVar("F", bound=Callable[..., Any])


def _regular(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """A file, or one that is not there yet: a pipe would be waited for, and a link to itself has no place."""
    from tflsp.checking.files import leads_in_a_circle

    if leads_in_a_circle(path):
        from tflsp.journal.refusals import say

        fail(say("circle", language_told(path), path=path), 2)
    if path.exists() and not path.is_file():
        fail(f"{path}: {word(path, 'no-regular-file')}", 2)
    return path


FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False), callback=_regular)


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


def read(file: Path) -> tuple[bytes, Document]:
    """The bytes of FILE and its document; exits where it cannot be read, or is too long for that."""
    from tflsp.checking.journal_files import NotRead, read_file

    try:
        return read_file(file)
    except NotRead as error:
        fail(f"{file}: {error.said(language_told(file))}", 1)
    except OSError as error:
        fail(f"{file}: {error.strerror}", 2)


def near(path: Path) -> Path:
    """A path as it is said from here: relative where it lies below this folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def language_for(file: Path) -> str:
    """The language of a document that has none: the settings', where they name one, or the terminal's."""
    from tflsp.settings_files import SettingsError

    try:
        return _language(file)
    except SettingsError as error:
        fail(str(error), 2)


def word(file: Path, key: str, /, **arguments: object) -> str:
    """What is said of a file, in the settings' language, or the terminal's."""
    from tflsp.cli.journal_words import say

    return say(key, language_told(file), **arguments)


def language_told(file: Path) -> str:
    """The language that a person is told in what there is to tell of a file: as ``language_for``, and never fails."""
    from tflsp.locales import language_of_environment
    from tflsp.settings_files import SettingsError

    try:
        return _language(file)
    except (SettingsError, OSError, RuntimeError):  # of a folder that is a link in a circle
        return language_of_environment()


def _language(file: Path) -> str:
    from tflsp.locales import language_of_environment
    from tflsp.settings_files import load_for

    folder = file if file.is_dir() else file.parent
    loaded = load_for(folder.resolve())
    return loaded.settings.language if "language" in loaded.mapping else language_of_environment()
