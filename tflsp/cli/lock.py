"""`tflsp lock`: writes tflsp.lock from what the engine has."""

from __future__ import annotations

from pathlib import Path

import click

from tflsp import __version__
from tflsp.checking.files import write_atomically
from tflsp.cli.container.common import engine, telling
from tflsp.cli.container.watcher import TerminalWatcher
from tflsp.container import lock as locking
from tflsp.container.locking import make_lock
from tflsp.container.project import read_project

EPILOG = """\b
Examples:
  tflsp lock           pin the images that the engine has; fetches what is missing
  tflsp lock --pull    ask the registry for newer ones of the same tags first
  tflsp lock --check   change nothing; exit code 1 where tflsp.lock would change
"""


@click.command("lock", epilog=EPILOG)
@click.argument("project", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
@click.option("--pull", is_flag=True, help="Fetch images even where they are there.")
@click.option("--check", is_flag=True, help="Change nothing; say whether the file is current.")
@click.pass_context
def command(ctx: click.Context, project: Path, pull: bool, check: bool) -> None:
    """Pin images by digest, tflsp's packages by hash and tflsp's version in tflsp.lock; commit the file."""
    with telling(ctx):
        wanted = read_project(project)
        path = wanted.folder / locking.NAME
        with engine() as found:
            lock = make_lock(found, wanted, TerminalWatcher(), __version__, pull=pull)
        text = locking.text_of(lock)
        before = path.read_text("utf-8") if path.exists() else None
        if before == text:
            click.echo(f"{path} is current")
            return
        if check:
            click.echo(f"{path} is not current; `tflsp lock` writes it")
            ctx.exit(1)
        write_atomically(path, text.encode())
        for reference, digest in sorted(lock.images.items()):
            click.echo(f"{reference} = {digest}")
        click.echo(f"wrote {path}")
