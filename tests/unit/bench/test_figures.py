"""Medians, percentiles, growth and tables."""

from __future__ import annotations

import pytest

from bench.figures import growth, mebibytes, median_difference, milliseconds, ratio, summary, table
from bench.options import Goal


def test_summary() -> None:
    result = summary([float(value) for value in range(100, 0, -1)])
    assert (result.p50, result.p95, result.least, result.greatest, result.count) == (50.5, 95.0, 1.0, 100.0, 100)
    assert summary([3.0]).p95 == 3.0


def test_the_difference_is_taken_pair_by_pair() -> None:
    assert median_difference([(10, 1), (100, 90), (12, 2)]) == 10


@pytest.mark.parametrize(("exponent", "expected"), [(1, 1.0), (2, 4.0)])
def test_growth_ignores_what_every_run_costs(exponent: int, expected: float) -> None:
    assert growth([(size, 0.5 + size**exponent) for size in (1, 4, 16)]) == pytest.approx(expected)


def test_tables_and_units() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"
    assert [milliseconds(value) for value in (1.234, 12.34, 1234.5)] == ["1.23 ms", "12.3 ms", "1.23 s"]
    assert mebibytes(3 * 2**20) == "3.0 MiB"
    assert ratio(3, 2) == "1.50x"
    assert (milliseconds(None), mebibytes(None), ratio(1, None)) == ("–", "–", "–")


def test_a_goal_is_met_at_its_limit() -> None:
    assert Goal("x", 2.0, 2.0, "ms").met
    assert not Goal("x", 2.1, 2.0, "ms").met
