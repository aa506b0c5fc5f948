"""Shows on standard error what `up` is doing: a bar per layer on a terminal, a line per step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from tflsp.container.engines import Progress


class TerminalWatcher:
    """Tells a person what happens; ``yes`` answers every question."""

    def __init__(self, *, yes: bool = False, quiet: bool = False) -> None:
        self._yes = yes
        self._quiet = quiet

    def step(self, text: str) -> None:
        if not self._quiet:
            click.echo(f"{text} …", err=True)

    def note(self, text: str) -> None:
        click.echo(text, err=True)

    def agrees(self, question: str) -> bool:
        if self._yes:
            return True
        return sys.stdin.isatty() and click.confirm(question, default=False, err=True)

    def follow(self, text: str, news: Iterator[Progress]) -> None:
        self.step(text)
        if self._quiet or not sys.stderr.isatty():
            for _ in news:
                pass
            return
        # Imported when there is something to show: most of the time there is not.
        from tflsp.cli.container.bars import show

        show(news)
