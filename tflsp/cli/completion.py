"""`tflsp completion`: the script that teaches a shell to complete tflsp's commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

EPILOG = """\b
Examples:
  tflsp completion bash >> ~/.bashrc
  tflsp completion zsh  > ~/.zfunc/_tflsp
  tflsp completion fish > ~/.config/fish/completions/tflsp.fish
"""


@click.command("completion", epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the completion script of SHELL."""
    completion = get_completion_class(shell)
    if completion is None:
        raise click.ClickException(f"{shell} is not supported by the installed click")
    click.echo(completion(ctx.find_root().command, {}, "tflsp", "_TFLSP_COMPLETE").source())
