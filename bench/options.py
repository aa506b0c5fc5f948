"""What every part of the benchmarks is told, and the form in which it says whether a figure was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """`subject`: the command in tflsp's place (None: the installed one); `peers_only`: what tflsp has to beat."""

    quick: bool = False
    peers_only: bool = False
    subject: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach: `value` must be at most `limit`, both in `unit`."""

    name: str
    value: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the figure is reached."""
        return self.value <= self.limit


def listing(goals: list[Results]) -> str:
    """The goals of a part as a Markdown list."""
    lines = []
    for goal in goals:
        verdict = "reached" if goal["met"] else "NOT REACHED"
        lines.append(f"- {goal['name']}: {goal['value']:.2f} {goal['unit']} of at most {goal['limit']:.2f}: {verdict}")
    return "\n".join(lines)


def recorded(goal: Goal) -> Results:
    """The goal as it stands in the results."""
    return {
        "name": goal.name,
        "value": goal.value,
        "limit": goal.limit,
        "unit": goal.unit,
        "met": goal.met,
    }
