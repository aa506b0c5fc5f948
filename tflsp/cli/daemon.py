"""`tflsp daemon`: the helper that holds the connections: its state, its end, its log, and how to start it at login."""

from __future__ import annotations

import sys
import time
from datetime import datetime

import click

# Seconds between two looks at a log that is followed.
POLL = 0.2

EPILOG = """\b
Examples:
  tflsp daemon status            what it is connected to, and for whom
  tflsp daemon logs -n 200       the end of its log
  tflsp daemon logs --follow     and what comes, until Ctrl-C
  tflsp daemon stop              end it, with every session; editors start it again
  tflsp daemon unit > ~/.config/systemd/user/tflsp.service
"""


@click.group("daemon", epilog=EPILOG)
def command() -> None:
    """Look after the helper that holds the connections. It starts by itself when it is needed."""


@command.command(epilog="\b\nExamples:\n  tflsp daemon status\n  tflsp daemon status --json | jq .targets")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def status(as_json: bool) -> None:
    """Show what the helper is connected to, and for whom. Exit code 1 where none runs."""
    from tflsp.remote.control import ControlError, NotRunning, request

    try:
        (state,) = request("status", autostart=False)
    except NotRunning as error:
        click.echo("{}" if as_json else error.sentence)
        raise SystemExit(1) from None
    except ControlError as error:
        _fail(error)
    if as_json:
        import json

        click.echo(json.dumps(state, indent=2))
        return
    since = datetime.fromtimestamp(state["began"]).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    click.echo(f"tflsp {state['version']}, process {state['pid']}, since {since}")
    for target in state["targets"]:
        where = "this machine" if target["local"] else target["link"]
        click.echo(f"{target['name']}: {where}, {target['sessions']} sessions, {target['watchers']} watch its GPU")
        for each in target["forwards"]:
            click.echo(f"  127.0.0.1:{each['port']} -> {each['label']} ({each['remote']})")


@command.command(epilog="\b\nExamples:\n  tflsp daemon stop")
def stop() -> None:
    """End the helper and every session that it carries."""
    from tflsp.remote.control import ControlError, NotRunning, request

    try:
        (ended,) = request("stop", autostart=False)
    except NotRunning as error:
        click.echo(error.sentence)
    except ControlError as error:
        _fail(error)
    else:
        click.echo(f"The helper (process {ended['pid']}) ends.")


@command.command(epilog="\b\nExamples:\n  tflsp daemon logs\n  tflsp daemon logs -n 200\n  tflsp daemon logs --follow")
@click.option("-n", "count", type=click.IntRange(min=1), default=50, show_default=True, help="How many lines.")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
def logs(count: int, follow: bool) -> None:
    """Show the end of the helper's log. It holds no document text."""
    from tflsp.remote.daemon_log import lines_of, log_path

    try:
        for piece in lines_of(log_path(), count, (lambda: time.sleep(POLL)) if follow else None):
            click.echo(piece, nl=False)
    except FileNotFoundError:
        click.echo("There is no log yet: no helper has run.")
    except KeyboardInterrupt:
        pass


@command.command(epilog="\b\nExamples:\n  tflsp daemon run")
def run() -> None:
    """Run the helper in the foreground, until it is stopped; for units."""
    from tflsp.remote.daemon import main

    raise SystemExit(main(["--stay"]))


@command.command(epilog="\b\nExamples:\n  tflsp daemon unit > ~/.config/systemd/user/tflsp.service")
@click.option(
    "--for",
    "system",
    type=click.Choice(["systemd", "launchd"]),
    default="launchd" if sys.platform == "darwin" else "systemd",
    show_default=True,
    help="Whose format.",
)
def unit(system: str) -> None:
    """Print a unit that starts the helper with your session: systemd's, or launchd's property list."""
    from tflsp.remote import units

    words = [sys.executable, "-P", "-m", "tflsp.remote.daemon", "--stay"]
    click.echo(units.systemd(words) if system == "systemd" else units.launchd(words), nl=False)


def _fail(error: Exception) -> None:
    click.echo(f"tflsp: {error}", err=True)
    raise SystemExit(2) from None
