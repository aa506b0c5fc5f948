"""`tflsp check` for click, which reads all arguments that `tflsp.cli.quick` leaves to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from tflsp.cli.check_options import OPTIONS, Kind, Option, Options
from tflsp.cli.check_run import check

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = """\b
Examples:
  tflsp check                            everything below this folder
  tflsp check --fix notebooks/           mend what can be mended safely
  tflsp check --diff journal.md          show what --fix would change
  tflsp check --select TFL3 --strict .   only secrets; hints count too
  tflsp check --output-format github .   annotations on GitHub
  cat start.sh | tflsp check --stdin-filename start.sh -
\b
Exit code: 0 clean, 1 findings (hints and information only with --strict), 2 error.
"""
DEFAULTS = Options()


def _option(option: Option) -> Callable[[F], F]:
    declared: dict[str, Any] = {"help": option.help, "default": getattr(DEFAULTS, option.name)}
    match option.kind:
        case Kind.FLAG:
            declared["is_flag"] = True
        case Kind.CHOICE:
            declared |= {"type": click.Choice(option.choices), "show_default": declared["default"] is not None}
        case Kind.CODES:
            declared |= {"multiple": True, "metavar": "CODES"}
        case Kind.PATH | Kind.EXISTING_PATH:
            declared["type"] = click.Path(path_type=Path, exists=option.kind is Kind.EXISTING_PATH)
        case Kind.COUNT:
            declared["type"] = click.IntRange(0)
    return click.option(*option.flags, option.name, **declared)


def _options(function: F) -> F:
    for option in reversed(OPTIONS):
        function = _option(option)(function)
    return function


@click.command("check", epilog=EPILOG)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_options
@click.pass_context
def command(ctx: click.Context, /, **values: Any) -> None:
    """Find problems in PATHS (default: this folder) and mend them.

    Reads Markdown, notebooks, Python, shell, Dockerfiles, compose files, Kubernetes manifests, devcontainer.json and
    .env files, and leaves out what .gitignore names.
    """
    ctx.exit(check(Options(**values)))
