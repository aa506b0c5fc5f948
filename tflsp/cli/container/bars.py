"""Progress of pulls and builds on a terminal: a bar per layer, a bar for a build's steps."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, Task, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from tflsp.container.engines import Progress as News

# More layers than fit on a screen make the display flicker: those that are done go first.
_MOST_BARS = 16
_DONE = ("Pull complete", "Already exists", "Download complete")


class _Amount(DownloadColumn):
    """Bytes of a layer, or steps of a build."""

    def render(self, task: Task) -> Text:
        if task.fields.get("steps"):
            return Text(f"{task.completed:.0f} of {task.total or 0:.0f}")
        return super().render(task)


def show(news: Iterator[News]) -> None:
    """Run a pull or a build to its end, with a bar for each layer and one for the steps; they are gone afterwards."""
    columns = (TextColumn("  {task.description}"), BarColumn(), _Amount(), TimeElapsedColumn())
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with Progress(*columns, console=console, transient=True) as progress:
        _follow(progress, news)


def _follow(progress: Progress, news: Iterator[News]) -> None:
    bars: dict[str, TaskID] = {}
    for each in news:
        if each.status.startswith("Pulling from") or (not each.item and each.total is None):
            continue
        words = (each.item or "step") + " " + each.status[:50]
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
