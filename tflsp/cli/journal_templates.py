"""`tflsp journal check-templates`: whether a project's own templates can be used."""

from __future__ import annotations

from pathlib import Path

import click

from tflsp.cli.journal_common import fail


@click.command("check-templates", epilog="Example:  tflsp journal check-templates")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".")
def check_templates(folder: Path) -> None:
    """Check the templates in .tflsp/templates of FOLDER's project: en/ and zh/ with goal.md, step.md, error.md,
    conclusion.md, each in place of ours."""
    from tflsp.checking.journal_files import read_template, template_files
    from tflsp.facts.journal_entries import Kind
    from tflsp.journal.checking import template_faults

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
            click.echo(f"{path}:{fault.line}: {fault.message}")
    click.echo(
        f"{count} templates checked, {faults} faults" if count else "There are no templates in .tflsp/templates."
    )
    click.get_current_context().exit(1 if faults else 0)
