"""What was captured in words, English and Chinese, as an entry of a journal takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from tflsp.capture import changes
from tflsp.capture.captured import Captured
from tflsp.capture.environment import environment_text
from tflsp.capture.results import Course, Score, Training, main_metric
from tflsp.facts.journal_entries import Change
from tflsp.journal.entries import CapturedRun

# An entry names the most important values; the others stand in the output.
_MOST_VALUES: Final = 6
_CHINESE_NAMES: Final = {"layer": "层", "callback": "回调", "pipeline": "数据管道", "seed": "随机种子"}


def captured_run(captured: Captured, language: str, when: str | None = None) -> CapturedRun:
    """What a step or a conclusion is filled with; ``language`` is ``en`` or ``zh``."""
    values = captured.hyperparameters.values
    return CapturedRun(
        when=when,
        changes=None if captured.changes is None else tuple(_change(each, language) for each in captured.changes),
        optimizer=values.get("optimizer"),
        result=result_text(captured, language) or None,
        environment=environment_text(captured.environment, language) or None,
        best=best_text(captured, language) or None,
        goal_met=None if captured.verdict is None else captured.verdict.met,
    )


def result_text(captured: Captured, language: str) -> str:
    """The last run in one line: the goal's metric first, best and last epoch, and whether the goal is met."""
    chinese = language == "zh"
    parts: list[str] = []
    if captured.training is not None:
        parts += _training(captured.training, _metric(captured), chinese)
    for score in captured.scores:
        parts.append(_score(score, _metric(captured), chinese))
    if parts and captured.verdict is not None:
        met = captured.verdict.met
        parts.append(("达到目标" if met else "未达到目标") if chinese else ("goal met" if met else "goal not met"))
    return ("；" if chinese else "; ").join(parts)


def best_text(captured: Captured, language: str) -> str:
    """The best value of the metric that counts: ``val_accuracy 0.9583 in epoch 1``."""
    training, metric = captured.training, _metric(captured)
    best = training.best(metric) if training is not None and metric is not None else None
    if best is not None and metric is not None:
        where = f"（第 {best.number} 轮）" if language == "zh" else f" in epoch {best.number}"
        return f"{metric} {value_text(best.metrics[metric])}{where}"
    if not captured.scores:
        return ""
    score = captured.scores[-1]
    name = metric if metric in score.courses else main_metric(score.courses)
    if name is not None:
        return (
            f"{name} {value_text(score.courses[name].best)}{_at_step(score.courses[name].best_step, language == 'zh')}"
        )
    return _score(score, metric, language == "zh")


def value_text(value: float) -> str:
    """As Keras prints it."""
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 or value != value else f"{value:.4e}"


def _metric(captured: Captured) -> str | None:
    training = captured.training
    if captured.verdict is not None and (training is None or captured.verdict.metric in training.metrics):
        return captured.verdict.metric
    return main_metric(training.metrics) if training is not None else None


def _training(training: Training, metric: str | None, chinese: bool) -> Iterator[str]:
    last = training.last
    if last is None:
        return
    of = training.planned if training.planned is not None else len(training.epochs)
    epoch = f"第 {last.number}/{of} 轮" if chinese else f"epoch {last.number} of {of}"
    if metric is None or metric not in last.metrics:
        yield f"{epoch}{'：' if chinese else ': '}{_values(last.metrics, training.metrics, chinese)}"
    else:
        best = training.best(metric)
        if best is None or value_text(best.metrics[metric]) == value_text(last.metrics[metric]):
            where = f"（{epoch}）" if chinese else f" after {epoch}"
        elif chinese:
            where = f"（{epoch}；最佳 {value_text(best.metrics[metric])}，第 {best.number} 轮）"
        else:
            where = f" after {epoch} (best: {value_text(best.metrics[metric])} in epoch {best.number})"
        yield f"{metric} {value_text(last.metrics[metric])}{where}"
        if others := _values(last.metrics, (name for name in training.metrics if name != metric), chinese):
            yield others
    if training.stopped == "early":
        yield "提前停止" if chinese else "stopped early"
    elif training.stopped == "nan":
        yield "损失为 NaN，训练中止" if chinese else "stopped: the loss is no number"
    if training.restored is not None:
        number = training.restored
        yield f"已恢复第 {number} 轮的权重" if chinese else f"weights of epoch {number} restored"
    if training.interrupted is not None:
        number = training.interrupted
        yield f"在第 {number} 轮中断" if chinese else f"interrupted in epoch {number}"


def _score(score: Score, metric: str | None, chinese: bool) -> str:
    if metric not in score.metrics:
        metric = main_metric(score.courses)
    names = sorted(score.metrics, key=lambda name: name != metric)
    values = _values(score.metrics, names, chinese, score.courses)
    match score.kind:
        case "evaluate":
            return f"{'评估：' if chinese else 'evaluation: '}{values}"
        case "report":
            return f"{'分类报告：' if chinese else 'classification report: '}{values}"
        case "logged":
            return f"{'TensorBoard 记录：' if chinese else 'logged: '}{values}"
        case _:
            return values


def _values(
    metrics: Mapping[str, float],
    names: Iterable[str],
    chinese: bool,
    courses: Mapping[str, Course] = MappingProxyType({}),
) -> str:
    known = [
        f"{name} {value_text(metrics[name])}{_course(metrics[name], courses.get(name), chinese)}"
        for name in names
        if name in metrics
    ]
    return ("，" if chinese else ", ").join(known[:_MOST_VALUES])


def _course(now: float, course: Course | None, chinese: bool) -> str:
    """Behind a value, when it was measured, and the best one on the way where that is another."""
    if course is None:
        return ""
    if value_text(course.best) == value_text(now):
        return _at_step(course.last_step, chinese)
    best = value_text(course.best)
    if chinese:
        return f"（第 {course.last_step} 步；最佳 {best}，第 {course.best_step} 步）"
    return f" at step {course.last_step} (best: {best} at step {course.best_step})"


def _at_step(step: int, chinese: bool) -> str:
    return f"（第 {step} 步）" if chinese else f" at step {step}"


def _change(change: changes.Change, language: str) -> Change:
    name = _CHINESE_NAMES.get(change.name, change.name) if language == "zh" else change.name
    return Change(name, change.old or "", change.new or "")
