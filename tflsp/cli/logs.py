"""`tflsp logs`: what the container wrote, with Jupyter's token blotted out."""

from __future__ import annotations

import click

from tflsp.cli.container.common import container_meant, engine, name_meant, telling
from tflsp.container.readiness import without_secrets

EPILOG = """\b
Examples:
  tflsp logs             this folder's container
  tflsp logs -f          and what comes, until Ctrl-C
  tflsp logs --tail 20   the last lines
"""


@click.command("logs", epilog=EPILOG)
@click.argument("which", required=False, metavar="[NAME or FOLDER]")
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@click.option("--tail", type=click.IntRange(min=0), metavar="LINES", help="Only the last lines.")
@click.pass_context
def command(ctx: click.Context, which: str | None, follow: bool, tail: int | None) -> None:
    """Show the container's log: sshd's, Jupyter's and TensorBoard's words."""
    with telling(ctx):
        name = name_meant(which)
        with engine() as found:
            container_meant(found, name)
            rest = b""
            # By the line: a secret may come in two pieces.
            for piece in found.logs(name, tail=tail, follow=follow):
                lines = (rest + piece).split(b"\n")
                rest = lines.pop()
                for line in lines:
                    click.echo(without_secrets(line))
            if rest:
                click.echo(without_secrets(rest))
