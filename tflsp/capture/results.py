"""Results of runs as plain values: epochs of a training, scores of an evaluation, which epoch was best, goals met."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tflsp.dataclass import dataclass, field
from tflsp.text.patterns import pattern

if TYPE_CHECKING:
    import re

# Smaller is better for these; everything else is better when it is larger.
_ERROR: Final = pattern(
    r"loss|error|(?:^|_)(?:mae|mape|mse|msle|rmse|perplexity|crossentropy)(?:_|$)|false_|divergence"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an output stands: the cell's index (from 0) and its execution count; both None in a log."""

    cell: int | None = None
    execution_count: int | None = None


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Epoch:
    """One finished epoch. ``number`` counts from 1; ``seconds`` is what Keras says, in whole seconds."""

    number: int
    metrics: Mapping[str, float]
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """The output of one call of fit.

    ``planned`` is the number of epochs asked for. ``interrupted`` is the number of an epoch that began and did not end.
    ``stopped`` is ``early`` (EarlyStopping) or ``nan`` (TerminateOnNaN); ``restored`` the epoch whose weights the model
    has now, where EarlyStopping put them back; ``rates`` are learning rates set on the way, (epoch, rate).
    """

    epochs: tuple[Epoch, ...]
    planned: int | None = None
    interrupted: int | None = None
    stopped: str | None = None
    restored: int | None = None
    rates: tuple[tuple[int, float], ...] = ()
    place: Place = NOWHERE

    @property
    def last(self) -> Epoch | None:
        return self.epochs[-1] if self.epochs else None

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of what was measured, in the order of the output; the learning rate is none of them."""
        return tuple(dict.fromkeys(name for epoch in self.epochs for name in epoch.metrics if name != "lr"))

    def best(self, metric: str) -> Epoch | None:
        """The first epoch with the best value of a metric; None where it has no finite value."""
        known = [epoch for epoch in self.epochs if math.isfinite(epoch.metrics.get(metric, math.nan))]
        choose = min if is_error(metric) else max
        return choose(known, key=lambda epoch: epoch.metrics[metric], default=None)


@dataclass(frozen=True, slots=True)
class Course:
    """How a metric went by the steps of a training loop of one's own, which may be batches as well as epochs: the step
    of its last value, its best value and the first step that had it."""

    last_step: int
    best: float
    best_step: int


@dataclass(frozen=True, slots=True)
class Score:
    """Values measured once. ``kind``: ``evaluate``, ``report`` (of scikit-learn), ``printed``, or ``logged``: the last
    values of a loop that wrote them by step, whose ``courses`` are known.
    """

    kind: str
    metrics: Mapping[str, float]
    place: Place = NOWHERE
    courses: Mapping[str, Course] = field(default_factory=dict)


Result = Training | Score


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a goal asks for: a metric as named in the text, a sign (``>``, ``>=``, ``<``, ``<=``) and a value.

    A percentage is given as its fraction: 97 % is 0.97.
    """

    metric: str
    sign: str
    value: float

    def holds(self, measured: float) -> bool:
        """Whether a measured value is as good as asked for; NaN never is."""
        match self.sign:
            case ">":
                return measured > self.value
            case ">=":
                return measured >= self.value
            case "<":
                return measured < self.value
            case _:
                return measured <= self.value


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal's metric in a result: its name there, the value that counts, and whether the goal is met.

    What the model is now decides: the last epoch, or the one whose weights were put back, not the best on the way.
    """

    metric: str
    now: float
    met: bool


def is_error(metric: str) -> bool:
    """Whether smaller values of a metric are better."""
    return _ERROR.search(metric.lower()) is not None


def main_metric(names: Iterable[str]) -> str | None:
    """The metric that a run is judged by where no goal names one: one of validation, and no loss, if there is one."""
    known = tuple(names)
    validated = [name for name in known if name.startswith("val_")]
    better = [name for name in (*validated, *known) if not is_error(name) and (name in validated or not validated)]
    losses = [name for name in ("val_loss", *validated, "loss", *known) if name in known]
    return next(iter((*better, *losses)), None)


def judged(result: Result, criterion: Criterion) -> Verdict | None:
    """A goal's answer in one result; None where its metric was not measured."""
    if isinstance(result, Score):
        name = named_metric(criterion.metric, result.metrics, evaluated=result.kind != "printed")
        if name is None:
            return None
        value = result.metrics[name]
        return Verdict(name, value, criterion.holds(value))
    name, last = named_metric(criterion.metric, result.metrics), result.last
    if name is None or last is None or result.best(name) is None:
        return None
    now = next((epoch for epoch in result.epochs if epoch.number == result.restored), last)
    value = now.metrics.get(name, math.nan)
    return Verdict(name, value, criterion.holds(value))


# Words of people -> parts of Keras's names. Longer ones first where one holds another.
_SETS: Final = (
    ("val", pattern(r"(?<![a-z])val(?:id(?:ation)?)?(?![a-z])|验证")),
    ("test", pattern(r"(?<![a-z])test(?:ing)?(?![a-z])|测试")),
    ("train", pattern(r"(?<![a-z])train(?:ing)?(?![a-z])|训练")),
)
_KINDS: Final = (
    ("f1", pattern(r"f1|f-1")),
    ("precision", pattern(r"precision|精确率|查准率|精准率")),
    ("recall", pattern(r"recall|召回率|查全率")),
    ("auc", pattern(r"auc")),
    ("top_k", pattern(r"top[-_ ]?\d|top_k")),
    ("loss", pattern(r"loss|损失")),
    ("mae", pattern(r"mae|mean[_ ]absolute[_ ]error|平均绝对误差")),
    ("mse", pattern(r"mse|mean[_ ]squared[_ ]error|均方误差")),
    ("accuracy", pattern(r"acc(?:uracy)?(?![a-z])|准确率|正确率|精度|准确度")),
)


def named_metric(words: str, names: Iterable[str], *, evaluated: bool = False) -> str | None:
    """The measured name that a text means: ``验证集准确率`` and ``validation accuracy`` are ``val_accuracy``.

    ``evaluated`` says that the names are those of an evaluation, which bear no ``val_``: a training set's value is not
    among them, and what a text wants of a test or validation set is.
    """
    known = tuple(names)
    text = " ".join(words.lower().split())
    if (exact := next((name for name in known if name.lower() == text.replace(" ", "_")), None)) is not None:
        return exact
    where, kind = _which(_SETS, text), _which(_KINDS, text)
    if kind is None:
        return None
    fitting = [name for name in known if _which(_KINDS, name.lower()) == kind]
    if evaluated:
        return fitting[0] if fitting and where != "train" else None
    match where:
        case None:
            # A goal without a set is about data that the model was not trained on, if there are such values.
            return next((name for name in fitting if _of(name) in ("val", "test")), fitting[0] if fitting else None)
        case "train":
            return next((name for name in fitting if _of(name) in ("train", None)), None)
        case _:
            return next((name for name in fitting if _of(name) == where), None)


def kind_of_metric(name: str) -> str | None:
    """``accuracy``, ``loss``, ``f1`` … for a name in Keras's words or in a person's; None for what is no metric."""
    return _which(_KINDS, name.lower())


def _of(name: str) -> str | None:
    return _which(_SETS, name.lower())


def _which(table: Iterable[tuple[str, re.Pattern[str]]], text: str) -> str | None:
    return next((name for name, words in table if words.search(text)), None)
