"""The results in a notebook's saved outputs, in the order in which its cells ran, and those in a log."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from tflsp.capture.keras_progress import progress
from tflsp.capture.printed_values import histories, printed
from tflsp.capture.results import NOWHERE, Place, Result, Score, Training
from tflsp.dataclass import dataclass, replace
from tflsp.documents.document import Document
from tflsp.documents.notebook import NotebookMemory
from tflsp.facts.python_calls import TRAINS

# What Keras prints has four digits.
_ROUNDED: Final = 6e-5


@dataclass(frozen=True, slots=True)
class CellOutput:
    """What a code cell gave: standard output and shown values as ``text``, what went to stderr as ``errors``."""

    place: Place
    source: str
    text: str
    errors: str = ""


def results_of_text(text: str) -> tuple[Result, ...]:
    """The results in a log."""
    return _results(text, NOWHERE, ())


def last_results_of_notebook(text: str) -> tuple[Result, ...]:
    """The results in a raw notebook's outputs, from the cell on whose training came to the end of an epoch last.

    All, where there was no training; in the order of execution, and none where the text is no notebook.
    """
    return _last(reversed(_in_order_of_execution(text) or ()))


def last_results_of_document(document: Document) -> tuple[Result, ...]:
    """The same of a raw notebook, of which no more cells are read than are needed where its cells are known."""
    text, memory = document.text, document.parts[0].cut.syntax
    # Names stand in quotes nowhere but in front of their values: within a string quotes are escaped.
    if (
        not isinstance(memory, NotebookMemory)
        or text.startswith("\ufeff")
        or text.count('"cells"') != 1
        or '"worksheets"' in text
    ):
        return last_results_of_notebook(text)
    fields = [each.raw.fields for each in memory.cells]
    order = [(_number(each), index) for index, each in enumerate(fields) if each.get("cell_type") == "code"]
    order.sort()
    cells = ((index, json.loads(memory.cells[index].of(text))) for _, index in reversed(order))
    return _last((index, cell) for index, cell in cells if isinstance(cell.get("outputs"), list))


def _last(cells: Iterable[tuple[int, dict[str, Any]]]) -> tuple[Result, ...]:
    """The results from the last training on, of cells in the reversed order of execution."""
    found: list[tuple[Result, ...]] = []
    for index, cell in cells:
        results = results_of(_output(index, cell))
        found.append(results)
        if any(isinstance(each, Training) and each.epochs for each in results):
            break
    return tuple(each for results in reversed(found) for each in results)


def results_of(output: CellOutput) -> tuple[Result, ...]:
    """The results in one cell's output."""
    called = tuple(found.strip(" .(") for found in TRAINS.findall(output.source))
    return _results(output.text, output.place, called)


def completed(results: Sequence[Result], logged: Sequence[Result]) -> tuple[Result, ...]:
    """What a document's outputs say, with what TensorBoard logged of the same training, whose values are not rounded.

    Where the outputs tell of no training (``verbose=0``) it is the logged one. Where both tell of different ones, the
    document's own stand: another program may have logged the other.
    """
    trained = [index for index, each in enumerate(results) if isinstance(each, Training) and each.epochs]
    log = next((each for each in logged if isinstance(each, Training)), None)
    if not trained:
        scores = [each for each in logged if isinstance(each, Score)]
        known = {near for each in results for value in _values(each) for near in _nearby(value)}
        new = (each for each in scores if not all(known & _nearby(value) for value in _values(each)))
        return (*((log,) if log is not None else ()), *new, *results)
    last = trained[-1]
    if log is None or not _tells_of_the_same(results[last], log):
        return tuple(results)
    return (*results[:last], _exact(results[last], log), *results[last + 1 :])


def outputs_of(text: str) -> tuple[CellOutput, ...] | None:
    """The outputs of a notebook's code cells (nbformat 3 and 4) in the order of execution; None for other texts."""
    cells = _in_order_of_execution(text)
    return None if cells is None else tuple(_output(index, cell) for index, cell in cells)


def _in_order_of_execution(text: str) -> list[tuple[int, dict[str, Any]]] | None:
    """The code cells that can have outputs, each with its number among all cells."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return None
    cells = _cells(notebook)
    if cells is None:
        return None
    found = [
        (index, cell)
        for index, cell in enumerate(cells)
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and isinstance(cell.get("outputs"), list)
    ]
    return sorted(found, key=_order)


def _order(found: tuple[int, dict[str, Any]]) -> tuple[float, int]:
    index, cell = found
    return _number(cell), index


def _number(cell: Mapping[str, Any]) -> float:
    """When a cell ran."""
    count = _count(cell)
    return math.inf if count is None else count


def _count(cell: Mapping[str, Any]) -> int | None:
    count = cell.get("execution_count", cell.get("prompt_number"))
    return count if isinstance(count, int) else None


def _cells(notebook: Any) -> list[Any] | None:
    if not isinstance(notebook, dict):
        return None
    if isinstance(cells := notebook.get("cells"), list):
        return cells
    if not isinstance(sheets := notebook.get("worksheets"), list):
        return None
    listed = (sheet.get("cells") for sheet in sheets if isinstance(sheet, dict))
    return [cell for cells in listed if isinstance(cells, list) for cell in cells]


def _output(index: int, cell: dict[str, Any]) -> CellOutput:
    place = Place(index, _count(cell))
    said: list[str] = []
    errors: list[str] = []
    for output in cell["outputs"]:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream":
            to_stderr = "stderr" in (output.get("name"), output.get("stream"))
            # Pieces of one stream go on where the last one stopped, in the middle of a bar as well.
            (errors if to_stderr else said).append(_joined(output.get("text")))
        elif output.get("output_type") in ("execute_result", "display_data", "pyout"):
            data = output.get("data")
            shown = data.get("text/plain") if isinstance(data, dict) else output.get("text")
            said.append(f"\n{_joined(shown)}\n")
    return CellOutput(place, _joined(cell.get("source", cell.get("input"))), "".join(said), "".join(errors))


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _results(text: str, place: Place, called: Sequence[str]) -> tuple[Result, ...]:
    if not text:
        return ()
    found = list(progress(text, place, called))
    for history in histories(text, place):
        same = next((index for index, each in enumerate(found) if _tells_of_the_same(each, history)), None)
        if same is None:
            found.append(history)
        else:
            found[same] = _exact(found[same], history)
    # Values that are printed again after a bar showed them are no further result.
    known = {near for each in found for value in _values(each) for near in _nearby(value)}
    again = (each for each in printed(text, place) if not all(known & _nearby(value) for value in _values(each)))
    return (*found, *again)


def _values(result: Result) -> Iterator[float]:
    rows = [epoch.metrics for epoch in result.epochs] if isinstance(result, Training) else [result.metrics]
    return (value for row in rows for value in row.values())


def _nearby(value: float) -> set[object]:
    """What a value shares with those that are rounded to the same four digits."""
    if not math.isfinite(value):
        return {str(value)}
    return {math.floor(value * 10_000), math.ceil(value * 10_000)}


def _tells_of_the_same(result: Result, history: Training) -> bool:
    if not isinstance(result, Training) or len(result.epochs) != len(history.epochs):
        return False
    return all(
        abs(value - epoch.metrics[name]) <= max(_ROUNDED, abs(value) * _ROUNDED)
        for epoch, exact in zip(result.epochs, history.epochs, strict=True)
        for name, value in exact.metrics.items()
        if name in epoch.metrics
    )


def _exact(result: Result, history: Training) -> Result:
    """A training with the values that History has, which are not rounded."""
    if not isinstance(result, Training):
        return result
    pairs = zip(result.epochs, history.epochs, strict=True)
    epochs = (replace(epoch, metrics={**epoch.metrics, **exact.metrics}) for epoch, exact in pairs)
    return replace(result, epochs=tuple(epochs))
