"""Checking again whenever a file changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from watchfiles import DefaultFilter, watch


def watch_paths(paths: Sequence[Path], check: Callable[[], object]) -> None:
    """Run ``check`` now and after every change below ``paths``, until interrupted."""
    from tflsp.checking.checker import forget_settings

    def again() -> None:
        # A changed settings file must be seen.
        forget_settings()
        click.clear()
        check()
        click.echo("Watching for changes; Ctrl-C ends.", err=True)

    again()
    for _ in watch(*paths, watch_filter=DefaultFilter(), raise_interrupt=False):
        again()
