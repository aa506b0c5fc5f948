"""The last minutes of each GPU, for graphs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tflsp.gpu.state import Gpu, Missing, Snapshot, known

# Points that are kept of each GPU: ten minutes at the usual pace.
HISTORY = 300


@dataclass(frozen=True, slots=True)
class Point:
    """One moment in a GPU's history; what was missing is None. Seconds since 1970, bytes, percent, °C, watts."""

    time: float
    memory: int | None
    utilization: int | None
    temperature: int | None
    power: float | None


class History:
    """Points of every GPU, the oldest of which are forgotten."""

    def __init__(self) -> None:
        self._points: dict[str, deque[Point]] = {}

    def add(self, snapshot: Snapshot) -> None:
        """Remember a snapshot; one that was there already is not counted twice."""
        for gpu in snapshot.gpus:
            points = self._points.setdefault(_key(gpu), deque(maxlen=HISTORY))
            if not points or points[-1].time != snapshot.time:
                points.append(point_of(gpu, snapshot.time))

    def of(self, gpu: Gpu) -> tuple[Point, ...]:
        """The points of a GPU, the oldest first."""
        return tuple(self._points.get(_key(gpu), ()))


def point_of(gpu: Gpu, moment: float) -> Point:
    """What is kept of a GPU's state."""
    memory, rates = known(gpu.memory), known(gpu.utilization)
    return Point(
        moment,
        memory.used if memory is not None else None,
        rates.gpu if rates is not None else None,
        known(gpu.temperature),
        known(gpu.power),
    )


def _key(gpu: Gpu) -> str:
    return str(gpu.index) if isinstance(gpu.uuid, Missing) else gpu.uuid
