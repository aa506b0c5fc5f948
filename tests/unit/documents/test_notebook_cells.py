"""A cell that is decoded at once is the cell that is read member by member."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tflsp.documents import notebook_scan
from tflsp.documents.notebook_scan import scan_cell

TEXTS = st.text(st.sampled_from('a"\\é😀\n{}[]:, "source": '), max_size=12)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["source", "a", "outputs"]), inner),
    max_leaves=6,
)
CELLS = st.permutations(["cell_type", "metadata", "outputs", "source", "id"]).flatmap(
    lambda keys: st.tuples(
        *(st.tuples(st.just(key), TEXTS | st.lists(TEXTS, max_size=3) if key == "source" else VALUES) for key in keys)
    ).map(dict)
)


@given(CELLS, st.sampled_from([None, 1]), st.booleans())
def test_both_ways_give_the_same(cell: dict[str, object], indent: int | None, ascii_only: bool) -> None:
    text = "[ " + json.dumps(cell, indent=indent, ensure_ascii=ascii_only) + " ]"
    at_once, slowly = scan_cell(text, 2), notebook_scan._cell_by_members(text, 2)
    assert (at_once.span, at_once.source, at_once.text, at_once.fields) == (
        slowly.span,
        slowly.source,
        slowly.text,
        slowly.fields,
    )


@pytest.mark.parametrize("text", ['{"source": "a"', '{"source": }', "{", "[]", '{"source": ["a" "b"]}'])
def test_a_broken_cell_is_told(text: str) -> None:
    with pytest.raises(notebook_scan.Broken):
        scan_cell(text, 0)
