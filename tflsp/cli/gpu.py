"""`tflsp gpu`: what the GPUs are doing, here, in a container, or in all of them; once, or for as long as one looks."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import click

from tflsp.cli.gpu_feeds import Failed, Feed, Local, Remote, until_nobody_reads
from tflsp.gpu.problems import problem_of
from tflsp.gpu.records import record_of
from tflsp.gpu.state import Snapshot
from tflsp.locales import language_of_environment

if TYPE_CHECKING:
    from rich.console import RenderableType

CLEAN, WRONG, ERROR = 0, 1, 2
EPILOG = """\b
Examples:
  tflsp gpu                          this machine, or the container that one is in
  tflsp gpu tflsp-mnist-1a2b3c       a container, by name
  tflsp gpu --all --watch            every container, live, with graphs
  tflsp gpu --json | jq .gpus[0].memory.free
  tflsp gpu --json --watch           one JSON object a line
  tflsp gpu --prometheus             for node_exporter's textfile collector
\b
Exit code: 0 shown, or there is no GPU; 1 something is wrong with a GPU; 2 error.
"""


@click.command("gpu", epilog=EPILOG)
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Every container that is known.")
@click.option("--watch", is_flag=True, help="Go on until interrupted.")
@click.option("--json", "as_json", is_flag=True, help="JSON; with --watch one object a line.")
@click.option("--prometheus", is_flag=True, help="Prometheus' text format.")
@click.option(
    "--interval",
    type=click.FloatRange(0.5, 3600),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="With --watch.",
)
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of messages.")
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    every: bool,
    watch: bool,
    as_json: bool,
    prometheus: bool,
    interval: float,
    language: str | None,
) -> None:
    """Show what the GPUs are doing: memory, how busy they are, temperature, power, processes, and what is wrong."""
    if name and every:
        raise click.UsageError("give a NAME or --all, not both")
    if prometheus and (watch or as_json):
        raise click.UsageError("--prometheus goes with neither --watch nor --json")
    language = language or language_of_environment()
    feeds = list(_feeds(name, every))
    try:
        if watch and as_json:
            code = _json_lines(feeds, interval, language)
        elif watch:
            code = _live(feeds, interval, language)
        else:
            code = _once(feeds, language, as_json=as_json, prometheus=prometheus)
    except KeyboardInterrupt:
        code = CLEAN  # that is how one leaves
    except BrokenPipeError:
        # Whoever read has gone. Python would complain once more at the end.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLEAN
    ctx.exit(code)


def _feeds(name: str | None, every: bool) -> Iterator[Feed]:
    if every:
        from tflsp.remote.targets import all_targets

        yield from (Remote(target.name) for target in all_targets())
    elif name:
        yield Remote(name)
    else:
        yield Local()


def _once(feeds: Sequence[Feed], language: str, *, as_json: bool, prometheus: bool) -> int:
    results = [(feed.label, feed.first()) for feed in feeds]
    if not results:
        click.echo("No container is known; start one with `tflsp up`.", err=True)
    found = [(label, result) for label, result in results if isinstance(result, Snapshot)]
    if prometheus:
        from tflsp.gpu.prometheus import exposition

        text = exposition((({"target": label} if label else {}), snapshot) for label, snapshot in found)
        click.echo(text, nl=False)
    elif as_json:
        records = [_record(label, result, language) for label, result in results]
        single = len(feeds) == 1 and not isinstance(results[0][1], Failed)
        indent = 2 if sys.stdout.isatty() else None
        several: Any = records[0] if single else records
        click.echo(json.dumps(several, ensure_ascii=False, indent=indent))
    else:
        from rich.console import Console

        from tflsp.cli.gpu_show import shown

        console = Console(highlight=False)
        for number, (label, snapshot) in enumerate(found):
            console.print(*([""] if number else []), shown(snapshot, language, label), sep="\n")
    for label, result in results:
        if isinstance(result, Failed):
            click.echo(f"tflsp: {label}: {result.why}", err=True)
    return _exit_code(result for _, result in results)


def _json_lines(feeds: Sequence[Feed], interval: float, language: str) -> int:
    for label, result in _stream(feeds, interval):
        sys.stdout.write(json.dumps(_record(label, result, language), ensure_ascii=False) + "\n")
        sys.stdout.flush()
    return CLEAN


def _live(feeds: Sequence[Feed], interval: float, language: str) -> int:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from tflsp.cli.gpu_show import Graphs, shown

    console, graphs = Console(highlight=False), Graphs()
    newest: dict[str, Snapshot | Failed] = {}

    def picture() -> Iterator[RenderableType]:
        for label, result in sorted(newest.items()):
            if isinstance(result, Failed):
                yield Text(f"{label}: {result.why}", style="red")
            else:
                yield shown(result, language, label)
                yield from graphs.shown(label, result, language, console.width)

    if not console.is_terminal:
        for label, result in _stream(feeds, interval):
            newest = {label: result}
            console.print(Group(*picture()))
            sys.stdout.flush()
        return CLEAN
    with Live(console=console, auto_refresh=False, screen=True, vertical_overflow="crop") as live:
        for label, result in _stream(feeds, interval):
            newest[label] = result
            if isinstance(result, Snapshot):
                graphs.add(label, result)
            live.update(Group(*picture()), refresh=True)
    return CLEAN


def _stream(feeds: Sequence[Feed], interval: float) -> Iterator[tuple[str, Snapshot | Failed]]:
    """What the places tell, as it comes, until they all have ended or nobody reads."""
    news: SimpleQueue[tuple[Feed, Snapshot | Failed | None] | None] = SimpleQueue()
    running = set(feeds)
    for feed in feeds:
        feed.start(interval, lambda result, feed=feed: news.put((feed, result)))  # type: ignore[misc]
    until_nobody_reads(lambda: news.put(None))
    try:
        while running:
            try:
                told = news.get(timeout=max(interval, 1.0))
            except Empty:
                for feed in running:
                    if (late := feed.late()) is not None:
                        yield feed.label, late
                continue
            if told is None:
                return
            feed, result = told
            if result is None:
                running.discard(feed)
            else:
                yield feed.label, result
    finally:
        for feed in feeds:
            feed.stop()


def _record(label: str, result: Snapshot | Failed, language: str) -> dict[str, Any]:
    own = {"target": label} if label else {}
    return {**own, **(record_of(result, language) if isinstance(result, Snapshot) else {"error": result.why})}


def _exit_code(results: Iterator[Snapshot | Failed]) -> int:
    code = CLEAN
    for result in results:
        match result:
            case Failed():
                return ERROR
            case Snapshot(problem=str() as problem) if not problem_of(problem).normal:
                code = WRONG
            case Snapshot(gpus=gpus) if any(gpu.problem for gpu in gpus):
                code = WRONG
    return code
