"""`tflsp journal`: goals, debug steps, errors and conclusions, written where they belong; journals listed and shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from tflsp.checking.journal_files import now
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Step
from tflsp.facts.journal_lines import change_in
from tflsp.journal.entries import CapturedError, CapturedRun, filled

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = """\b
Examples:
  tflsp journal goal exp.ipynb "Why does accuracy stop at 92 %?" --criterion "val_accuracy > 97%"
  tflsp journal step exp.ipynb --title "Lower learning rate" --change "learning_rate: 0.01 -> 0.001"
  tflsp journal error journal.md --log train.log
  tflsp journal conclusion exp.ipynb "The learning rate was too high." --goal-met
  tflsp journal list notebooks/
  tflsp journal show exp.ipynb 2
  tflsp journal check-templates
\b
Exit code: 0 done, 1 nothing was inserted or a template is wrong, 2 error.
"""
FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.group("journal", epilog=EPILOG)
def command() -> None:
    """Write the debugging journal in Markdown, notebooks (.ipynb) and percent scripts, in English or Chinese.

    Entries follow the language, heading levels and numbering of the file; what is there already stays as it is.
    """


def _insertion(function: F) -> F:
    """The options that all commands have which insert something."""
    for option in reversed(
        (
            click.option(
                "--line", type=click.IntRange(1), metavar="N", help="Insert behind the section or cell of line N."
            ),
            click.option(
                "--after", type=click.IntRange(1), metavar="CELL", help="Insert behind cell CELL of a notebook, from 1."
            ),
            click.option(
                "--stdin",
                "text",
                is_flag=True,
                callback=lambda context, option, wanted: _unsaved() if wanted else None,
                help="Read what an editor has for FILE from standard input; print the entry, leave FILE as it is.",
            ),
            click.option("--language", type=click.Choice(["en", "zh"]), help="For a file that has no language yet."),
            click.option("--dry-run", is_flag=True, help="Show the change; write nothing."),
            click.option("--json", "as_json", is_flag=True, help="Print what was inserted as JSON."),
        )
    ):
        function = option(function)
    return FILE(function)


@command.command("goal", epilog='Example:  tflsp journal goal exp.ipynb "Why 92 %?" --criterion "val_accuracy > 97%"')
@_insertion
@click.argument("question", default="")
@click.option("--hypothesis", "hypotheses", multiple=True, metavar="TEXT", help="What is assumed; can be given again.")
@click.option("--criterion", default="", metavar="TEXT", help='When the goal is reached: "val_accuracy > 97%".')
def goal(question: str, hypotheses: tuple[str, ...], criterion: str, **options: Any) -> None:
    """Insert the goal at the top of FILE, or show that it has one.

    What the code trains with is kept in .tflsp/journal.db, so that the first step tells what has changed.
    """
    _insert(Goal(question, hypotheses, criterion), **options)
    if not options["dry_run"]:
        from tflsp.cli.journal_capture import keep_with_goal

        keep_with_goal(options["file"], options["text"])


@command.command("step", epilog='Example:  tflsp journal step exp.ipynb --change "learning_rate: 0.01 -> 0.001"')
@_insertion
@click.option("--title", default="", metavar="TEXT")
@click.option("--change", "changes", multiple=True, metavar="CHANGE", help='"NAME: OLD -> NEW"; can be given again.')
@click.option("--optimizer", default="", metavar="TEXT")
@click.option("--result", default="", metavar="TEXT")
@click.option("--analysis", default="", metavar="TEXT")
@click.option(
    "--log", type=click.File("r", errors="replace"), help="Take results from a run's output or CSV log, or from -."
)
@click.option("--no-capture", is_flag=True, help="Fill in nothing but the date.")
def step(
    title: str,
    changes: tuple[str, ...],
    optimizer: str,
    result: str,
    analysis: str,
    log: Any,
    no_capture: bool,
    **options: Any,
) -> None:
    """Insert the next debug step into FILE, filled in from its code, its saved outputs (a notebook's) and git.

    Changes are those since the last step, whose hyperparameters .tflsp/journal.db keeps, or else git.
    """
    entry = Step(0, title, "", "", tuple(map(_change, changes)), optimizer, result, "", analysis)
    if no_capture:
        _insert(filled(entry, CapturedRun(when=now())), **options)
        return
    from tflsp.cli.journal_capture import filled_from_run, keep_for_next

    file, language = options["file"], options["language"] or _language(options["file"])
    found, known = filled_from_run(file, entry, language, log, now(), options["text"])
    made = _insert(known, **options)
    if isinstance(made, Step) and not options["dry_run"]:
        keep_for_next(file, made.number, found)


@command.command("error", epilog="Example:  tflsp journal error journal.md --log train.log")
@_insertion
@click.option("--title", default="", metavar="TEXT", help="What the error is called: OOM, shape mismatch.")
@click.option("--message", default="", metavar="TEXT", help="What was shown.")
@click.option(
    "--message-from", type=click.File("r", errors="replace"), help="Take what was shown from a file, or from -."
)
@click.option("--analysis", default="", metavar="TEXT")
@click.option("--solution", default="", metavar="TEXT")
@click.option("--advice", default="", metavar="TEXT", help="What to do from now on.")
@click.option("--log", type=click.File("r", errors="replace"), help="Find the error in a run's output, or in -.")
@click.option("--no-capture", is_flag=True, help="Fill in nothing but the date.")
def error(
    title: str,
    message: str,
    message_from: Any,
    analysis: str,
    solution: str,
    advice: str,
    log: Any,
    no_capture: bool,
    **options: Any,
) -> None:
    """Insert an error log into FILE; an error whose message is there already is not inserted again.

    Without a message it is the error that --log ends with, or a notebook's saved outputs: what it says, where, likely
    causes and what to try, as `tflsp explain` knows them. Secrets become dots.
    """
    if message_from is not None:
        message = message_from.read(MESSAGE + 1)
        if len(message) > MESSAGE:
            raise click.UsageError(f"the message is longer than {MESSAGE} characters; give the part that matters")
    entry = ErrorLog(title, message, "", "", analysis, solution, advice)
    found = None if message or no_capture else _error_found(log, options["file"], options["language"], options["text"])
    _insert(filled(entry, found or CapturedError(when=now())), **options)


def _error_found(log: Any, file: Path, language: str | None, text: str | None) -> CapturedError | None:
    from tflsp.cli.journal_errors import error_from_run

    try:
        found = error_from_run(file, language or _language(file), None if log is None else log.read(), now(), text)
    except OSError as error:
        _fail(f"{file}: {error.strerror}", 2)
    if found is None and log is not None:
        _fail("there is no error in the log that tflsp knows; give --message", 1)
    return found


# A message longer than this (code points) makes a journal unreadable.
MESSAGE = 20_000


@command.command(
    "conclusion", epilog='Example:  tflsp journal conclusion exp.ipynb "It was the learning rate." --goal-met'
)
@_insertion
@click.argument("said", default="", metavar="[TEXT]")
@click.option("--best", default="", metavar="TEXT", help="The best result.")
@click.option("--goal-met/--goal-missed", default=None, help="Whether the goal was reached.")
@click.option("--next", "following", default="", metavar="TEXT", help="What to do next.")
@click.option(
    "--log", type=click.File("r", errors="replace"), help="Take results from a run's output or CSV log, or from -."
)
@click.option("--no-capture", is_flag=True, help="Fill in nothing.")
def conclusion(
    said: str, best: str, goal_met: bool | None, following: str, log: Any, no_capture: bool, **options: Any
) -> None:
    """Insert the conclusion at the end of FILE, or show that it has one.

    The best value of the goal's metric, in the steps and in the last run, and whether the goal is met are filled in.
    """
    entry: Entry = Conclusion(said, best, goal_met, following)
    if not no_capture:
        from tflsp.cli.journal_capture import filled_from_run

        file, language = options["file"], options["language"] or _language(options["file"])
        entry = filled_from_run(file, entry, language, log, now(), options["text"])[1]
    _insert(entry, **options)


def _unsaved() -> str:
    from tflsp.checking.files import decode

    return decode(sys.stdin.buffer.read())


def _insert(
    entry: Entry,
    file: Path,
    line: int | None,
    after: int | None,
    text: str | None,
    language: str | None,
    dry_run: bool,
    as_json: bool,
) -> Entry:
    """Insert an entry and tell of it; gives it as it was inserted, with its number."""
    from tflsp.checking.journal_files import cell_of, insert_into, line_of
    from tflsp.cli.journal_show import printable
    from tflsp.journal.templates import TemplateError
    from tflsp.journal.writing import NotInserted
    from tflsp.text import apply_edits

    try:
        old, made = insert_into(
            file,
            entry,
            language=language or _language(file),
            line=line,
            after=after,
            write=not dry_run,
            text=text,
        )
    except (NotInserted, TemplateError) as error:
        _fail(f"{file}: {error}", 1)
    except OSError as error:
        _fail(f"{file}: {error.strerror}", 2)
    new = apply_edits(old, [made.edit])
    where = line_of(file, new, made)
    number = made.entry.number if isinstance(made.entry, Step) else None
    if as_json:
        record = {"path": str(file), "line": where, "language": made.language, "number": number, "text": made.text}
        if (cell := cell_of(file, old, made)) is not None:
            record["cell"] = cell
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif text is not None:
        click.echo(printable(made.text), nl=False)
    elif dry_run:
        lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), str(file), str(file))
        click.echo(printable("".join(each if each.endswith("\n") else f"{each}\n" for each in lines)), nl=False)
    else:
        click.echo(f"{file}:{where}: {made.text.split(chr(10), 1)[0].lstrip('# ')}")
    return made.entry


@command.command("list", epilog="Example:  tflsp journal list notebooks/")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
def list_(paths: tuple[Path, ...], as_json: bool) -> None:
    """List the entries of the journals in PATHS (default: this folder)."""
    from tflsp.checking.discovery import discover
    from tflsp.cli.journal_show import entries_in, line_about, record

    found = [each for path in discover(list(paths) or [Path()]) for each in entries_in(path, explicit=path in paths)]
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(line_about(each))


@command.command("show", epilog="Example:  tflsp journal show exp.ipynb 2")
@FILE
@click.argument("which", default="", metavar="[NUMBER|KIND]")
@click.option("--json", "as_json", is_flag=True, help="Print the entries with their fields as JSON.")
def show(file: Path, which: str, as_json: bool) -> None:
    """Show the entries of FILE: all, one step by its NUMBER, or those of a KIND (goal, step, error, conclusion)."""
    from tflsp.cli.journal_show import entries_in, printable, record

    if not file.exists():
        _fail(f"{file}: No such file or directory", 2)
    wanted = which.lstrip("#＃").lower()
    found = [
        each
        for each in entries_in(file, explicit=True)
        if not wanted or wanted in (str(each.entry.kind), str(each.entry.number or ""))
    ]
    if not found:
        _fail(f"{file}: there is no entry{f' {which!r}' if which else ''}; `tflsp journal list {file}` shows all", 1)
    if as_json:
        click.echo(json.dumps([record(each) for each in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(printable(each.entry.text) for each in found))


@command.command("check-templates", epilog="Example:  tflsp journal check-templates")
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
            _fail(f"{path}: {error.strerror}", 2)
        for fault in template_faults(Kind(kind), language, source):
            faults += 1
            click.echo(f"{path}:{fault.line}: {fault.message}")
    click.echo(
        f"{count} templates checked, {faults} faults" if count else "There are no templates in .tflsp/templates."
    )
    click.get_current_context().exit(1 if faults else 0)


def _change(text: str) -> Change:
    found = change_in(text)
    if found is None:
        raise click.UsageError(f'a change is "NAME: OLD -> NEW", not {text!r}')
    return Change(found["name"].strip(), found["old"].strip(), found["new"].strip())


def _language(file: Path) -> str:
    """The language of a document that has none: the settings', where they name one, or the terminal's."""
    from tflsp.cli.doctor import language_of_terminal
    from tflsp.settings_files import SettingsError, load_for

    try:
        loaded = load_for(file.resolve().parent)
    except SettingsError as error:
        _fail(str(error), 2)
    return loaded.settings.language if "language" in loaded.mapping else language_of_terminal()


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"tflsp: {message}", err=True)
    sys.exit(code)
