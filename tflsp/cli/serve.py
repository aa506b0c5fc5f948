"""`tflsp serve`: the language server, on standard input and output or on a port."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  tflsp serve                   on standard input and output, as editors start it
  tflsp serve --tcp 127.0.0.1:4389
"""


@click.command("serve", epilog=EPILOG)
@click.option("--stdio", is_flag=True, help="On standard input and output (the default; editors may say so).")
@click.option("--tcp", metavar="[HOST:]PORT", help="Listen on a port instead; HOST is 127.0.0.1 unless given.")
@click.option(
    "--log-level",
    type=click.Choice(["error", "warning", "info", "debug"]),
    default="warning",
    show_default=True,
    help="What goes to standard error; never document text.",
)
def command(stdio: bool, tcp: str | None, log_level: str) -> None:
    """Run the language server."""
    from tflsp.server import serve

    raise SystemExit(serve(tcp=_address(tcp) if tcp else None, log_level=log_level))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise click.BadParameter(f"{text!r} is not [HOST:]PORT, e.g. 127.0.0.1:4389", param_hint="--tcp")
    return host.strip("[]") or "127.0.0.1", int(port)
