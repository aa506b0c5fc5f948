"""Two steps of an experiment beside one another: the parameters as they stood at each, and what they gave.

Parameters are what the journal tells: each step's changes on top of those before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tflsp.facts.journal_entries import Step
from tflsp.text.patterns import pattern

_CELL = pattern(r"([\\|])")
_WORDS: Final = {
    "en": ("Step", "parameter", "result", "optimizer", "analysis", "environment", "No difference is written down."),
    "zh": ("步骤", "参数", "结果", "优化器", "分析", "环境", "没有记录到差异。"),
}


def parameters(steps: Sequence[Step], upto: int) -> dict[str, str]:
    """The parameters after step number ``upto`` of a journal's steps, in the order in which they were first told."""
    found: dict[str, str] = {}
    for step in steps:
        for change in step.changes:
            found.setdefault(change.name, change.old)
        if step.number <= upto:
            found.update({change.name: change.new for change in step.changes})
    return found


def compared(steps: Sequence[Step], one: int, other: int, language: str) -> str:
    """A Markdown table of how two steps differ. Raises LookupError with the number of a step that is not there."""
    first, second = _numbered(steps, one), _numbered(steps, other)
    step, parameter, *names, nothing = _WORDS.get(language, _WORDS["en"])
    rows = list(_rows(steps, first, second, names))
    lines = [f"| {parameter} | {_head(step, first)} | {_head(step, second)} |", "| --- | --- | --- |"]
    if not rows:
        return "\n".join([*lines, "", nothing, ""])
    lines += [f"| {_cell(name)} | {_cell(old)} | {_cell(new)} |" for name, old, new in rows]
    return "\n".join([*lines, ""])


def _numbered(steps: Sequence[Step], number: int) -> Step:
    found = next((step for step in steps if step.number == number), None)
    if found is None:
        raise LookupError(number)
    return found


def _rows(steps: Sequence[Step], one: Step, other: Step, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    before, after = parameters(steps, one.number), parameters(steps, other.number)
    for name in {**before, **after}:
        if before.get(name, "") != after.get(name, ""):
            yield f"`{name}`", before.get(name, ""), after.get(name, "")
    result, optimizer, analysis, environment = names
    for name, old, new in (
        (result, one.result, other.result),
        (optimizer, one.optimizer, other.optimizer),
        (environment, one.environment, other.environment),
        (analysis, one.analysis, other.analysis),
    ):
        if old != new:
            yield name, old, new


def _head(word: str, step: Step) -> str:
    return _cell(" ".join(filter(None, (f"{word} #{step.number}", step.title))))


def _cell(text: str) -> str:
    """A text as it can stand in a table's cell."""
    return _CELL.sub(r"\\\1", re.sub(r"\s*\n\s*", "<br>", text.strip())) or "—"
