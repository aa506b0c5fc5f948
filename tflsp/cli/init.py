"""`tflsp init`: a start for a new project, with everything pinned and nothing overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

import click

from tflsp.checking.files import write_atomically
from tflsp.journal.guides import BEGINNINGS, FILE_NAMES
from tflsp.locales import language_of_environment
from tflsp.settings import DEFAULTS

# Where a template goes; the keys are files of tflsp/starter, or of its folder for a language.
TARGETS = {
    "README.md": "README.md",
    "journal.md": "journal.md",
    "gitignore": ".gitignore",
    "env.example": ".env.example",
    "tflsp.toml": "tflsp.toml",
    "compose.yaml": "compose.yaml",
    "devcontainer.json": ".devcontainer/devcontainer.json",
}
FOLDERS = ("notebooks", "data", "logs")
EPILOG = """\b
Examples:
  tflsp init                             in this folder
  tflsp init mnist_debugging             in a new folder
  tflsp init --language zh               with its documents in Chinese
  tflsp init --tensorflow-version 2.9.3  with the patched release
"""


@click.command("init", epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--tensorflow-version",
    default=DEFAULTS.tensorflow_version,
    show_default=True,
    metavar="VERSION",
    help="Of the image that everything is pinned to.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), help="Of the documents; by default the terminal's.")
@click.pass_context
def command(ctx: click.Context, folder: Path, tensorflow_version: str, language: str | None) -> None:
    """Start a project in FOLDER (default: this one): README, notebooks, journal, guides, settings, pinned container.

    Files that are there already are left as they are.
    """
    names = {"name": folder.resolve().name, "version": tensorflow_version}
    try:
        written, kept = write_starter(folder, names, language or language_of_environment())
    except OSError as error:
        click.echo(f"tflsp: {error.filename}: {error.strerror}", err=True)
        ctx.exit(2)
    for path in written:
        click.echo(f"wrote {path}")
    for path in kept:
        click.echo(f"kept  {path}")
    click.echo("Next:")
    for line in _next_steps(folder):
        click.echo(f"  {line}")


def _next_steps(folder: Path) -> Iterator[str]:
    """What is to be typed now."""
    here = folder.resolve()
    if here != Path.cwd():
        yield f'cd "{folder}"' if " " in str(folder) else f"cd {folder}"
    if not any((each / ".git").exists() for each in (here, *here.parents)):
        yield "git init && git add . && git commit -m Begin"
    yield "tflsp up                                         # or docker compose up -d"
    yield 'tflsp journal goal notebooks/exp_1.ipynb "..."   # what do you want to find out?'


def write_starter(folder: Path, names: dict[str, str], language: str) -> tuple[list[Path], list[Path]]:
    """Write the starter's files. Gives what was written and what was there already. Raises OSError."""
    written: list[Path] = []
    kept: list[Path] = []
    for target, text in _texts(names, language):
        path = folder / target
        if path.exists():
            kept.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())
        written.append(path)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return written, kept


def _texts(names: dict[str, str], language: str) -> Iterator[tuple[str, str]]:
    """Where a file goes, and what it says."""
    starter = files("tflsp.starter")
    for source, target in TARGETS.items():
        own = starter.joinpath(language, source)
        template = own if own.is_file() else starter.joinpath(source)
        yield target, Template(template.read_text(encoding="utf-8")).substitute(names)
    for guide, name in FILE_NAMES.items():
        yield name, BEGINNINGS[guide][language]
