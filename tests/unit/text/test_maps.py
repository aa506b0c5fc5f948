"""Maps against a model: for every code point of the inner text, the outer code points that it stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tflsp.text import Span, SpanMap
from tflsp.text.maps import Segment

Model = list[tuple[int, int]]


@st.composite
def maps(draw: st.DrawFn, outer_length: int | None = None) -> tuple[SpanMap, Model]:
    """A map whose pieces follow each other outside, with gaps; and the outer span of every inner code point."""
    segments, model, at = [], [], 0
    for _ in range(draw(st.integers(1, 6))):
        at += draw(st.integers(0, 3))
        if draw(st.booleans()):
            length = draw(st.integers(0, 4))
            segment = Segment(length, at, length)
            own = [(at + i, at + i + 1) for i in range(length)]
        else:
            segment = Segment(1, at, draw(st.integers(2, 6)))
            own = [(at, at + segment.outer)]
        if outer_length is not None and segment.start + segment.outer > outer_length:
            break
        segments.append(segment)
        model += own
        at = segment.start + segment.outer
    return SpanMap(segments), model


def inner_spans(length: int) -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(0, length), st.integers(0, length)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.data(), maps())
def test_spans_cover_exactly_the_pieces_of_their_characters(data: st.DataObject, case: tuple[SpanMap, Model]) -> None:
    mapped, model = case
    assert mapped.inner_length == len(model)
    span = data.draw(inner_spans(len(model)))
    outer = mapped.span(span)
    if span.start == span.end:
        assert len(outer) == 0
    else:
        assert outer == Span(model[span.start][0], model[span.end - 1][1])
    if span.start < len(model):
        assert mapped.start(span.start) == model[span.start][0]
    if span.end > 0:
        assert mapped.end(span.end) == model[span.end - 1][1]


@given(maps(), st.integers(0, 60))
def test_a_cursor_outside_comes_back_to_the_character_it_stands_on(case: tuple[SpanMap, Model], offset: int) -> None:
    mapped, model = case
    inside = mapped.inwards(offset)
    on = [index for index, (start, end) in enumerate(model) if start <= offset < end]
    if on:
        assert inside == on[0]
    elif inside is not None:
        # At the end of a piece, or where an empty piece stands.
        assert any(piece.start + piece.outer == offset for piece in mapped.segments)
    else:
        assert not any(end == offset for _, end in model)


@given(maps(), st.integers(-5, 20))
def test_a_shifted_map_is_the_map_of_shifted_pieces(case: tuple[SpanMap, Model], by: int) -> None:
    mapped, model = case
    plain = SpanMap(Segment(piece.inner, piece.start + by, piece.outer) for piece in mapped.segments)
    lazy = SpanMap.lazily(lambda: case[0].segments)
    for shifted in (mapped.shifted(by), lazy.shifted(by), mapped.shifted(7).shifted(by - 7)):
        assert shifted.segments == plain.segments
        for offset in range(len(model) + 1):
            assert shifted.start(offset) == plain.start(offset)
            assert shifted.end(offset) == plain.end(offset)
        for offset in range(by, by + 40):
            assert shifted.inwards(offset) == plain.inwards(offset)


@given(st.data(), maps())
def test_a_map_through_another_is_one_after_the_other(data: st.DataObject, outer_case: tuple[SpanMap, Model]) -> None:
    outer, outer_model = outer_case
    inner, inner_model = data.draw(maps(len(outer_model)))
    joined = inner.within(outer)
    assert joined.inner_length == len(inner_model)
    span = data.draw(inner_spans(len(inner_model)))
    if span.start < span.end:
        assert joined.span(span) == outer.span(inner.span(span))
        first, last = inner_model[span.start], inner_model[span.end - 1]
        assert joined.span(span) == Span(outer_model[first[0]][0], outer_model[last[1] - 1][1])


def test_an_insertion_at_a_border_belongs_to_what_follows_and_an_end_to_what_precedes() -> None:
    mapped = SpanMap((Segment(2, 10, 2), Segment(2, 20, 2)))
    assert mapped.span(Span(2, 2)) == Span(20, 20)
    assert mapped.span(Span(0, 2)) == Span(10, 12)
    assert mapped.span(Span(1, 3)) == Span(11, 21)
    assert mapped.span(Span(4, 4)) == Span(22, 22)


def test_a_map_without_pieces_is_a_place() -> None:
    assert SpanMap(()).span(Span(0, 0)) == Span(0, 0)
    assert SpanMap.at(5, 0).span(Span(0, 0)) == Span(5, 5)
    assert SpanMap.at(5, 0).inwards(5) == 0
    assert SpanMap.at(5, 0).inwards(6) is None
