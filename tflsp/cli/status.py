"""`tflsp status`: all containers and sessions, how they are, and what the settings want otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

import click

from tflsp.cli.container.common import engine, telling
from tflsp.container.faults import EngineError, Fault
from tflsp.container.status import Status, statuses
from tflsp.remote.control import ControlError, request

EPILOG = """\b
Examples:
  tflsp status          a table of all
  tflsp status --json   the same for programs
"""
_COLOURS = {"healthy": "green", "running": "green", "local": "green", "unhealthy": "red", "out of memory": "red"}


@click.command("status", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Show every container and local session: health, who is connected, and settings that differ from those in force.

    Exit code 1 where something is not as it should be.
    """
    with telling(ctx):
        try:
            with engine() as found:
                shown = list(_with_connections(statuses(found)))
        except EngineError as error:
            shown = list(_with_connections(statuses(None)))
            if error.fault is not Fault.NO_ENGINE or not shown:
                raise
            click.echo(f"tflsp: {error}", err=True)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in shown], ensure_ascii=False, indent=2))
    elif not shown:
        click.echo("There are no containers. `tflsp up` in a project's folder starts one.")
    else:
        _table(shown)
    ctx.exit(0 if all(each.well for each in shown) else 1)


def _with_connections(shown: Iterable[Status]) -> Iterator[Status]:
    """The same with what the helper holds for each. Where none runs, nobody is connected."""
    try:
        (state,) = request("status", autostart=False)
        held = {target["name"]: target for target in state["targets"]}
    except ControlError:
        held = {}
    for each in shown:
        target = held.get(each.name, {"sessions": 0, "forwards": []})
        ports = tuple(forward["port"] for forward in target["forwards"])
        yield replace(each, editors=target["sessions"], forwards=ports)


def _table(shown: list[Status]) -> None:
    rows = [("NAME", "HEALTH", "EDITORS", "SSH", "FORWARDS", "GPUS", "FOLDER")]
    rows += [
        (
            each.name,
            each.health,
            str(each.editors or "-"),
            f"127.0.0.1:{each.port}" if each.port else "-",
            ",".join(map(str, each.forwards)) or "-",
            ",".join(each.gpus) or "-",
            _short(each.folder),
        )
        for each in shown
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row, status in zip(rows, [None, *shown], strict=True):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if status is not None:
            cells[1] = click.style(cells[1], fg=_COLOURS.get(status.health, "yellow"))
        click.echo("  ".join(cells).rstrip())
        for line in () if status is None else status.drift:
            click.echo(f"    {line}")
    if any(status.drift for status in shown):
        click.echo("`tflsp up --recreate` in its folder brings a container to what its settings say.")


def _short(folder: str) -> str:
    home = str(Path.home())
    return "~" + folder.removeprefix(home) if folder.startswith(home + "/") else folder
