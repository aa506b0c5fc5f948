"""The runs of an open document's cells: what each gave, the newest last. Files are read here, not on the event loop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tflsp.capture.errors import BrokenNotebookError, errors_in_notebook
from tflsp.capture.outputs import CellOutput, outputs_of, results_of
from tflsp.capture.results import Result
from tflsp.checking.files import decode
from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.server.journal.outputs import Told
from tflsp.tensorflow.errors import ErrorReport

# A larger file is not read for its outputs.
_LARGEST = 256 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A code cell's outputs. ``cell`` is its index in the open notebook, None where it is not known (any more);
    ``told`` is whether the editor told them, and not the file."""

    cell: int | None
    source: Mapping[str, Any]  # the cell as nbformat has it
    told: bool

    @property
    def output(self) -> CellOutput | None:
        found = outputs_of(json.dumps({"cells": [self.source]}))
        return found[0] if found else None

    @property
    def results(self) -> tuple[Result, ...]:
        output = self.output
        return () if output is None else results_of(output)

    @property
    def error(self) -> ErrorReport | None:
        """The error that the run ended with; warnings are none."""
        if not self.source["outputs"]:
            return None
        try:
            return errors_in_notebook(json.dumps({"cells": [self.source]})).last
        except BrokenNotebookError:
            return None


def runs_of_cells(document: Document, saved: str | None, told: Mapping[str, Told]) -> tuple[Run, ...]:
    """The runs of a notebook that an editor holds cell by cell, in the order in which they ran.

    ``saved`` is the file's text; ``told`` are outputs by the parts' identifiers, and win.
    """
    texts = [part.text for part in document.parts]
    newer = [(each, index) for index, part in enumerate(document.parts) if (each := told.get(part.identifier))]
    newer.sort(key=lambda pair: (pair[0].order, pair[0].execution_count or 0, pair[1]))
    replaced = {index for _, index in newer}
    found = []
    for number, cell in _saved_cells(saved):
        index = _index_of(source_of(cell), number, texts)
        if index not in replaced:
            found.append(Run(index, cell, False))
    for each, index in newer:
        cell = {"cell_type": "code", "source": texts[index], "execution_count": each.execution_count}
        found.append(Run(index, {**cell, "outputs": list(each.outputs)}, True))
    return tuple(found)


def runs_of_file(saved: str | None) -> tuple[Run, ...]:
    """The runs that a notebook's file has, in the order in which they ran; ``cell`` is the index in the file."""
    return tuple(Run(number, cell, False) for number, cell in _saved_cells(saved))


def order_of(runs: tuple[Run, ...]) -> dict[int, int]:
    """Which of the open cells ran when, from 1; those that have not run are left out."""
    ran = (run.cell for run in runs if run.told or run.source.get("execution_count") is not None)
    return {cell: number for number, cell in enumerate(ran, 1) if cell is not None}


def results(runs: tuple[Run, ...]) -> tuple[Result, ...]:
    return tuple(result for run in runs for result in run.results)


def read_saved(path: Path | None) -> str | None:
    """A notebook's file; None where there is none, or none that can be read."""
    if path is None or path.suffix != ".ipynb":
        return None
    try:
        return decode(path.read_bytes()) if path.stat().st_size <= _LARGEST else None
    except OSError:
        return None


def _saved_cells(saved: str | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The code cells with outputs, in the order of execution, each with its index in the file."""
    try:
        notebook = json.loads(saved) if saved else None
    except (ValueError, RecursionError):
        return
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    found = [
        (number, cell)
        for number, cell in enumerate(cells if isinstance(cells, list) else ())
        if isinstance(cell, dict) and cell.get("cell_type") == "code" and _has_run(cell)
    ]
    yield from sorted(found, key=_order)


def _has_run(cell: Mapping[str, Any]) -> bool:
    outputs = cell.get("outputs")
    return isinstance(outputs, list) and (bool(outputs) or isinstance(cell.get("execution_count"), int))


def _order(pair: tuple[int, dict[str, Any]]) -> tuple[float, int]:
    number, cell = pair
    count = cell.get("execution_count")
    return (count if isinstance(count, int) else float("inf"), number)


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's source as one text."""
    source = cell.get("source")
    if isinstance(source, list):
        return "".join(each for each in source if isinstance(each, str))
    return source if isinstance(source, str) else ""


def _index_of(source: str, number: int, texts: list[str]) -> int | None:
    """The open cell that a cell of the file is: the nearest with its source."""
    same = [index for index, text in enumerate(texts) if text == source]
    return min(same, key=lambda index: abs(index - number), default=None)
