"""`tflsp journal`: the commands for journals, each in a module of its own that is loaded when it is called."""

from __future__ import annotations

import click

EPILOG = """\b
Examples:
  tflsp journal goal exp.ipynb "Why does accuracy stop at 92 %?" --criterion "val_accuracy > 97%"
  tflsp journal step exp.ipynb --title "Lower learning rate" --change "learning_rate: 0.01 -> 0.001"
  tflsp journal error journal.md --log train.log
  tflsp journal conclusion exp.ipynb "The learning rate was too high." --goal-met
  tflsp journal promote exp.ipynb 2 --to best-practices
  tflsp journal timeline exp.ipynb --open
  tflsp journal list notebooks/
  tflsp journal show exp.ipynb 2
\b
Exit code: 0 done, 1 nothing was inserted or a template is wrong, 2 error.
"""
# Name -> module and function, and what it does.
COMMANDS = {
    "goal": ("journal_experiment:goal", "Insert the goal at the top of a file."),
    "step": ("journal_experiment:step", "Insert the next debug step, filled in from what happened."),
    "error": ("journal_error:error", "Insert an error log, filled in from a run's output."),
    "conclusion": ("journal_experiment:conclusion", "Insert the conclusion at the end of a file."),
    "promote": ("journal_promote:command", "Put a step or an error into a guide, linked both ways."),
    "summary": ("journal_summary:command", "Bring the table of experiments in SUMMARY.md up to date."),
    "renumber": ("journal_renumber:command", "Number the steps 1 to n, with what refers to them."),
    "timeline": ("journal_timeline:command", "Show an experiment with its metric per step as a plot."),
    "list": ("journal_read:list_", "List the entries of journals."),
    "show": ("journal_read:show", "Show the entries of a file."),
    "check-templates": ("journal_templates:check_templates", "Check a project's own templates."),
}


class LazyJournal(click.Group):
    """Imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        module, _, name = COMMANDS[cmd_name][0].partition(":")
        found: click.Command = getattr(import_module(f"tflsp.cli.{module}"), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group("journal", cls=LazyJournal, epilog=EPILOG)
def command() -> None:
    """Write the debugging journal in Markdown, notebooks (.ipynb) and percent scripts, in English or Chinese.

    Entries follow the language, heading levels and numbering of the file; what is there already stays as it is.
    """
