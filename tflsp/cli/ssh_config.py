"""`tflsp ssh-config`: show, install and remove what lets ssh, VS Code and others find the containers by name."""

from __future__ import annotations

import sys

import click

from tflsp.remote import ssh_config, ssh_include
from tflsp.remote.ssh_config import ConfigProblem
from tflsp.remote.ssh_include import Change

EPILOG = """\b
Examples:
  tflsp ssh-config               what ssh is told about the containers
  tflsp ssh-config --install     include it in ~/.ssh/config, after showing the change
  tflsp ssh-config --remove      take it out again; the file is as it was before
"""


@click.command("ssh-config", epilog=EPILOG)
@click.option("--install", "action", flag_value="install", help="Include our file at the top of ~/.ssh/config.")
@click.option("--remove", "action", flag_value="remove", help="Take the Include out, and our file away.")
@click.option("--yes", is_flag=True, help="Change ~/.ssh/config without asking.")
@click.pass_context
def command(ctx: click.Context, action: str | None, yes: bool) -> None:
    """Let ssh, VS Code and others find the containers: `ssh NAME` then works, with the host key pinned."""
    try:
        match action:
            case "install":
                done = offer(yes=yes)
            case "remove":
                done = _offer_removal(yes=yes)
            case _:
                _show()
                done = True
    except (ConfigProblem, OSError) as error:
        click.echo(f"tflsp: {error}", err=True)
        ctx.exit(2)
    if not done:
        click.echo("tflsp: nothing was changed", err=True)
        ctx.exit(1)


def offer(*, yes: bool = False) -> bool:
    """Write our file; show what would change in ~/.ssh/config and change it when the user agrees.

    True where it is included afterwards. `tflsp up` calls this. Raises ConfigProblem.
    """
    ssh_config.write_own()
    change = ssh_include.planned()
    if not change.needed:
        click.echo(f"{change.path} includes {ssh_config.own_path()} already")
        return True
    if not _agreed(change, yes=yes):
        return False
    ssh_include.install(change)
    click.echo(f"changed {change.path}")
    return True


def _offer_removal(*, yes: bool) -> bool:
    change = ssh_include.planned_removal()
    if not change.needed:
        ssh_include.remove(change)
        if ssh_include.is_included(change.before):
            click.echo(f"{change.path} includes tflsp/config by a line that is not tflsp's; it was left", err=True)
        else:
            click.echo(f"{change.path} has nothing of tflsp's")
        return True
    if not _agreed(change, yes=yes):
        return False
    ssh_include.remove(change)
    click.echo(f"removed {change.path}" if change.after is None else f"{change.path} is as it was before")
    return True


def _show() -> None:
    click.echo(ssh_config.render(ssh_config.describable()), nl=False)
    if ssh_include.planned().needed:
        click.echo(f"tflsp: {ssh_include.user_path()} does not include this; `--install` changes that", err=True)


def _agreed(change: Change, *, yes: bool) -> bool:
    for line in change.diff().splitlines():
        click.secho(line, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))
    if yes:
        return True
    if not sys.stdin.isatty():
        click.echo(f"tflsp: {change.path} would change like this; say --yes to agree", err=True)
        return False
    return click.confirm(f"Change {change.path}?", default=True)
