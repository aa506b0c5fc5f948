"""Medians, percentiles, growth, and Markdown tables. Pure functions of numbers and strings."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Summary:
    """Of `count` measurements: the median, the 95th percentile (nearest rank), the least and the greatest."""

    p50: float
    p95: float
    least: float
    greatest: float
    count: int


def summary(values: Sequence[float]) -> Summary:
    """Sums up at least one measurement."""
    ordered = sorted(values)
    rank = -(-95 * len(ordered) // 100) - 1
    return Summary(statistics.median(ordered), ordered[rank], ordered[0], ordered[-1], len(ordered))


def median_difference(pairs: Sequence[tuple[float, float]]) -> float:
    """The median of how much more the first of each pair took than the second."""
    return statistics.median(first - second for first, second in pairs)


def growth(points: Sequence[tuple[float, float]]) -> float:
    """How steep the last stretch of (size, cost) points is beside the first: 1.0 is linear, above it is worse.

    Costs that every run has (the start of the process) drop out, since only differences count. Needs three points with
    growing sizes.
    """
    (x0, y0), (x1, y1) = points[:2]
    (x2, y2), (x3, y3) = points[-2:]
    return ((y3 - y2) / (x3 - x2)) / ((y1 - y0) / (x1 - x0))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are aligned to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(value: float | None) -> str:
    """A time for a table; a dash for None."""
    if value is None:
        return "–"
    return f"{value:.2f} ms" if value < 10 else f"{value:.1f} ms" if value < 1000 else f"{value / 1000:.2f} s"


def mebibytes(value: float | None) -> str:
    """An amount of memory, given in bytes, for a table."""
    return "–" if value is None else f"{value / 2**20:.1f} MiB"


def ratio(value: float, peer: float | None) -> str:
    """How many times the peer's `value` is."""
    return "–" if not peer else f"{value / peer:.2f}x"
