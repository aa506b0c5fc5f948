"""`tflsp connect`, for whoever comes through click: the entry point goes to the thin program without it."""

from __future__ import annotations

import click


@click.command(
    "connect", add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Join an editor to the server in a container, over standard streams."""
    from tflsp.remote.thin import main

    raise SystemExit(main(arguments))
