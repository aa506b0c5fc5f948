"""`tflsp explain`: what an error in a log or a notebook is, what it likely comes from, and what to do."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tflsp.capture.errors import BrokenNotebookError, CapturedErrors, errors_in_notebook, errors_in_text
from tflsp.cli.explain_seen import seen_before
from tflsp.cli.explain_show import record, shown
from tflsp.documents.decoding import read_bytes
from tflsp.locales import language_of_environment
from tflsp.tensorflow.errors.classes import CLASSES
from tflsp.tensorflow.errors.pages import error_page

EPILOG = """\b
Examples:
  tflsp explain train.log
  tflsp explain exp_lr_tuning.ipynb          its saved outputs
  python train.py 2>&1 | tflsp explain -
  tflsp explain --json train.log | jq '.errors[].key'
  tflsp explain --page oom                   the page of one kind of error
  tflsp explain --list                       every kind that is known
\b
Exit code: 0 read, whatever was found; 2 the file cannot be read.
"""


@click.command("explain", epilog=EPILOG)
@click.argument("file", required=False, metavar="FILE|-")
@click.option("--page", "key", metavar="KEY", help="Show what is known of one kind of error.")
@click.option("--list", "every", is_flag=True, help="Every kind of error, one line each.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of explanations.")
@click.pass_context
def command(
    ctx: click.Context, file: str | None, key: str | None, every: bool, as_json: bool, language: str | None
) -> None:
    """Explain the errors in a log, a notebook's outputs or a pasted text: likely causes, and what to do.

    Nothing is run and nothing is sent anywhere; secrets in the text are shown as dots.
    """
    language = language or language_of_environment()
    if sum((file is not None, key is not None, every)) != 1:
        raise click.UsageError("give a FILE (- for standard input), --page KEY or --list")
    if every:
        for each in CLASSES:
            click.echo(f"{each.key:<22}{error_page(each.key).knowledge[language].title}")
    elif key is not None:
        if key not in {each.key for each in CLASSES}:
            click.echo(f"tflsp: no page is called {key!r}; `tflsp explain --list` names them", err=True)
            ctx.exit(2)
        click.echo(error_page(key).path.read_text("utf-8").rstrip())
    elif file is not None:
        found = _read(ctx, file)
        name = "<stdin>" if file == "-" else file
        if found.cut:
            click.echo(f"tflsp: {name}: a long text: only its end was read", err=True)
        fingerprints = {each.report.fingerprint for each in found.errors}
        own = None if file == "-" else Path(file)
        seen = seen_before(fingerprints, own.parent if own is not None else Path(), own)
        if as_json:
            records = [record(each, language, seen) for each in found.errors]
            answer = {"file": name, "errors": records, "notices": found.notices}
            click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            click.echo(shown(name, found, language, seen), nl=False)


def _read(ctx: click.Context, file: str) -> CapturedErrors:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        click.echo(f"tflsp: {file}: {error.strerror}", err=True)
        ctx.exit(2)
    # PowerShell writes UTF-16. What is no text is of no use here.
    text = read_bytes(data).text.encode("utf-8", "replace").decode()
    try:
        if file.endswith(".ipynb") or (file == "-" and text.lstrip()[:1] == "{" and '"nbformat"' in text):
            return errors_in_notebook(text)
    except BrokenNotebookError as error:
        click.echo(f"tflsp: {file}: no notebook can be read from it: {error}", err=True)
        ctx.exit(2)
    return errors_in_text(text, file)
