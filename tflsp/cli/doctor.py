"""`tflsp doctor`: what is wrong on this machine and in the container, and what to do."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tflsp.locales import language_of_environment

if TYPE_CHECKING:
    from tflsp.doctor import Complaint, Machine, Words

EPILOG = """\b
Examples:
  tflsp doctor                    this machine, and this folder's container
  tflsp doctor tflsp-mnist-1a2b3c another container, by name
  tflsp doctor --fix              mend what can be mended safely, asking first
  tflsp doctor --json             for programs and for reports
\b
Exit code: 0 nothing is wrong, 1 something is, 2 an error.
"""


@click.command("doctor", epilog=EPILOG)
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely; asks before each change.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of the report.")
@click.pass_context
def command(ctx: click.Context, name: str | None, as_json: bool, fix: bool, yes: bool, language: str | None) -> None:
    """Say what is wrong with the set-up, and what to do. Looks at this machine and, where one runs, into the container
    of this folder (or NAME); works inside a container as well."""
    from tflsp.doctor import State, run
    from tflsp.doctor.here import here
    from tflsp.doctor.records import report
    from tflsp.remote.targets import TargetError

    language = language or language_of_environment()
    try:
        machine = here(Path.cwd(), name)
    except (TargetError, OSError) as error:
        click.echo(f"tflsp: {error}", err=True)
        ctx.exit(2)
    complaints = run(machine)
    if fix:
        complaints = _mended(machine, complaints, language, yes=yes)
    inside, notes = _inside(machine, language)
    complaints += inside
    if as_json:
        click.echo(json.dumps(report(machine, complaints, language, notes), ensure_ascii=False, indent=2))
    else:
        from tflsp.cli.doctor_show import show

        show(machine, complaints, notes, language, sys.stdout)
    ctx.exit(1 if any(complaint.state is State.PROBLEM for complaint in complaints) else 0)


def _inside(machine: Machine, language: str) -> tuple[list[Complaint], list[Words]]:
    from tflsp.doctor.inside import look_inside

    found = look_inside(machine, language)
    return (found, []) if isinstance(found, list) else ([], [found])


def _mended(machine: Machine, complaints: list[Complaint], language: str, *, yes: bool) -> list[Complaint]:
    """The complaints after what can be mended was."""
    from tflsp.doctor.fixing import NotFixed, carry_out
    from tflsp.doctor.running import run

    again = []
    for complaint in complaints:
        changed = False
        for fix in complaint.result.fixes:
            title = fix.title.of(language)
            if not yes and not _agreed(title):
                continue
            try:
                carry_out(fix, machine)
            except NotFixed as error:
                click.echo(f"tflsp: {error}", err=True)
                continue
            changed = True
            click.echo(title, err=True)
        again += run(machine, [complaint.check]) if changed else [complaint]
    return again


def _agreed(title: str) -> bool:
    try:
        return click.confirm(title, err=True)
    except click.Abort:  # nobody is there to ask
        click.echo("", err=True)
        return False
