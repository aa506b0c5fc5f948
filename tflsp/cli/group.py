"""All commands for click: one module per command, loaded when it is called."""

from __future__ import annotations

import click

from tflsp import __version__

COMMANDS = {
    "check": "Find problems in files and folders, and mend them.",
    "config": "Show the settings in force for a path, and where they come from.",
    "init": "Start a project: folders, journal, settings, pinned container.",
    "up": "Build or pull the image and start this project's container.",
    "down": "Remove the container; data stays unless you say --volumes.",
    "status": "Show containers, their health, and who is connected.",
    "restart": "Restart the container.",
    "logs": "Show the container's log.",
    "shell": "Open a shell in the container, or run a command there.",
    "forward": "Hold ports of the container open here: Jupyter, TensorBoard.",
    "doctor": "Say what is wrong with the set-up, and what to do.",
    "lock": "Pin the image's digest and tflsp's packages in tflsp.lock.",
    "ssh-config": "Let ssh, VS Code and others find the containers.",
    "connect": "Join an editor to the server in a container, over standard streams.",
    "daemon": "Look after the helper that holds the connections.",
    "gpu": "Show what the GPUs are doing.",
    "journal": "Write the debugging journal: goal, step, error, conclusion.",
    "rule": "Explain a rule.",
    "explain": "Explain the errors in a log or a notebook: likely causes, what to do.",
    "serve": "Run the language server.",
    "health": "Say whether this container can be worked in.",
    "version": "Show versions.",
    "completion": "Print the completion script of a shell.",
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is used: `check` must not pay for what it does not need."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"tflsp.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            raise click.UsageError(f"No such command {args[0]!r}. Did you mean {close[0]!r}?", ctx) from error


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  tflsp init mnist                         a new project
  tflsp check .                            what is wrong in this folder
  tflsp check --fix notebooks/             mend what can be mended safely
  tflsp journal step notebooks/exp.ipynb   the next debug step, filled in
  tflsp rule TFL101                        what a rule finds, and why
""",
)
@click.version_option(__version__, prog_name="tflsp")
def group() -> None:
    """Warns while you work in a TensorFlow 2.9 container: images, secrets, batches, data at risk."""
