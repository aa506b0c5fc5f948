"""`tflsp journal timeline`: an experiment for a terminal, as Markdown, or as a page of its own."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tflsp.cli.journal_common import FILE, fail, language_for, language_told, read, word

if TYPE_CHECKING:
    from tflsp.journal.timeline import Timeline

_FORMATS = ("terminal", "markdown", "html")
_SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html"}


@click.command(
    "timeline",
    epilog="""\b
Examples:
  tflsp journal timeline exp.ipynb
  tflsp journal timeline exp.ipynb --metric val_loss --output timeline.md
  tflsp journal timeline exp.ipynb --open
""",
)
@FILE
@click.option("--format", "form", type=click.Choice(_FORMATS), help="By default that of --output's name, or terminal.")
@click.option(
    "--metric", metavar="NAME", help="The metric to plot; by default the goal's, or the one that is judged by."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--open", "opens", is_flag=True, help="Show the page in a browser.")
def command(file: Path, form: str | None, metric: str | None, output: Path | None, opens: bool) -> None:
    """Show the experiment in FILE: its steps with what was changed, a metric per step as a plot, and its errors."""
    from tflsp.checking.files import write_atomically

    if opens and form not in (None, "html"):
        raise click.UsageError("--open shows a page: it goes with --format html")
    timeline = _read(file, metric)
    chosen = form or ("html" if opens else _SUFFIXES.get(output.suffix.lower(), "terminal") if output else "terminal")
    text = _written(timeline, chosen)
    if opens and output is None:
        output = _page_for(file)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        fail(f"{output}: {error.strerror}", 2)
    click.echo(output)
    if opens:
        import webbrowser

        if not webbrowser.open(output.resolve().as_uri()):
            fail(word(file, "no-browser", page=output), 1)


def _read(file: Path, metric: str | None) -> Timeline:
    from tflsp.journal.timeline import UnknownMetricError, timeline_of

    try:
        timeline = timeline_of(read(file)[1], metric=metric, language=language_for(file))
    except UnknownMetricError as error:
        fail(f"{file}: {error.said(language_told(file))}", 1)
    if not timeline.steps and not timeline.errors:
        fail(f"{file}: {word(file, 'no-timeline', file=file)}", 1)
    return timeline


def _written(timeline: Timeline, form: str) -> str:
    if form == "html":
        from tflsp.journal.timeline_html import html_timeline

        return html_timeline(timeline)
    if form == "markdown":
        from tflsp.journal.timeline_markdown import markdown_timeline

        return markdown_timeline(timeline)
    from shutil import get_terminal_size

    from tflsp.cli.journal_show import printable
    from tflsp.journal.timeline_terminal import terminal_timeline

    return printable(terminal_timeline(timeline, min(get_terminal_size().columns, 120)))


def _page_for(file: Path) -> Path:
    """Where the page of a journal goes that nobody named a place for: the same each time."""
    from tflsp.places import state_folder

    path = file.resolve()
    code = sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return state_folder() / "timelines" / f"{path.stem}-{code}.html"
