"""What a journal holds, as plain values: a goal, steps, errors, a conclusion, and the parts that are only text.

Texts are Markdown. An empty field is one that nobody has filled in.
"""

from __future__ import annotations

from enum import StrEnum

from tflsp.dataclass import dataclass

# The kinds of documents that may hold a journal.
DOCUMENTS = ("markdown", "notebook", "percent")


class Kind(StrEnum):
    """What an entry is. Goal, method, result and conclusion are the four parts of an experiment."""

    GOAL = "goal"
    METHOD = "method"
    STEP = "step"
    ERROR = "error"
    RESULT = "result"
    CONCLUSION = "conclusion"


@dataclass(frozen=True, slots=True)
class Change:
    """A parameter's old and new value, as written; an empty one is a parameter that was not there."""

    name: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be found out, what is assumed, and when it counts as reached (``val_accuracy > 97%``)."""

    question: str = ""
    hypotheses: tuple[str, ...] = ()
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt. ``number`` 0 is a step without one. ``notes`` is what stands before its fields."""

    number: int = 0
    title: str = ""
    notes: str = ""
    when: str = ""
    changes: tuple[Change, ...] = ()
    optimizer: str = ""
    result: str = ""
    environment: str = ""
    analysis: str = ""


@dataclass(frozen=True, slots=True)
class ErrorLog:
    """An error: its name, what was shown, why it came, what helped, and what to do from now on."""

    title: str = ""
    message: str = ""
    when: str = ""
    environment: str = ""
    analysis: str = ""
    solution: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What came out. ``goal_met`` is None where it is not said."""

    text: str = ""
    best: str = ""
    goal_met: bool | None = None
    next: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of a part that has no fields: method, result."""

    text: str = ""


Entry = Goal | Step | ErrorLog | Conclusion | Passage
