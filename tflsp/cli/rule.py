"""`tflsp rule`: the page of a rule, or the table of all."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from tflsp.rules.base import Rule, all_rules
from tflsp.rules.pages import page

EPILOG = """\b
Examples:
  tflsp rule TFL101
  tflsp rule image-latest
  tflsp rule --all --output-format json
"""


@click.command("rule", epilog=EPILOG)
@click.argument("selector", required=False, metavar="[CODE|NAME]")
@click.option("--all", "every", is_flag=True, help="Every rule, one line each.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, selector: str | None, every: bool, output_format: str) -> None:
    """Explain a rule: what it finds, why, examples, and how safe its fix is."""
    if every or selector is None:
        rules = list(all_rules().values())
        if output_format == "json":
            click.echo(json.dumps([described(rule) for rule in rules], ensure_ascii=False, indent=2))
        else:
            for rule in rules:
                click.echo(f"{rule.code}  {rule.severity.label:<12}{'' if rule.enabled else 'off  '}{rule.name}")
        return
    found = find(selector)
    if found is None:
        click.echo(f"tflsp: no rule is called {selector!r}; `tflsp rule --all` lists them", err=True)
        ctx.exit(2)
    elif output_format == "json":
        click.echo(json.dumps(described(found) | {"page": page(found.code).text}, ensure_ascii=False, indent=2))
    else:
        _show(page(found.code).text)


def find(selector: str) -> Rule | None:
    """A rule by code (in either case) or name."""
    wanted = selector.strip().lower()
    return next((rule for rule in all_rules().values() if wanted in (rule.code.lower(), rule.name)), None)


def described(rule: Rule) -> dict[str, Any]:
    """A rule as JSON."""
    text = page(rule.code)
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.label,
        "enabled": rule.enabled,
        "since": rule.since,
        "what": text.section("What it does"),
        "messages": {language: dict(messages) for language, messages in text.messages.items()},
        "url": text.path.as_uri(),
    }


def _show(text: str) -> None:
    if not sys.stdout.isatty():
        click.echo(text.rstrip())
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
