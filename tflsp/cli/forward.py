"""`tflsp forward`: Jupyter, TensorBoard and other ports of a container on this machine, held open by the daemon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

EPILOG = """\b
Examples:
  tflsp forward                              Jupyter and TensorBoard of this project
  tflsp forward tflsp-mnist-1a2b3c jupyter   of a container, by name
  tflsp forward 8501                         any port: here under the same number, else another
  tflsp forward 9000:8501                    here under 9000
  tflsp forward --list                       what is open
  tflsp forward --stop                       close this project's
"""


@click.command("forward", epilog=EPILOG)
@click.argument("words", nargs=-1, metavar="[NAME] [jupyter|tensorboard|[LOCAL:]PORT]...")
@click.option("--list", "listing", is_flag=True, help="Show what is open, for every container.")
@click.option("--stop", is_flag=True, help="Close the forwards of the container.")
@click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")
def command(words: tuple[str, ...], listing: bool, stop: bool, as_json: bool) -> None:
    """Hold ports of the container open on this machine's loopback, until they are stopped."""
    from tflsp.remote.control import ControlError, NotRunning, request

    try:
        if listing:
            _show(list(request("forwards", autostart=False)), as_json, "Nothing is forwarded.")
            return
        name, what = _target(words)
        if stop:
            closed = list(request("unforward", target=name, autostart=False))
            _show(closed, as_json, "Nothing was forwarded.", "closed ")
        else:
            _show(list(request("forward", target=name, what=what)), as_json, "Nothing to forward.")
    except NotRunning:
        _show([], as_json, "Nothing is forwarded.")
    except ControlError as error:
        click.echo(f"tflsp: {error}", err=True)
        raise SystemExit(2) from None


def _target(words: tuple[str, ...]) -> tuple[str, list[str]]:
    """The container's name, given first or that of the current folder's project, and what to forward."""
    from tflsp.remote.targets import all_targets, target_of

    if words and any(words[0] == target.name for target in all_targets()):
        return words[0], list(words[1:])
    found = target_of(Path.cwd())
    if found is None:
        first = (
            f"{words[0]!r} names no container, and this folder has none" if words else "This folder has no container"
        )
        raise click.UsageError(f"{first}. Start one with `tflsp up`, or name one.")
    return found.name, list(words)


def _show(forwards: list[dict[str, Any]], as_json: bool, nothing: str, verb: str = "") -> None:
    if as_json:
        import json

        for each in forwards:
            click.echo(json.dumps(each))
    elif not forwards:
        click.echo(nothing)
    else:
        for each in forwards:
            place = each.get("url", f"127.0.0.1:{each['port']}")
            click.echo(f"{verb}{each['target']} {each['label']}: {place} -> {each['remote']}")
