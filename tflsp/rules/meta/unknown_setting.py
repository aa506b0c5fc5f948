"""TFL002: a settings file says something that tflsp does not know or cannot use."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.settings_table import SettingsTable
from tflsp.rules.base import Context, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.settings import problems_of


@rule("TFL002", "unknown-setting", severity=Severity.WARNING)
def check(settings: SettingsTable, context: Context) -> Iterator[Match]:
    """Judge the keys and values of the table as a whole."""
    for problem in problems_of(settings.table):
        key = ".".join(problem.path)
        span = settings.keys.get(problem.path, settings.span)
        if problem.what == "value":
            yield match(settings, span, message="message.value", key=key, wanted=problem.hint)
        elif problem.hint is None:
            yield match(settings, span, message="message.unknown", key=key)
        else:
            fix = replace(span, problem.hint, safety=Safety.UNSAFE, hint=problem.hint)
            yield match(settings, span, message="message.close", fixes=[fix], key=key, hint=problem.hint)
