"""Values that programs print themselves: History dicts, loops of one's own, single scores, classification reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tflsp.capture.results import NOWHERE, Epoch, Place, Result, Score, Training, kind_of_metric
from tflsp.capture.terminal import shown_lines
from tflsp.text.patterns import pattern

_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|nan|inf)"
_DICT: Final = pattern(r"\{'[^{}]{1,200000}\}")
_LISTED: Final = pattern(r"'([^'\n]{1,100})':\s*\[([^\[\]]*)\]")
_SINGLE: Final = pattern(rf"'([^'\n]{{1,100}})':\s*({_NUMBER})(?=[,}}\s])")
_ONE: Final = pattern(rf"{_NUMBER}\Z")
_PAIR: Final = pattern(rf"\W*([^\W\d][\w /@.-]{{0,60}}?)\s*(?:[:=：]|\bis\b|为)\s*({_NUMBER})\s*([%％]?)\s*\.?\Z")
_EPOCH: Final = pattern(r"\W*(?:[Ee]poch|EPOCH|轮次|第)\s*[:：=#]?\s*(\d{1,9})(?:\s*/\s*(\d{1,9}))?\s*轮?(?=\D|\Z)")
_SEPARATORS: Final = pattern(r"[,，;；|]| - |\t")
_REPORT: Final = pattern(r"\s*precision\s+recall\s+f1-score\s+support\Z")
_ROW: Final = pattern(r"\s*(accuracy|macro avg|weighted avg|micro avg|samples avg)((?:\s+\d+(?:\.\d+)?){2,4})\Z")
# A line that tells of values is no longer than this.
_LONGEST: Final = 300


def histories(text: str, place: Place = NOWHERE) -> tuple[Training, ...]:
    """Trainings in the dicts of ``History.history`` that were printed or shown."""
    if "': [" not in text:
        return ()
    found: list[Training] = []
    for written in _DICT.findall(text):
        columns = {name: _numbers(listed) for name, listed in _LISTED.findall(written)}
        lengths = {len(column) for column in columns.values()}
        if columns and len(lengths) == 1 and lengths != {0} and any(kind_of_metric(name) for name in columns):
            rows = zip(*columns.values(), strict=True)
            epochs = (Epoch(number, dict(zip(columns, row, strict=True))) for number, row in enumerate(rows, 1))
            found.append(Training(tuple(epochs), place=place))
    return tuple(found)


def printed(text: str, place: Place = NOWHERE) -> Iterator[Result]:
    """Single values that are printed with a metric's name, epochs of a loop of one's own, and reports, in order.

    Percentages become fractions: those with a sign, and parts of a whole that are larger than one.
    """
    epochs: list[Epoch] = []
    planned: int | None = None
    report: dict[str, float] | None = None
    for line in shown_lines(text):
        if len(line) > _LONGEST:
            continue
        if _REPORT.match(line):
            report = {}
        elif report is not None and (row := _ROW.match(line)) is not None:
            report |= _row(row[1], [float(number) for number in row[2].split()])
            if row[1] == "weighted avg":
                yield Score("report", report, place)
                report = None
        elif (heading := _EPOCH.match(line)) is not None:
            if values := _pairs(line[heading.end() :]):
                if epochs and int(heading[1]) <= epochs[-1].number:
                    yield Training(tuple(epochs), planned, place=place)
                    epochs = []
                epochs.append(Epoch(int(heading[1]), values))
                planned = int(heading[2]) if heading[2] else None
        elif values := _pairs(line):
            if epochs:
                yield Training(tuple(epochs), planned, place=place)
                epochs = []
            yield Score("printed", values, place)
        elif line.startswith("{'") and (values := _single(line)):
            yield Score("evaluate", values, place)
    if epochs:
        yield Training(tuple(epochs), planned, place=place)


def csv_trainings(text: str) -> tuple[Training, ...]:
    """The trainings in a file that CSVLogger wrote; several where it was appended to. Epochs count from 1.

    Gives none for other tables.
    """
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    if not lines or not lines[0].startswith("epoch") or len(lines[0]) < len("epoch,x"):
        return ()
    separator = lines[0][len("epoch")]
    names = lines[0].split(separator)[1:]
    found: list[list[Epoch]] = []
    for line in lines[1:]:
        number, *values = line.split(separator)
        if not number.isascii() or not number.isdecimal() or len(values) != len(names):
            continue
        # What a callback did not give is NA.
        known = {name: float(value) for name, value in zip(names, values, strict=True) if _ONE.match(value)}
        if not found or int(number) < found[-1][-1].number:
            found.append([])
        found[-1].append(Epoch(int(number) + 1, known))
    return tuple(Training(tuple(epochs)) for epochs in found)


def _numbers(listed: str) -> list[float]:
    parts = [part.strip() for part in listed.split(",") if part.strip()]
    return [float(part) for part in parts] if all(_ONE.match(part) for part in parts) else []


def _single(line: str) -> dict[str, float]:
    values = {name: float(value) for name, value in _SINGLE.findall(line)}
    return values if "loss" in values or any(kind_of_metric(name) for name in values) else {}


def _pairs(text: str) -> dict[str, float]:
    """``Loss: 0.12, Accuracy: 95.2 %`` as values; nothing where a part of it is no metric's."""
    values: dict[str, float] = {}
    for part in _SEPARATORS.split(text):
        found = _PAIR.match(part)
        if found is None:
            if part.strip(" .:-"):
                return {}
            continue
        name, value = " ".join(found[1].split()), float(found[2])
        kind = kind_of_metric(name.lower())
        if kind is None:
            return {}
        share = kind in ("accuracy", "precision", "recall", "f1", "auc", "top_k")
        values[name] = round(value / 100, 12) if found[3] or (share and 1 < value <= 100) else value
    return values


def _row(name: str, numbers: list[float]) -> dict[str, float]:
    if name == "accuracy":
        return {"accuracy": numbers[0]}
    average = name.replace(" ", "_")
    columns = ("precision", "recall", "f1")
    return {f"{column}_{average}": number for column, number in zip(columns, numbers, strict=False)}
