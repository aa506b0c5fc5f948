"""`tflsp config`: the settings in force for a path, and the files that they come from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tflsp.selection import active_rules
from tflsp.settings import DEFAULTS, OPTIONS, schema
from tflsp.settings_files import SettingsError, load_for

EPILOG = """\b
Examples:
  tflsp config                    for this folder
  tflsp config notebooks/a.ipynb  for a file
  tflsp config --schema           the JSON schema of tflsp.toml
"""


@click.command("config", epilog=EPILOG)
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=".")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--schema", "show_schema", is_flag=True, help="Print the JSON schema of tflsp.toml instead.")
@click.pass_context
def command(ctx: click.Context, path: Path, output_format: str, show_schema: bool) -> None:
    """Show the settings in force for PATH, and where they come from."""
    if show_schema:
        click.echo(json.dumps(schema(), indent=2))
        return
    try:
        loaded = load_for(path.resolve())
    except SettingsError as error:
        click.echo(f"tflsp: {error}", err=True)
        ctx.exit(2)
    rules = [rule.code for rule, _ in active_rules(loaded.settings, path.name)]
    values = {key: getattr(loaded.settings, option.name) for key, option in OPTIONS.items()}
    if output_format == "json":
        files = [str(file) for file in loaded.files]
        click.echo(json.dumps({"files": files, "settings": values, "rules": rules}, ensure_ascii=False, indent=2))
        return
    click.echo("Settings from " + (", extending ".join(str(file) for file in loaded.files) or "no file: defaults"))
    for key, value in values.items():
        origin = "" if value == getattr(DEFAULTS, OPTIONS[key].name) else "  (set)"
        click.echo(f"  {key} = {json.dumps(value, ensure_ascii=False)}{origin}")
    click.echo(f"Rules in force: {', '.join(rules)}")
    for file, problem in loaded.problems:
        hint = f"; did you mean {problem.hint!r}?" if problem.hint and problem.what == "unknown" else ""
        expected = f"; it wants {problem.hint}" if problem.what == "value" else ""
        click.echo(f"tflsp: {file}: {'.'.join(problem.path)} is {_SAYS[problem.what]}{hint}{expected}", err=True)


_SAYS = {"unknown": "not a setting", "value": "not usable"}
