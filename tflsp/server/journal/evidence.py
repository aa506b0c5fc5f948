"""What speaks for an entry: a run whose values no entry tells, a traceback without one, a hyperparameter that was
another at the last step. Pure; texts and runs come in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from tflsp.capture.changes import changes
from tflsp.capture.error_wording import captured_error
from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.capture.pasted import signs_of
from tflsp.capture.results import Result, Score, Training, main_metric
from tflsp.capture.wording import value_text
from tflsp.dataclass import dataclass
from tflsp.facts.journal import Journal
from tflsp.facts.journal_entries import Kind
from tflsp.server.journal.runs import Run
from tflsp.tensorflow.errors import ErrorReport
from tflsp.text.patterns import pattern

_WORD = pattern(r"[\w.]+")
# Code points of a message that names an error.
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that an entry of this kind would tell: ``signs`` are texts of which the entry has one.

    ``name`` is what an error is called.
    """

    kind: Kind
    signs: tuple[str, ...]
    name: str = ""

    def is_told(self, journal: Journal) -> bool:
        """Whether the journal has an entry with it."""
        kinds = (Kind.ERROR,) if self.kind is Kind.ERROR else (Kind.STEP, Kind.RESULT, Kind.CONCLUSION)
        texts = [entry.text for entry in journal.of(*kinds)]
        return any(sign in text for text in texts for sign in self.signs)


def of_run(run: Run, language: str) -> Evidence | None:
    """What a run has to tell: the error that it ended with, or what it gave; None where it gave nothing to log."""
    error = run.error
    if error is not None:
        return of_error(error, language)
    signs = tuple(dict.fromkeys(sign for value in _values(run.results) for sign in _spellings(value)))
    return Evidence(Kind.STEP, signs) if signs else None


def of_error(report: ErrorReport, language: str) -> Evidence:
    name = captured_error(report, language).title or report.message[:_LONGEST_NAME]
    return Evidence(Kind.ERROR, signs_of(report), name)


def changed_words(before: Hyperparameters, now: Hyperparameters) -> frozenset[str]:
    """The names and new values of hyperparameters that have changed: a line with one of them was changed, or may be."""
    return frozenset(
        word
        for change in changes(before, now)
        if change.new is not None
        for text in (change.name, change.new)
        for word in _WORD.findall(text)
        if word not in ("layer", "callback", "pipeline", "seed")
    )


def has_word(line: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(_WORD.findall(line))


def _values(results: Iterable[Result]) -> Iterator[float]:
    """The values that an entry would tell first: of the last training its last and best, of evaluations all."""
    last: Training | None = None
    for each in results:
        if isinstance(each, Training) and each.epochs:
            last = each
        elif isinstance(each, Score):
            yield from each.metrics.values()
    metric = main_metric(last.metrics) if last is not None else None
    if last is None or metric is None:
        return
    for epoch in (last.last, last.best(metric)):
        if epoch is not None and metric in epoch.metrics:
            yield epoch.metrics[metric]


def _spellings(value: float) -> Iterator[str]:
    """A value as Keras prints it, and as people write it."""
    yield value_text(value)
    if math.isfinite(value) and 0 < abs(value) < 1:
        yield f"{100 * value:.2f}".rstrip("0").rstrip(".")
        yield f"{100 * value:.1f}"
