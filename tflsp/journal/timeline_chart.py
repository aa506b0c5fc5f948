"""The chart of a timeline as SVG: a metric over the steps, the goal's line, errors where they happened. Pure.

Colours come from the classes that the page styles; what is drawn is told in words as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import Final

from tflsp.facts.journal_lines import inline
from tflsp.journal.timeline import Timeline
from tflsp.journal.timeline_metrics import value_shown
from tflsp.journal.timeline_words import COLON, label, say

_HEIGHT: Final = 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 40, 34, 44
_NARROWEST: Final = 900
_STEP: Final = 24  # pixels between two steps, at least
_LABEL: Final = 44  # pixels that a label takes
_MOST_VALUES: Final = 20


def chart(timeline: Timeline) -> str:
    """The chart; empty where no step tells the metric."""
    return "".join(_Chart(timeline).drawn()) if timeline.metric and any(v is not None for v in timeline.values) else ""


def described(timeline: Timeline) -> str:
    """The chart in a sentence, for who cannot see it."""
    name, best = timeline.metric, timeline.best_step
    known = [value for value in timeline.values if value is not None]
    if name is None or best is None:
        return say("no-metric", timeline.language)
    return say(
        "described",
        timeline.language,
        metric=name,
        count=len(known),
        all=len(timeline.steps),
        low=value_shown(name, min(known)),
        high=value_shown(name, max(known)),
        best=value_shown(name, timeline.values[best] or 0.0),
        step=label(timeline.steps[best].number, best),
    )


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values that lie evenly around ``low`` to ``high``."""
    largest = max(abs(low), abs(high))
    if high - low <= max(largest, 1.0) * 1e-9:
        margin = (largest if largest > 1e-6 else 1.0) * 0.05
        high, low = high + margin, low - margin
    rough = (high - low) / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


class _Chart:
    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._language = timeline.language
        self._name = timeline.metric or ""
        self._values = timeline.values
        self._width = max(_NARROWEST, _LEFT + _RIGHT + _STEP * max(len(self._values) - 1, 0))
        known = [value for value in self._values if value is not None]
        goal = timeline.goal_line
        self._ticks = ticks(*_ends(known + ([goal] if goal is not None else [])))

    def drawn(self) -> Iterator[str]:
        title = say("chart", self._language, metric=self._name)
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self._width} {_HEIGHT}" '
        yield f'width="{self._width}" height="{_HEIGHT}" role="img" aria-labelledby="chart-title chart-text">'
        yield f'<title id="chart-title">{_text(title)}</title>'
        yield f'<desc id="chart-text">{_text(described(self._timeline))}</desc>'
        yield from self._axes()
        yield from self._goal()
        yield from self._errors()
        yield from self._line()
        yield from self._points()
        yield "</svg>"

    def _x(self, at: float) -> float:
        """Of a step's index; half-way between two for what happened there."""
        inner = self._width - _LEFT - _RIGHT
        if len(self._values) == 1:
            return _LEFT + inner * (0.5 + at / 2)
        return _LEFT + 16 + (inner - 32) * at / (len(self._values) - 1)

    def _y(self, value: float) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / (high - low)

    def _axes(self) -> Iterator[str]:
        yield f'<text class="name" x="{_LEFT - 60}" y="18">{_text(self._name)}</text>'
        for value in self._ticks:
            y = self._y(value)
            yield f'<line class="grid" x1="{_LEFT}" x2="{self._width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text class="tick end" x="{_LEFT - 10}" y="{y + 4:.1f}">'
            yield f"{_text(value_shown(self._name, value))}</text>"
        between = (self._width - _LEFT - _RIGHT) / max(len(self._values), 1)
        every = max(math.ceil(_LABEL / between), 1)
        for at, step in enumerate(self._timeline.steps):
            if at % every == 0:
                x = self._x(at)
                yield f'<text class="tick middle" x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 24}">'
                yield f"{_text(label(step.number, at))}</text>"

    def _goal(self) -> Iterator[str]:
        goal = self._timeline.goal_line
        if goal is None:
            return
        y = self._y(goal)
        told = say("goal-line", self._language, value=value_shown(self._name, goal))
        yield f'<line class="goal" x1="{_LEFT}" x2="{self._width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="goal-text" x="{_LEFT + 4}" y="{y - 6:.1f}">{_text(told)}</text>'

    def _errors(self) -> Iterator[str]:
        bottom = _HEIGHT - _BOTTOM
        for error in self._timeline.errors:
            x = min(max(self._x(error.behind - 0.5), _LEFT + 2), self._width - _RIGHT + 16)
            first = inline(error.message.split("\n", 1)[0])
            told = COLON[self._language].join(filter(None, (error.title or say("error", self._language), first)))
            yield f'<g class="error"><title>{_text(told)}</title>'
            yield f'<line class="error-line" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>'
            yield f'<path class="cross" d="M{x - 5:.1f} {bottom - 5}l10 10m0 -10l-10 10"/></g>'

    def _line(self) -> Iterator[str]:
        known = [(self._x(at), self._y(value)) for at, value in enumerate(self._values) if value is not None]
        if len(known) > 1:
            yield f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in known)}"/>'

    def _points(self) -> Iterator[str]:
        crowded = len(self._values) > _MOST_VALUES
        for at, value in enumerate(self._values):
            if value is None:
                continue
            step, x, y = self._timeline.steps[at], self._x(at), self._y(value)
            shown = value_shown(self._name, value)
            best = at == self._timeline.best_step and len(self._values) > 1
            name = " ".join(filter(None, (label(step.number, at), step.title)))
            kind, radius = ("point best", 6) if best else ("point", 4.5)
            yield f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">'
            yield f"<title>{_text(name + COLON[self._language] + shown)}</title></circle>"
            if best or not crowded:
                yield f'<text class="value middle" x="{x:.1f}" y="{y - 11:.1f}">{_text(shown)}</text>'


def _ends(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def _text(text: str) -> str:
    """A text as XML takes it."""
    return escape("".join(each for each in text if each.isprintable()), quote=False)
