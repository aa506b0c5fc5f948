"""`tflsp down`: the container goes, the data stays unless it is said and agreed that it shall go."""

from __future__ import annotations

import sys

import click

from tflsp.cli.container.common import engine, known_target, name_meant, telling
from tflsp.container.names import NEW, volume_of
from tflsp.container.up import alone
from tflsp.remote import known_hosts, ssh_config, targets
from tflsp.remote.targets import TargetError

EPILOG = """\b
Examples:
  tflsp down                      this folder's container; `tflsp up` brings it back as it was
  tflsp down tflsp-mnist-3f09a1   that container
  tflsp down --volumes            its home folder as well: host key, Jupyter's token, VS Code's server
"""


@click.command("down", epilog=EPILOG)
@click.argument("which", required=False, metavar="[NAME or FOLDER]")
@click.option("--volumes", is_flag=True, help="Remove its data as well; asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def command(ctx: click.Context, which: str | None, volumes: bool, yes: bool) -> None:
    """Remove the container; what is in the project's folder and in mounted folders is never touched."""
    with telling(ctx):
        name = name_meant(which)
        known = known_target(name)
        if known is not None and known.ssh is None:
            targets.remove(name)
            click.echo(f"{name} was a session on this machine; it is forgotten")
            return
        with engine() as found, alone(name):
            container = found.container(name)
            if container is not None and container.specification.name != name:
                raise TargetError(f"{name} was not made by tflsp, so it is left alone")
            volume = volume_of(name)
            has_volume = volumes and found.has_volume(volume)
            if has_volume and not yes and not _agreed(volume):
                click.echo("tflsp: nothing was removed", err=True)
                ctx.exit(1)
            removed = [found.remove(each) for each in (name, name + NEW)]
            gone = [name] if any(removed) else []
            if has_volume and found.remove_volume(volume):
                gone.append(f"volume {volume}")
            if volumes:
                known_hosts.unpin(name)
                targets.remove(name)
                ssh_config.write_own()
        click.echo(f"removed {' and '.join(gone)}" if gone else f"there is no container {name}; nothing to do")
        if gone and not volumes:
            click.echo("Its home folder stays: host key, Jupyter's token, VS Code's server. `tflsp up` uses it again.")


def _agreed(volume: str) -> bool:
    question = f"Remove the volume {volume} with everything in the container's home folder?"
    if not sys.stdin.isatty():
        click.echo(f"tflsp: {question} Say --yes to agree.", err=True)
        return False
    return click.confirm(question, default=False, err=True)
