"""Edits against plain slicing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.text.strategies import spans, texts
from tflsp.text import Span, TextEdit, apply_edits


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[TextEdit]]:
    """A text and edits of it that do not overlap, in any order; insertions may stand at one place."""
    text = draw(texts)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(places[::2], places[1::2], strict=False))
    return text, draw(st.permutations([TextEdit(Span(*pair), draw(texts)) for pair in pairs]))


@given(edited())
def test_edits_are_applied_as_if_one_by_one_from_the_end(case: tuple[str, list[TextEdit]]) -> None:
    text, edits = case
    expected = text
    by_place = [edit for _, edit in sorted(enumerate(edits), key=lambda it: (it[1].span, it[0]), reverse=True)]
    for edit in by_place:
        expected = expected[: edit.span.start] + edit.new_text + expected[edit.span.end :]
    assert apply_edits(text, edits) == expected


@given(st.data(), texts, texts)
def test_one_edit_at_any_place(data: st.DataObject, text: str, new: str) -> None:
    span = data.draw(spans(text))
    assert apply_edits(text, [TextEdit(span, new)]) == text[: span.start] + new + text[span.end :]


def test_insertions_at_one_place_keep_their_order() -> None:
    place = Span(1, 1)
    assert apply_edits("ab", [TextEdit(place, "2"), TextEdit(place, "1")]) == "a21b"


def test_an_insertion_before_a_replacement_of_the_same_place() -> None:
    assert apply_edits("abc", [TextEdit(Span(1, 2), "X"), TextEdit(Span(1, 1), "+")]) == "a+Xc"


@pytest.mark.parametrize("first", [Span(0, 2), Span(1, 3), Span(0, 3)])
def test_overlapping_edits_are_refused(first: Span) -> None:
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abc", [TextEdit(first, ""), TextEdit(Span(1, 2), "")])


@given(st.data(), texts)
def test_spans_say_what_they_hold(data: st.DataObject, text: str) -> None:
    span = data.draw(spans(text))
    assert len(span) == len(span.of(text))
    assert [offset for offset in range(-1, len(text) + 2) if offset in span] == list(range(span.start, span.end))
    assert span.touches(span.start)
    assert span.touches(span.end)
    assert span.covers(span)
    assert span.shift(2).shift(-2) == span
    assert bool(span)
