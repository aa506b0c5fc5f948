"""`tflsp journal check-templates`: whether a project's own templates can be used, and ours to begin them with."""

from __future__ import annotations

from pathlib import Path

import click

from tflsp.cli.journal_common import fail, language_told, word


@click.command(
    "check-templates",
    epilog="""\b
Examples:
  tflsp journal check-templates
  tflsp journal check-templates --begin zh   ours in Chinese, to be changed
""",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".")
@click.option(
    "--begin",
    type=click.Choice(["en", "zh"]),
    help="First write ours for this language into .tflsp/templates; files that are there stay.",
)
def check_templates(folder: Path, begin: str | None) -> None:
    """Check the templates in .tflsp/templates of FOLDER's project: en/ and zh/ with goal.md, step.md, error.md,
    conclusion.md, each in place of ours."""
    from tflsp.checking.journal_files import read_template, template_files
    from tflsp.facts.journal_entries import Kind
    from tflsp.journal.checking import template_faults

    if begin is not None:
        _begin(folder, begin)
    count = faults = 0
    for name, path in template_files(folder.resolve()):
        count += 1
        language, kind = name.split("/")
        try:
            source = read_template(path)
        except OSError as error:
            fail(f"{path}: {error.strerror}", 2)
        for fault in template_faults(Kind(kind), language, source):
            faults += 1
            click.echo(f"{path}:{fault.line}: {fault.why.said(language_told(folder))}")
    if count:
        click.echo(word(folder, "templates-checked", count=count, faults=faults))
    else:
        click.echo(word(folder, "no-templates"))
    click.get_current_context().exit(1 if faults else 0)


def _begin(folder: Path, language: str) -> None:
    """Write our own templates where the project's are looked for, or to ``folder`` where it has none yet."""
    from tflsp.checking.files import write_atomically
    from tflsp.checking.journal_files import TEMPLATES, templates_folder
    from tflsp.journal.templates import KINDS, built_in

    target = (templates_folder(folder.resolve()) or folder / TEMPLATES) / language
    try:
        target.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            path = target / f"{kind}.md"
            if path.exists():
                click.echo(word(folder, "kept", path=path))
                continue
            write_atomically(path, built_in(f"{language}/{kind}").encode())
            click.echo(word(folder, "wrote", path=path))
    except OSError as error:
        fail(f"{error.filename or target}: {error.strerror}", 2)
