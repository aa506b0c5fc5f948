"""`tflsp restart`: stop, start, wait for health."""

from __future__ import annotations

import click

from tflsp.cli.container.common import container_meant, engine, name_meant, telling
from tflsp.container.readiness import wait_until_ready
from tflsp.container.up import alone

EPILOG = """\b
Examples:
  tflsp restart                      this folder's container
  tflsp restart tflsp-mnist-3f09a1   that container
"""


@click.command("restart", epilog=EPILOG)
@click.argument("which", required=False, metavar="[NAME or FOLDER]")
@click.pass_context
def command(ctx: click.Context, which: str | None) -> None:
    """Restart the container: kernels and servers in it end, files and volumes stay."""
    with telling(ctx):
        name = name_meant(which)
        with engine() as found, alone(name):
            container_meant(found, name)
            found.stop(name)
            found.start(name)
            wait_until_ready(found, name)
        click.echo(f"{name} is up again")
