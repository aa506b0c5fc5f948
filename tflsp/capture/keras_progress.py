"""Keras' progress lines as trainings and scores: bars and ``verbose=2`` of TensorFlow 2.9, and what callbacks say.

Text comes as it was written (with ``\\b``, ``\\r``, colours) or as an editor kept it. See keras/utils/generic_utils.py
(Progbar) and keras/callbacks.py of Keras 2.9.0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from tflsp.capture.results import NOWHERE, Epoch, Place, Result, Score, Training
from tflsp.capture.terminal import shown_lines
from tflsp.dataclass import dataclass, field
from tflsp.text.patterns import pattern

_EPOCH: Final = pattern(r"\s*Epoch (\d{1,9})/(\d{1,9})\Z")
# `7/7 [=====>...] - `, `7/7 - ` (verbose=2), and the bar that Keras 3 draws.
_LINE: Final = pattern(
    r"\s*(\d{1,12})/(?:(\d{1,12})|Unknown|None)(?: \[[=>.]*\](?: - )?| - |\s*[━╸╺╻\s]{3,}| - )(.*)\Z"
)
_TIME: Final = pattern(r"(\d{1,9})s(?: \d+(?:s|ms|us|µs)/(?:step|epoch))?\Z")
_METRIC: Final = pattern(r"([^\W\d][^:]{0,99}?): ([-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|nan|inf))\Z")
_SAID: Final = pattern(
    r"(?P<early>Epoch \d+: early stopping)|(?P<nan>Batch \d+: Invalid loss, terminating training)"
    r"|best epoch: (?P<restored>\d{1,9})"
    r"|Epoch (?P<epoch>\d{1,9}): (?:ReduceLROnPlateau reducing|LearningRateScheduler setting) learning rate to "
    r"(?P<rate>[-+.\deE]+\d)"
)


class _Bar(NamedTuple):
    """One progress line. ``seconds`` is None for one that was not finished."""

    metrics: dict[str, float]
    seconds: int | None


@dataclass(slots=True)
class _Fit:
    """A training while its lines are read: the finished lines under each epoch's heading."""

    planned: int
    numbers: list[int] = field(default_factory=list)
    bars: list[list[_Bar]] = field(default_factory=list)
    stopped: str | None = None
    restored: int | None = None
    rates: list[tuple[int, float]] = field(default_factory=list)


def progress(text: str, place: Place = NOWHERE, called: Iterable[str] = ()) -> tuple[Result, ...]:
    """The trainings and evaluations in an output, in order.

    ``called`` are the methods (``fit``, ``evaluate``) that the cell calls, as far as it is known: Keras writes no
    ``Epoch 1/1``, so that nothing but its ``val_`` values tells a training of one epoch from an evaluation.
    """
    return tuple(_Reader(place, tuple(called)).read(text))


class _Reader:
    """Reads one output, line by line."""

    def __init__(self, place: Place, called: tuple[str, ...]) -> None:
        self.place = place
        self.only_fits = "fit" in called and "evaluate" not in called
        self.found: list[_Fit | _Bar] = []
        self.early_rates: list[tuple[int, float]] = []

    def read(self, text: str) -> Iterable[Result]:
        for line in shown_lines(text):
            self.line(line)
        for each in self.found:
            if isinstance(each, _Bar):
                yield self.headless(each)
            else:
                yield from self.finished(each)

    def line(self, line: str) -> None:
        if (heading := _EPOCH.match(line)) is not None:
            self.begin(int(heading[1]), int(heading[2]))
        elif (bar := _bar(line)) is not None and bar.seconds is not None and bar.metrics:
            # What is not finished was overwritten, or is where the run was interrupted.
            fit = self.current()
            if fit is not None:
                fit.bars[-1].append(bar)
            else:
                self.found.append(bar)
        # What a callback says can stand behind an unfinished bar.
        if heading is None and ("poch" in line or "Batch" in line):
            self.said(line)

    def current(self) -> _Fit | None:
        last = self.found[-1] if self.found else None
        return last if isinstance(last, _Fit) else None

    def begin(self, number: int, planned: int) -> None:
        fit = self.current()
        if fit is None or fit.planned != planned or number != fit.numbers[-1] + 1:
            fit = _Fit(planned)
            self.found.append(fit)
        fit.numbers.append(number)
        fit.bars.append([])
        # A scheduler speaks before the heading of its epoch.
        fit.rates += self.early_rates
        self.early_rates = []

    def said(self, line: str) -> None:
        for found in _SAID.finditer(line):
            fit = self.current()
            if found["rate"]:
                try:
                    rate = (int(found["epoch"]), float(found["rate"]))
                except ValueError:
                    continue
                ours = fit is not None and fit.numbers[-1] == rate[0]
                (fit.rates if fit is not None and ours else self.early_rates).append(rate)
            elif fit is not None and found["early"]:
                fit.stopped = "early"
            elif fit is not None and found["nan"]:
                fit.stopped = "nan"
            elif fit is not None and found["restored"]:
                fit.restored = int(found["restored"])

    def headless(self, bar: _Bar) -> Result:
        if self.only_fits or any(name.startswith("val_") for name in bar.metrics):
            return Training((Epoch(1, bar.metrics, bar.seconds),), 1, place=self.place)
        return Score("evaluate", bar.metrics, self.place)

    def finished(self, fit: _Fit) -> Iterable[Result]:
        at = _index_of_epoch(fit.bars)
        epochs: list[Epoch] = []
        scores: list[Score] = []
        interrupted: int | None = None
        for number, bars in zip(fit.numbers, fit.bars, strict=True):
            # An interrupted epoch has no line of its own, but an evaluation's can follow.
            ended = len(bars) > at and (not epochs or bars[at].metrics.keys() == epochs[-1].metrics.keys())
            if ended:
                epochs.append(Epoch(number, bars[at].metrics, bars[at].seconds))
            elif fit.stopped is None:
                interrupted = number
            if number == fit.numbers[-1]:
                after = bars[at + 1 :] if ended else bars
                scores += [Score("evaluate", bar.metrics, self.place) for bar in after]
        yield Training(
            tuple(epochs), fit.planned, interrupted, fit.stopped, fit.restored, tuple(fit.rates), place=self.place
        )
        yield from scores


def _index_of_epoch(bars: list[list[_Bar]]) -> int:
    """Which of the lines under a heading is the epoch's own.

    A callback that evaluates writes its lines before it. Under the last heading an evaluation's lines may follow.
    """
    earlier = [len(each) for each in bars[:-1] if each]
    if earlier:
        return Counter(earlier).most_common(1)[0][0] - 1
    validated = (index for index, bar in enumerate(bars[-1]) if any(name.startswith("val_") for name in bar.metrics))
    return next(validated, 0)


def _bar(line: str) -> _Bar | None:
    if (found := _LINE.match(line)) is None:
        return None
    metrics: dict[str, float] = {}
    seconds: int | None = None
    finished = found[2] is not None
    # Keras 3 has no dash between the bar and the time.
    for part in found[3].split(" - "):
        part = part.strip()
        if (time := _TIME.match(part)) is not None:
            seconds = int(time[1])
        elif (metric := _METRIC.match(part)) is not None:
            metrics[metric[1]] = float(metric[2])
        elif part.startswith("ETA:"):
            finished = False
    return _Bar(metrics, seconds if finished else None)
