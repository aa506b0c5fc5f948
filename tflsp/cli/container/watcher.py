"""Shows on standard error what `up` is doing: a bar per layer on a terminal, a line per step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tflsp.container.engines import Progress as News

# More layers than fit on a screen make the display flicker: those that are done go first.
_MOST_BARS = 16
_DONE = ("Pull complete", "Already exists", "Download complete")


class TerminalWatcher:
    """Tells a person what happens; ``yes`` answers every question."""

    def __init__(self, *, yes: bool = False, quiet: bool = False) -> None:
        self._yes = yes
        self._quiet = quiet
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)

    def step(self, text: str) -> None:
        if not self._quiet:
            click.echo(f"{text} …", err=True)

    def note(self, text: str) -> None:
        click.echo(text, err=True)

    def agrees(self, question: str) -> bool:
        if self._yes:
            return True
        return sys.stdin.isatty() and click.confirm(question, default=False, err=True)

    def follow(self, text: str, news: Iterator[News]) -> None:
        self.step(text)
        if not self._console.is_terminal:
            for _ in news:
                pass
            return
        columns = (TextColumn("  {task.description}"), BarColumn(), _Amount(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            _show(progress, news)


class _Amount(DownloadColumn):
    """Bytes of a layer, or steps of a build."""

    def render(self, task):  # type: ignore[no-untyped-def]  # rich leaves the text's type to its own module
        if task.fields.get("steps"):
            from rich.text import Text

            return Text(f"{task.completed:.0f} of {task.total or 0:.0f}")
        return super().render(task)


def _show(progress: Progress, news: Iterator[News]) -> None:
    bars: dict[str, TaskID] = {}
    for each in news:
        if not each.item and each.total is None:
            continue
        words = click.style(each.item or "step") + " " + each.status[:50]
        if each.item not in bars:
            if len(bars) >= _MOST_BARS:
                _drop_a_finished_one(progress, bars)
            bars[each.item] = progress.add_task(words, total=each.total, steps=not each.item)
        if each.status in _DONE:
            total = progress.tasks[progress.task_ids.index(bars[each.item])].total or 1
            progress.update(bars[each.item], description=words, completed=total, total=total)
        else:
            progress.update(bars[each.item], description=words, completed=each.done or 0, total=each.total)


def _drop_a_finished_one(progress: Progress, bars: dict[str, TaskID]) -> None:
    for item, bar in bars.items():
        if progress.tasks[progress.task_ids.index(bar)].finished:
            progress.remove_task(bar)
            del bars[item]
            return
