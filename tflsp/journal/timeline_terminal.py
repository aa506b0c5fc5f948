"""A timeline for a terminal: each step a line with its metric as a point on a scale, errors between them. Pure.

Widths are those of a terminal's cells: Chinese characters take two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from tflsp.facts.journal_lines import inline
from tflsp.journal.timeline import Timeline, TimelineError, TimelineStep
from tflsp.journal.timeline_metrics import value_shown
from tflsp.journal.timeline_words import COLON, change_shown, label, say, verdict

# Columns below which nothing can be drawn.
NARROWEST: Final = 40
_WIDEST_TITLE: Final = 28
_WIDEST_PLOT: Final = 60


def terminal_timeline(timeline: Timeline, columns: int = 80) -> str:
    """The timeline in lines of at most so many columns (40 at least)."""
    columns = max(columns, NARROWEST)
    return "\n".join(shortened(line, columns).rstrip() for line in _lines(timeline, columns)) + "\n"


def width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(map(_cells, text))


def shortened(text: str, columns: int) -> str:
    """A text that takes at most so many cells; what was cut off is shown by an ellipsis."""
    if width(text) <= columns:
        return text
    taken = 0
    for at, character in enumerate(text):
        taken += _cells(character)
        if taken > columns - 1:
            return f"{text[:at]}…"
    return text


def padded(text: str, columns: int) -> str:
    """A text that takes exactly so many cells."""
    text = shortened(text, columns)
    return text + " " * (columns - width(text))


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _lines(timeline: Timeline, columns: int) -> Iterator[str]:
    language = timeline.language
    colon = COLON[language]
    yield timeline.title
    if goal := inline(timeline.goal):
        yield say("goal", language) + colon + goal
    if timeline.target:
        told = verdict(timeline)
        yield say("target", language) + colon + inline(timeline.target) + (f"  [{told}]" if told else "")
    yield ""
    if not timeline.steps:
        yield say("no-steps", language)
    else:
        yield from _plot(timeline, columns)
    for error in timeline.errors:
        if error.behind == 0 and not timeline.steps:
            yield _error(error, language)
    if timeline.conclusion or timeline.best:
        yield ""
        if timeline.conclusion:
            yield say("conclusion", language) + colon + inline(timeline.conclusion)
        if timeline.best:
            yield say("best-result", language) + colon + inline(timeline.best)


def _plot(timeline: Timeline, columns: int) -> Iterator[str]:
    labels = [label(step.number, at) for at, step in enumerate(timeline.steps)]
    first = max(map(width, labels))
    titles = [_title(step, timeline.language) for step in timeline.steps]
    second = min(max(map(width, titles)), _WIDEST_TITLE, columns // 3)
    scale = _Scale(timeline, columns - first - second - 4)
    if scale.name is not None:
        yield " " * (first + second + 4) + scale.heading()
    elif timeline.steps:
        yield say("no-metric", timeline.language)
    best = timeline.best_step
    for at, step in enumerate(timeline.steps):
        yield from (_error(error, timeline.language, first) for error in timeline.errors if error.behind == at)
        drawn = f"  {scale.drawn(step)}" if scale.name is not None else ""
        mark = f" ★ {say('best', timeline.language)}" if at == best and len(timeline.steps) > 1 else ""
        yield f"{padded(labels[at], first)}  {padded(titles[at], second)}{drawn}{mark}"
        if step.title:
            for change in step.changes:
                yield " " * (first + 2) + change_shown(change, timeline.language)
    yield from (
        _error(error, timeline.language, first) for error in timeline.errors if error.behind == len(timeline.steps)
    )


def _title(step: TimelineStep, language: str) -> str:
    return step.title or ", ".join(change_shown(each, language) for each in step.changes) or "—"


def _error(error: TimelineError, language: str, indent: int = 0) -> str:
    first = inline(error.message.split("\n", 1)[0])
    told = COLON[language].join(filter(None, (error.title or say("error", language), first)))
    return f"{padded('✗', max(indent, 1))}  {told}"


class _Scale:
    """Where values stand on a line of some columns, the smallest at its left end."""

    def __init__(self, timeline: Timeline, columns: int) -> None:
        self.name = timeline.metric
        self._language = timeline.language
        known = [value for value in timeline.values if value is not None]
        self._goal = timeline.goal_line
        ends = known + ([self._goal] if self._goal is not None else [])
        self._low, self._high = (min(ends), max(ends)) if ends else (0.0, 0.0)
        shown = [value_shown(self.name or "", value) for value in known]
        self._value = max(map(width, shown), default=1)
        best = 3 + width(say("best", timeline.language))
        self._columns = min(max(columns - self._value - best - 1, 8), _WIDEST_PLOT)

    def heading(self) -> str:
        """The metric's name and the scale's ends, and where the goal is."""
        name = self.name or ""
        low, high = value_shown(name, self._low), value_shown(name, self._high)
        middle = (
            name
            if self._goal is None
            else f"{name} (┊ {say('goal-line', self._language, value=value_shown(name, self._goal))})"
        )
        room = self._columns - width(low) - width(high)
        if width(middle) + 2 > room:
            return f"{low} … {high}  {middle}"
        left = (room - width(middle)) // 2
        return low + " " * left + middle + " " * (room - left - width(middle)) + high

    def drawn(self, step: TimelineStep) -> str:
        """The line with the step's point and the goal's mark, and the value."""
        value = step.metrics.get(self.name or "")
        line = ["─"] * self._columns
        if self._goal is not None:
            line[self._at(self._goal)] = "┊"
        if value is None:
            return "".join(line).replace("─", "·") + " " + padded("—", self._value)
        line[self._at(value)] = "●"
        return "".join(line) + " " + padded(value_shown(self.name or "", value), self._value)

    def _at(self, value: float) -> int:
        if self._high <= self._low:
            return self._columns // 2
        return round((value - self._low) / (self._high - self._low) * (self._columns - 1))
