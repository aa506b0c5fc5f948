"""The results in TensorBoard's event files: which files are the newest run, and what their scalars say.

Scalars come as TensorBoard's own reader gave them; files are never opened here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final

from tflsp.capture.results import Course, Epoch, Result, Score, Training, is_error, kind_of_metric
from tflsp.dataclass import dataclass, field
from tflsp.text.patterns import pattern

# Keras writes a run into two folders; loops of one's own often do the like.
_SETS: Final = {"train": "", "validation": "val_", "val": "val_", "test": "test_", "eval": "val_"}
_NAME: Final = pattern(r"tfevents\.(?P<time>\d{1,15})\.(?:.*\.(?P<number>\d{1,9})(?:\.v2)?\Z)?")
_EVALUATED: Final = pattern(r"evaluation_(?P<name>.+)_vs_iterations\Z")
_EPOCH: Final = "epoch_"
# Larger is better for these as well, though no goal's words are known for them.
_SCORES: Final = pattern(r"(?:^|_)(?:m?iou|dice|psnr|ssim|bleu|rouge|reward|score|m?ap|kappa|mcc|r2)(?:_|\d|$)")
# Of a run that was begun anew again and again, the last files are enough.
_MOST_FILES: Final = 32


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """What a run wrote: results in their order, and when its last event was, in seconds since 1970."""

    results: tuple[Result, ...]
    ended: float


@dataclass(slots=True)
class _Run:
    """A run while its scalars are read: metrics by epoch (from 0), evaluations after the last, others by step."""

    rows: dict[int, dict[str, float]] = field(default_factory=dict)
    evaluated: dict[str, float] = field(default_factory=dict)
    others: dict[str, dict[int, float]] = field(default_factory=dict)


def newest_run(files: Iterable[tuple[str, float]]) -> list[str]:
    """The event files of the run that was written to last, oldest first; ``files`` are paths with their times.

    What a program writes of its own below the folder of a run of Keras belongs to that run.
    """
    runs: dict[PurePath, list[tuple[str, float]]] = {}
    sets = set()
    for path, changed in files:
        folder = PurePath(path).parent
        root = folder.parent if folder.name in _SETS else folder
        if root != folder:
            sets.add(root)
        runs.setdefault(root, []).append((path, changed))
    if not runs:
        return []
    for root in sorted(runs.keys() - sets, key=str):
        if (above := next((each for each in root.parents if each in sets), None)) is not None:
            runs[above] += runs.pop(root)
    newest = max(runs.values(), key=lambda run: max(changed for _, changed in run))
    return sorted((path for path, _ in newest), key=_begun)[-_MOST_FILES:]


def run_in(answer: Any) -> LoggedRun | None:
    """The run in what the reader gave: ``[[file, last time, [[tag, step, value], ...]], ...]``; None without values."""
    run, ended = _Run(), 0.0
    for path, time, scalars in _files(answer):
        ended = max(ended, time)
        where = _SETS.get(PurePath(path).parent.name, "")
        if any(tag.startswith(_EPOCH) for tag, _, _ in scalars):
            _epochs(run, scalars, where)
        elif evaluated := {found["name"]: value for tag, _, value in scalars if (found := _EVALUATED.match(tag))}:
            run.evaluated = evaluated
        else:
            _others(run, scalars, where)
    results = _results(run)
    return LoggedRun(results, ended) if results else None


def _begun(path: str) -> tuple[int, int, str]:
    """When a file was begun, by its name: seconds, and the number among its process's files."""
    found = _NAME.search(PurePath(path).name)
    return (int(found["time"]), int(found["number"] or 0), path) if found else (0, 0, path)


def _files(answer: Any) -> Iterable[tuple[str, float, list[tuple[str, int, float]]]]:
    for each in answer if isinstance(answer, list) else ():
        match each:
            case [str(path), int() | float() as time, list(scalars)]:
                yield path, float(time), [(str(tag), int(step), float(value)) for tag, step, value in scalars]


def _epochs(run: _Run, scalars: Sequence[tuple[str, int, float]], where: str) -> None:
    for tag, step, value in scalars:
        name = tag.removeprefix(_EPOCH)
        if name == tag:
            continue
        key = "lr" if name == "learning_rate" else f"{where}{name}"
        if not where and key in run.rows.get(step, ()):
            # The same folder again: a new training has begun.
            run.rows.clear()
            run.evaluated, run.others = {}, {}
        run.rows.setdefault(step, {})[key] = value


def _others(run: _Run, scalars: Sequence[tuple[str, int, float]], where: str) -> None:
    found: dict[str, dict[int, float]] = {}
    for tag, step, value in scalars:
        if (name := _metric(tag, where)) is not None:
            found.setdefault(name, {})[step] = value
    if any(min(values) <= min(run.others[name]) for name, values in found.items() if name in run.others):
        # From the first step again: another run into the same folder.
        run.others.clear()
    for name, values in found.items():
        # A run that was taken up again writes the steps after its checkpoint anew.
        kept = {step: value for step, value in run.others.get(name, {}).items() if step < min(values)}
        run.others[name] = kept | values


def _metric(tag: str, where: str) -> str | None:
    """The metric that a tag of a person's own names (``val/loss``, ``loss/val``), with the set that it or the file's
    folder names; None for what is none."""
    parts = [part.strip() for part in tag.split("/")]
    name = next((part for part in reversed(parts) if part and part.lower() not in _SETS), "")
    if not name or not (kind_of_metric(name) is not None or is_error(name) or _SCORES.search(name.lower())):
        return None
    prefix = where or next((_SETS[part.lower()] for part in parts if part.lower() in _SETS), "")
    return name if name.startswith(prefix) else f"{prefix}{name}"


def _logged(metrics: dict[str, dict[int, float]]) -> Score:
    courses = {}
    for name, values in metrics.items():
        finite = [step for step, value in sorted(values.items()) if math.isfinite(value)]
        if finite:
            best = (min if is_error(name) else max)(finite, key=values.__getitem__)
            courses[name] = Course(max(values), values[best], best)
    return Score("logged", {name: values[max(values)] for name, values in metrics.items()}, courses=courses)


def _results(run: _Run) -> tuple[Result, ...]:
    found: list[Result] = []
    # What was evaluated while it trained has no row of the training set's own.
    rows = {step: row for step, row in sorted(run.rows.items()) if any(not name.startswith("val_") for name in row)}
    if rows:
        found.append(Training(tuple(Epoch(step + 1, row) for step, row in rows.items())))
    elif run.others:
        # Steps of a loop of one's own may be batches as well as epochs.
        found.append(_logged(run.others))
    if run.evaluated:
        found.append(Score("evaluate", run.evaluated))
    return tuple(found)
