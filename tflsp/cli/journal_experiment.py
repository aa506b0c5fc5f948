"""`tflsp journal goal`, `step` and `conclusion`: what was wanted, what was tried, what came out."""

from __future__ import annotations

from typing import Any

import click

from tflsp.checking.journal_files import now
from tflsp.cli.journal_common import language_for
from tflsp.cli.journal_insert import insert, insertion
from tflsp.facts.journal_entries import Change, Conclusion, Entry, Goal, Step
from tflsp.facts.journal_lines import change_in
from tflsp.journal.entries import CapturedRun, filled


@click.command(
    "goal", epilog='\b\nExample:\n  tflsp journal goal exp.ipynb "Why 92 %?" --criterion "val_accuracy > 97%"'
)
@insertion
@click.argument("question", default="")
@click.option("--hypothesis", "hypotheses", multiple=True, metavar="TEXT", help="What is assumed; can be given again.")
@click.option("--criterion", default="", metavar="TEXT", help='When the goal is reached: "val_accuracy > 97%".')
def goal(question: str, hypotheses: tuple[str, ...], criterion: str, **options: Any) -> None:
    """Insert the goal at the top of FILE, or show that it has one.

    What the code trains with is kept in .tflsp/journal.db, so that the first step tells what has changed.
    """
    insert(Goal(question, hypotheses, criterion), **options)
    if not options["dry_run"]:
        from tflsp.cli.journal_capture import keep_with_goal

        keep_with_goal(options["file"], options["text"])


@click.command(
    "step",
    epilog="""\b
Examples:
  tflsp journal step exp.ipynb --title "Lower learning rate"
  tflsp journal step exp.py --log train.log
  tflsp journal step journal.md --change "learning_rate: 0.01 -> 0.001" --result "val_accuracy 95.6 %"
""",
)
@insertion
@click.option("--title", default="", metavar="TEXT", help="What was tried, in a few words.")
@click.option("--change", "changes", multiple=True, metavar="CHANGE", help='"NAME: OLD -> NEW"; can be given again.')
@click.option("--optimizer", default="", metavar="TEXT", help="By default the one that the code has.")
@click.option("--result", default="", metavar="TEXT", help="What came of it; by default what the run gave.")
@click.option("--analysis", default="", metavar="TEXT", help="Why it was changed, and what the result says.")
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
        insert(filled(entry, CapturedRun(when=now())), **options)
        return
    from tflsp.cli.journal_capture import filled_from_run, keep_for_next

    file, language = options["file"], options["language"] or language_for(options["file"])
    found, known = filled_from_run(file, entry, language, log, now(), options["text"])
    made = insert(known, **options)
    number = made.number if isinstance(made, Step) and not options["dry_run"] else None
    keep_for_next(file, number, found)


@click.command(
    "conclusion", epilog='\b\nExample:\n  tflsp journal conclusion exp.ipynb "It was the learning rate." --goal-met'
)
@insertion
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

        file, language = options["file"], options["language"] or language_for(options["file"])
        entry = filled_from_run(file, entry, language, log, now(), options["text"])[1]
    insert(entry, **options)


def _change(text: str) -> Change:
    found = change_in(text)
    if found is None:
        raise click.UsageError(f'a change is "NAME: OLD -> NEW", not {text!r}')
    return Change(found["name"].strip(), found["old"].strip(), found["new"].strip())
