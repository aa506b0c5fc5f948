"""TFL403: a goal with a metric and a number, and results that never tell this metric."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from tflsp.capture.criteria import criterion_of
from tflsp.capture.results import Criterion, is_error, kind_of_metric
from tflsp.facts.journal_entries import Conclusion, Goal, Kind, Passage, Step
from tflsp.rules.base import Context, Fix, Match, Piece, Severity, match, rule
from tflsp.rules.notebooks.journal_text import JournalText, Placed, Written
from tflsp.text.patterns import pattern

_COMMENT = pattern(r"<!--.*?-->", re.DOTALL)
_CLAUSE = pattern(r"[,，;；。!！?？]|\.(?=\s|\Z)|[ ]-[ ]")
_NUMBER = pattern(r"(?<![\w.])\d[\d.]*(?:[eE][-+]?\d+)?")
_PERCENT = pattern(r"\d[ ]?[%％]")
_PICTURE, _SHARE, _ERROR = "picture", "share", "error"
_SHARES = frozenset({"accuracy", "precision", "recall", "f1", "auc", "top_k"})
_LONGEST_NAME = 30
_BEST = {"en": "- Best result: {} = ", "zh": "- 最佳结果：{} = "}
_FURTHER = {"en": "; {} = ", "zh": "；{} = "}


@rule(
    "TFL403",
    "metric-unanswered",
    severity=Severity.INFORMATION,
    even_in_bad_examples=True,
)
def check(journal: JournalText, context: Context) -> Iterator[Match | Piece]:
    """Judge whether what follows a goal tells a value of its metric, once there are results."""
    for goal, following in _experiments(journal):
        criterion = goal.entry.once(_criterion)
        if criterion is None or not any(placed.entry.once(_has_result) for placed in following):
            continue
        if not any(placed.entry.once(_answers, criterion) for placed in following):
            last = next(placed for placed in reversed(following) if placed.entry.once(_has_result))
            yield journal.piece(None, partial(_unanswered, journal, goal, last, _named(criterion)), goal, last)


def _unanswered(journal: JournalText, goal: Placed, last: Placed, metric: str) -> Iterator[Match]:
    row = goal.entry.label("criterion")
    where = journal.located(goal, goal.entry.heading if row is None else row.span)
    if where is not None:
        yield match(where, fixes=_fixes(journal, last, metric), metric=metric)


def _experiments(journal: JournalText) -> Iterator[tuple[Placed, Sequence[Placed]]]:
    """The goals, each with the entries up to the next one."""
    goals = [number for number, placed in enumerate(journal.entries) if placed.entry.head.kind is Kind.GOAL]
    for number, following in pairwise((*goals, len(journal.entries))):
        yield journal.entries[number], journal.entries[number + 1 : following]


def _criterion(entry: Written) -> Criterion | None:
    goal = entry.fields
    if not isinstance(goal, Goal):
        return None
    found = criterion_of(goal.criterion) or criterion_of(_COMMENT.sub("", goal.question))
    return found if found is not None and found.metric else None


def _named(criterion: Criterion) -> str:
    """The metric as the goal calls it; of a goal that is told in a sentence, only what it is."""
    metric = criterion.metric
    return metric if len(metric) <= _LONGEST_NAME else kind_of_metric(metric) or metric[-_LONGEST_NAME:].lstrip()


def _has_result(entry: Written) -> bool:
    match entry.fields:
        case Step(result=result):
            return bool(result)
        case Passage(text=text):
            return bool(text) and entry.kind is Kind.RESULT
        case Conclusion(text=text, best=best):
            return bool(text or best)
    return False


def _answers(entry: Written, criterion: Criterion) -> bool:
    """Whether an entry tells a value of the metric, or may do so in a picture."""
    if not entry.once(_has_result):
        return False
    measured, metric = entry.once(_measured), criterion.metric.lower()
    kind = kind_of_metric(metric) or (_ERROR if is_error(metric) else None)
    if _PICTURE in measured or kind in measured or (kind in _SHARES and _SHARE in measured):
        return True
    return any(metric in line and _NUMBER.search(line) for line in _lines(entry))


def _measured(entry: Written) -> frozenset[str]:
    """The kinds of metrics that have a number beside them."""
    found: set[str] = set()
    text = _text(entry)
    if "![" in text or "<img" in text:
        found.add(_PICTURE)
    for line in _lines(entry):
        if line.lstrip().startswith("|"):
            # A table's heading names what its numbers are.
            found.update(kind for cell in line.split("|") if (kind := _kind(cell)) is not None)
            continue
        for clause in _CLAUSE.split(line):
            beside = _NUMBER.split(clause)
            if len(beside) < 2:
                continue
            kinds = {kind for each in beside if (kind := _kind(each)) is not None}
            found |= kinds
            if not kinds and _PERCENT.search(clause):
                found.add(_SHARE)
    return frozenset(found)


def _kind(words: str) -> str | None:
    return kind_of_metric(words) or (_ERROR if is_error(words) else None)


def _text(entry: Written) -> str:
    return _COMMENT.sub("", f"{entry.text[entry.body :]}\n{entry.further}")


def _lines(entry: Written) -> list[str]:
    return _text(entry).lower().splitlines()


def _fixes(journal: JournalText, last: Placed, metric: str) -> list[Fix]:
    """A place for the metric's value: in the conclusion, or in the last result."""
    if last.entry.further:
        return []
    entry = last.entry
    if isinstance(entry.fields, Conclusion) and entry.label("best") is None:
        return journal.insertion(last, entry.end, f"\n\n{_BEST[entry.language].format(metric)}")
    row = entry.label("best") or entry.label("result")
    if row is not None and not row.text.startswith("#"):
        if metric.lower() in row.text.lower():
            return []
        return journal.insertion(last, row.span.end, _FURTHER[entry.language].format(metric))
    if metric.lower() in entry.text.lower():
        return []
    return journal.insertion(last, entry.end, f"\n\n{metric} = ")
