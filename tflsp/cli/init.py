"""`tflsp init`: a start for a new project, with everything pinned and nothing overwritten."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template

import click

from tflsp.checking.files import write_atomically
from tflsp.settings import DEFAULTS

# Where a template goes; the keys are files of tflsp/starter.
TARGETS = {
    "README.md": "README.md",
    "journal.md": "journal.md",
    "SUMMARY.md": "SUMMARY.md",
    "best_practices.md": "best_practices.md",
    "troubleshooting_guide.md": "troubleshooting_guide.md",
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
  tflsp init --tensorflow-version 2.9.3  with the patched release
"""


@click.command("init", epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--tensorflow-version", default=DEFAULTS.tensorflow_version, show_default=True, metavar="VERSION")
@click.pass_context
def command(ctx: click.Context, folder: Path, tensorflow_version: str) -> None:
    """Start a project in FOLDER (default: this one): README, notebooks, journal, settings, pinned container.

    Files that are there already are left as they are.
    """
    names = {"name": folder.resolve().name, "version": tensorflow_version}
    try:
        written, kept = write_starter(folder, names)
    except OSError as error:
        click.echo(f"tflsp: {error.filename}: {error.strerror}", err=True)
        ctx.exit(2)
    for path in written:
        click.echo(f"wrote {path}")
    for path in kept:
        click.echo(f"kept  {path}")
    click.echo("Next: docker compose up -d, and open notebooks/ in your editor.")


def write_starter(folder: Path, names: dict[str, str]) -> tuple[list[Path], list[Path]]:
    """Write the starter's files. Gives what was written and what was there already. Raises OSError."""
    written: list[Path] = []
    kept: list[Path] = []
    for source, target in TARGETS.items():
        path = folder / target
        if path.exists():
            kept.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = Template(files("tflsp.starter").joinpath(source).read_text(encoding="utf-8")).substitute(names)
        write_atomically(path, text.encode())
        written.append(path)
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    return written, kept
