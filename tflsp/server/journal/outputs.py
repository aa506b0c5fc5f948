"""Outputs of cells as an editor tells them (`tflsp/cellOutputs`): newer than those of the file, until it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tflsp.dataclass import dataclass

if TYPE_CHECKING:
    from tflsp.server.documents import Opened
    from tflsp.server.session import Session

# What is kept of one cell, in code points; clients are asked to send no more.
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """A cell's outputs in nbformat's form. ``order`` grows with each message: what was told later ran later."""

    outputs: tuple[Mapping[str, Any], ...]
    execution_count: int | None
    order: int


class ToldOutputs:
    """The newest outputs by notebook and cell."""

    def __init__(self) -> None:
        self._cells: dict[str, dict[str, Told]] = {}
        self._order = 0

    def tell(self, notebook: str, cells: Sequence[Mapping[str, Any]]) -> None:
        """The outputs of these cells are such from now on. Raises KeyError, TypeError for what is no such message."""
        known = self._cells.setdefault(notebook, {})
        self._order += 1
        for cell in cells:
            count = cell.get("executionCount")
            outputs = tuple(trimmed(each) for each in cell["outputs"] if isinstance(each, dict))
            told = known.get(cell["cell"])
            count = count if isinstance(count, int) and not isinstance(count, bool) else None
            if told is None or (told.outputs, told.execution_count) != (outputs, count):
                known[str(cell["cell"])] = Told(outputs, count, self._order)

    def of(self, notebook: str) -> Mapping[str, Told]:
        """What was told of a notebook, by the URIs of its cells."""
        return dict(self._cells.get(notebook, {}))

    def forget(self, opened: Opened) -> None:
        """The notebook was closed: what it was saved with counts."""
        self._cells.pop(opened.uri, None)


_told: WeakKeyDictionary[Session, ToldOutputs] = WeakKeyDictionary()


def told_outputs(session: Session) -> ToldOutputs:
    """The session's own; made when they are asked for the first time."""
    told = _told.get(session)
    if told is None:
        told = _told[session] = ToldOutputs()
        session.on_close.append(told.forget)
    return told


def trimmed(output: Mapping[str, Any]) -> dict[str, Any]:
    """An output without pictures, and of a long text its end, where errors and last epochs stand."""
    made = {key: output[key] for key in ("output_type", "name", "ename", "evalue") if isinstance(output.get(key), str)}
    if (text := _text(output.get("text"))) is not None:
        made["text"] = text
    data = output.get("data")
    if isinstance(data, dict) and (plain := _text(data.get("text/plain"))) is not None:
        made["data"] = {"text/plain": plain}
    if made.get("output_type") == "error":
        trace = output.get("traceback")
        lines = [each for each in trace if isinstance(each, str)] if isinstance(trace, list) else []
        # Some kernels give the exception alone.
        lines = lines or ["Traceback (most recent call last):", f"{made.get('ename')}: {made.get('evalue', '')}"]
        made["traceback"] = "\n".join(lines)[-LONGEST:].split("\n")
    return made


def _text(value: object) -> str | None:
    if isinstance(value, list):
        value = "".join(each for each in value if isinstance(each, str))
    return value[-LONGEST:] if isinstance(value, str) else None
