"""What a conclusion is filled with: the best value of the goal's metric in all steps and the last run, and whether the
goal is met. Steps tell values in words, ours or a person's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tflsp.capture.captured import Captured
from tflsp.capture.results import Criterion, Score, Training, is_error, kind_of_metric, main_metric, named_metric
from tflsp.capture.wording import value_text
from tflsp.dataclass import dataclass, replace
from tflsp.facts.journal import Journal
from tflsp.facts.journal_entries import Kind, Step
from tflsp.journal.entries import CapturedRun
from tflsp.text.patterns import pattern

_VALUE: Final = pattern(
    r"(?P<name>(?<![\w/.-])[A-Za-z][\w-]{0,60}"
    r"|[\u4e00-\u9fff]{0,6}(?:准确率|正确率|准确度|精确率|查准率|精度|召回率|查全率|损失|误差))"
    r"[ \t]{0,4}(?:[:=：]|is\b|of\b|to\b|at\b|reached\b|rises? to\b|falls? to\b|[提升降低高下]{0,2}[至到为]|达到?|是"
    r"|[停滞维持稳定]{2}在)?[ \t]{0,4}"
    r"(?P<value>\d{1,12}(?:\.\d{1,12})?(?:[eE][-+]?\d{1,3})?)(?:[ \t]?(?P<percent>[%％]))?(?![\w.]*\d)"
)
# What stands behind a value in our words: `after epoch 3 of 5 (best: 0.97 in epoch 2)`, `at step 900 (best: 0.97 at
# step 700)` of a loop of one's own, or the same in Chinese.
_BEST: Final = pattern(
    r"(?:[ \t](?:after epoch \d+ of|at step) \d+[ \t]\(best: |（第 (?:\d+/\d+ 轮|\d+ 步)；最佳 )"
    r"(?P<value>[-+.\deE]{1,20})(?: in epoch | at step |，第 )(?P<epoch>\d{1,12})"
)
_AFTER: Final = pattern(r"(?:[ \t](?:after epoch|at step) |（第 )(?P<epoch>\d{1,12})(?: 步)?")
_BY_STEP: Final = pattern(r"at step|步")
_SHARES: Final = frozenset({"accuracy", "precision", "recall", "f1", "auc", "top_k"})
# A result is some lines; of a longer one the beginning tells.
_LONGEST: Final = 4_000


@dataclass(frozen=True, slots=True)
class Told:
    """A metric's last value and its best on the way, the epoch of the best, and the step that told it (0: none yet).

    ``by_step`` says that ``epoch`` is a step of a training loop of one's own.
    """

    metric: str
    now: float
    best: float
    epoch: int | None = None
    step: int = 0
    by_step: bool = False


def told_values(result: str, step: int = 0) -> dict[str, Told]:
    """The metrics that a step's result tells, by name, percentages as fractions; the first value of each counts."""
    found: dict[str, Told] = {}
    text = result[:_LONGEST]
    for each in _VALUE.finditer(text):
        name = each["name"]
        kind = kind_of_metric(name)
        if kind is None and not is_error(name):
            continue
        now = _number(each["value"], kind, is_percent=each["percent"] is not None)
        if (best := _BEST.match(text, each.end())) is not None:
            value, by_step = _number(best["value"], kind, is_percent=False), _BY_STEP.search(best.group()) is not None
            told = Told(name, now, value, int(best["epoch"]), step, by_step)
        elif (after := _AFTER.match(text, each.end())) is not None:
            told = Told(name, now, now, int(after["epoch"]), step, _BY_STEP.search(after.group()) is not None)
        else:
            told = Told(name, now, now, None, step)
        found.setdefault(name, told)
    return found


def concluded_run(found: Captured, journal: Journal, language: str, when: str | None = None) -> CapturedRun:
    """What a conclusion is filled with (``tflsp.journal.entries.filled``), for the command line and for editors:
    ``capture_file``'s or ``capture_document``'s ``captured``, ``journal`` and ``language``.

    The best value is that of the goal's metric, else of the metric that a run is judged by, in the last run and in
    all steps; the goal is met where a step's last value, or the last run's, is as good as asked for.
    """
    told = list(_last_run(found, journal))
    for entry in journal.of(Kind.STEP):
        if isinstance(entry.entry, Step):
            told.append(told_values(entry.entry.result, entry.number))
    ranked = [each for values in told if (each := _of_metric(values, found.criterion)) is not None]
    if found.criterion is None and ranked:
        # Steps that tell of other metrics say nothing about the one of the last run.
        ranked = [each for each in ranked if each.metric == ranked[0].metric]
    if not ranked:
        return CapturedRun(when=when)
    best = (min if is_error(ranked[0].metric) else max)(ranked, key=lambda each: each.best)
    met = None if found.criterion is None else any(found.criterion.holds(each.now) for each in ranked)
    return CapturedRun(when=when, best=_text(best, language), goal_met=met)


def _last_run(found: Captured, journal: Journal) -> Iterator[dict[str, Told]]:
    """The values of the last run; it is the last step's where that tells the same."""
    values = {}
    if (training := found.training) is not None:
        values = {name: told for name in training.metrics if (told := _of_training(training, name)) is not None}
    for score in found.scores:
        values |= {told.metric: told for told in _of_score(score) if told.metric not in values}
    last = next((each for each in reversed(journal.of(Kind.STEP))), None)
    if last is not None and isinstance(last.entry, Step) and values:
        said = told_values(last.entry.result, last.number)
        same = [name for name in said if name in values]
        if same and all(value_text(said[name].now) == value_text(values[name].now) for name in same):
            values = {name: replace(each, step=last.number) for name, each in values.items()}
    yield values


def _of_training(training: Training, name: str) -> Told | None:
    best, last = training.best(name), training.last
    if best is None or last is None:
        return None
    now = next((epoch for epoch in training.epochs if epoch.number == training.restored), last)
    return Told(name, now.metrics.get(name, float("nan")), best.metrics[name], best.number)


def _of_score(score: Score) -> Iterator[Told]:
    # An evaluation's values are not those of the training set, whose names they have.
    for name, value in score.metrics.items():
        if (course := score.courses.get(name)) is not None:
            yield Told(name, value, course.best, course.best_step, by_step=True)
        else:
            yield Told(f"test_{name}" if score.kind == "evaluate" else name, value, value)


def _of_metric(values: dict[str, Told], criterion: Criterion | None) -> Told | None:
    name = main_metric(values) if criterion is None else named_metric(criterion.metric, values)
    return None if name is None else values[name]


def _number(text: str, kind: str | None, *, is_percent: bool) -> float:
    value = float(text)
    return round(value / 100, 12) if is_percent or (kind in _SHARES and 1 < value <= 100) else value


def _text(best: Told, language: str) -> str:
    """``val_accuracy 0.9583 in epoch 1 of step #2 (last: 0.9561)``."""
    chinese = language == "zh"
    value = f"{best.metric} {value_text(best.best)}"
    last = value_text(best.now) if value_text(best.now) != value_text(best.best) else ""
    where = []
    if chinese:
        where += [f"步骤 #{best.step}"] if best.step else []
        where += [f"第 {best.epoch} {'步' if best.by_step else '轮'}"] if best.epoch is not None else []
        where += [f"{'最后' if best.by_step else '最后一轮'} {last}"] if last else []
        return f"{value}（{'，'.join(where)}）" if where else value
    if best.epoch is not None:
        value += f" at training step {best.epoch}" if best.by_step else f" in epoch {best.epoch}"
    if best.step:
        value += f" {'of' if best.epoch is not None else 'in'} step #{best.step}"
    return f"{value} ({'last' if best.by_step else 'last epoch'}: {last})" if last else value
