"""An experiment as a timeline: steps with what was changed and measured, errors, the goal and what came out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, TypeVar

from tflsp.capture.criteria import criterion_of
from tflsp.capture.results import Criterion, is_error, kind_of_metric, main_metric, named_metric
from tflsp.dataclass import dataclass, replace
from tflsp.documents.document import Document
from tflsp.facts.journal import FRONT_MATTER, Journal, JournalEntry
from tflsp.facts.journal_entries import Change, Conclusion, ErrorLog, Goal, Step
from tflsp.facts.journal_lines import inline, marks
from tflsp.facts.journal_words import heading
from tflsp.journal.masking import document_without_secrets
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.journal.timeline_metrics import UNNAMED, metrics_in
from tflsp.text.patterns import pattern

E = TypeVar("E", Goal, Conclusion)
_TITLE: Final = pattern(r"(?:\A|\n)title[ \t]*:[ \t]*[\"']?(?P<title>[^\"'\r\n]+)")


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A step. ``metrics`` are those that its result tells; ``entry`` is where it stands."""

    number: int
    title: str
    when: str
    changes: tuple[Change, ...]
    metrics: Mapping[str, float]
    result: str
    analysis: str
    optimizer: str
    entry: JournalEntry


@dataclass(frozen=True, slots=True)
class TimelineError:
    """An error. ``behind`` is how many steps stand before it, ``after_step`` the number of the last of them, or 0."""

    title: str
    when: str
    behind: int
    after_step: int
    message: str
    entry: JournalEntry


@dataclass(frozen=True, eq=False)
class Timeline:
    """An experiment. ``metric`` is the one that is plotted, ``metrics`` all that steps tell.

    ``goal_met`` is what the conclusion says, else whether a step has reached the criterion; None where nobody knows.
    """

    title: str
    language: str
    goal: str
    target: str
    criterion: Criterion | None
    metric: str | None
    metrics: tuple[str, ...]
    goal_met: bool | None
    steps: tuple[TimelineStep, ...]
    errors: tuple[TimelineError, ...]
    conclusion: str
    best: str

    @cached_property
    def values(self) -> list[float | None]:
        """The plotted metric of each step."""
        return [None if self.metric is None else step.metrics.get(self.metric) for step in self.steps]

    @cached_property
    def best_step(self) -> int | None:
        """The index of the step with the best value of the plotted metric, the first of several."""
        known = [(value, at) for at, value in enumerate(self.values) if value is not None]
        if not known or self.metric is None:
            return None
        smaller = is_error(self.metric)
        return min(known, key=lambda each: (each[0] if smaller else -each[0], each[1]))[1]

    @cached_property
    def goal_line(self) -> float | None:
        """The value that the goal asks of the plotted metric; None where it asks for another."""
        if self.criterion is None or self.metric is None:
            return None
        return self.criterion.value if _is_meant(self.criterion, self.metric, self.metrics) else None


class UnknownMetricError(Refusal):
    """A metric that no step tells; the text names those that are."""


def timeline_of(document: Document, *, metric: str | None = None, language: str = "en") -> Timeline:
    """The timeline of a document's journal, without its secrets; ``metric`` is the one to plot.

    Raises UnknownMetricError.
    """
    document = document_without_secrets(document)
    journal = journal_of(document)
    steps, errors = _events(journal)
    goal = _last(journal, Goal) or Goal()
    conclusion = _last(journal, Conclusion) or Conclusion()
    criterion = criterion_of(goal.criterion) if goal.criterion else None
    steps = _with_names(steps, criterion)
    names = tuple(dict.fromkeys(name for step in steps for name in step.metrics))
    if metric is not None:
        wanted = named_metric(metric, names)
        if wanted is None:
            if not names:
                raise UnknownMetricError("no-metric", metric=metric)
            raise UnknownMetricError("other-metrics", metric=metric, names=", ".join(names))
        metric = wanted
    else:
        metric = _main(criterion, names, steps)
    return Timeline(
        title_of(document, journal),
        journal.language(language),
        goal.question,
        goal.criterion,
        criterion,
        metric,
        names,
        _goal_met(conclusion, criterion, steps, names),
        steps,
        errors,
        conclusion.text,
        conclusion.best,
    )


def title_of(document: Document, journal: Journal) -> str:
    """What an experiment is called: in its front matter, in its first heading, or by its file."""
    front = FRONT_MATTER.match(document.text) if document.kind == "markdown" else None
    if front is not None and (named := _TITLE.search(front.group())):
        return inline(named["title"])
    for stretch in journal.stretches:
        for mark in marks(stretch.text):
            if mark.level == 1 and heading(mark.title) is None and mark.title.strip():
                return inline(mark.title)
    return PurePosixPath(document.name).stem


def _events(journal: Journal) -> tuple[tuple[TimelineStep, ...], tuple[TimelineError, ...]]:
    steps: list[TimelineStep] = []
    errors: list[TimelineError] = []
    for found in journal.entries:
        match found.entry:
            case Step() as step:
                steps.append(
                    TimelineStep(
                        step.number,
                        inline(step.title),
                        inline(step.when),
                        step.changes,
                        metrics_in(step.result),
                        step.result,
                        step.analysis,
                        step.optimizer,
                        found,
                    )
                )
            case ErrorLog() as error:
                last = steps[-1].number if steps else 0
                errors.append(
                    TimelineError(inline(error.title), inline(error.when), len(steps), last, error.message, found)
                )
            case _:
                pass
    return tuple(steps), tuple(errors)


def _last(journal: Journal, kind: type[E]) -> E | None:
    return next((each.entry for each in reversed(journal.entries) if isinstance(each.entry, kind)), None)


def _with_names(steps: Sequence[TimelineStep], criterion: Criterion | None) -> tuple[TimelineStep, ...]:
    """The steps with a name for each percentage that had none: the metric that the others or the goal speak of."""
    names = [name for step in steps for name in step.metrics if name and kind_of_metric(name) != "loss"]
    common = Counter(names).most_common(1)
    asked = criterion.metric if criterion is not None and " " not in criterion.metric else "accuracy"
    name = common[0][0] if common else asked if kind_of_metric(asked) is not None else "accuracy"
    return tuple(_renamed(step, name) for step in steps)


def _renamed(step: TimelineStep, name: str) -> TimelineStep:
    if UNNAMED not in step.metrics:
        return step
    return replace(step, metrics={name: step.metrics[UNNAMED]})


def _main(criterion: Criterion | None, names: Sequence[str], steps: Sequence[TimelineStep]) -> str | None:
    """The metric that is plotted: the goal's, else the one that runs are judged by among those that most steps tell."""
    if criterion is not None:
        meant = [name for name in names if _is_meant(criterion, name, names)]
        if meant:
            return meant[0]
    counts = Counter(name for step in steps for name in step.metrics)
    most = max(counts.values(), default=0)
    return main_metric([name for name in names if 2 * counts[name] >= most])


def _is_meant(criterion: Criterion, name: str, names: Sequence[str]) -> bool:
    """Whether a criterion asks for this metric: by its name, or by its kind where no step tells it more exactly."""
    exact = named_metric(criterion.metric, names)
    if exact is not None:
        return exact == name
    kind = kind_of_metric(criterion.metric)
    return kind is not None and kind == kind_of_metric(name)


def _goal_met(
    conclusion: Conclusion, criterion: Criterion | None, steps: Sequence[TimelineStep], names: Sequence[str]
) -> bool | None:
    if conclusion.goal_met is not None:
        return conclusion.goal_met
    name = named_metric(criterion.metric, names) if criterion is not None else None
    values = [step.metrics[name] for step in steps if name is not None and name in step.metrics]
    return any(map(criterion.holds, values)) if criterion is not None and values else None
