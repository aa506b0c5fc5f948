"""Items that are made as they are asked for are those of a list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.text.lazy import Lazy

BOUND = st.none() | st.integers(-12, 12)


@given(st.lists(st.integers(), max_size=10), st.builds(slice, BOUND, BOUND, st.sampled_from([None, 1, 2, -1])))
def test_as_a_list(items: list[int], part: slice) -> None:
    lazy = Lazy(len(items), items.__getitem__)
    assert (list(lazy), len(lazy), bool(lazy)) == (items, len(items), bool(items))
    assert lazy[part] == items[part]
    for number in range(-len(items), len(items)):
        assert lazy[number] == items[number]
    for number in (len(items), -len(items) - 1):
        with pytest.raises(IndexError):
            lazy[number]


def test_nothing_is_made_that_nobody_asks_for() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    assert (Lazy(1_000, make)[-1], made) == (999, [999])
