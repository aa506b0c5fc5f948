"""Lines and positions against a model that counts character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.text.strategies import spans, texts, wild_texts
from tflsp.text import Encoding, LineIndex, Position, Span
from tflsp.text.lines import units

encodings = st.sampled_from(list(Encoding))


def model_lines(text: str) -> list[tuple[int, int, int]]:
    """(start, end of the content, end with the line end) of each line."""
    lines, start, at = [], 0, 0
    while at < len(text):
        width = 2 if text[at : at + 2] == "\r\n" else 1 if text[at] in "\r\n" else 0
        at += width or 1
        if width:
            lines.append((start, at - width, at))
            start = at
    return [*lines, (start, len(text), len(text))]


def model_units(char: str, encoding: Encoding) -> int:
    code = ord(char)
    if encoding is Encoding.UTF32:
        return 1
    if encoding is Encoding.UTF16:
        return 1 if code < 0x10000 else 2
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


@given(wild_texts)
def test_lines_are_those_of_the_model(text: str) -> None:
    index = LineIndex(text)
    assert [(index.line_span(n).start, index.line_span(n).end, index.line_span(n, with_end=True).end)
            for n in range(index.line_count)] == model_lines(text)  # fmt: skip
    assert [span.of(text) for span in index.lines()] == [text[start:end] for start, end, _ in model_lines(text)]
    assert index.line_span(index.line_count) == Span(len(text), len(text))


@given(wild_texts, encodings)
def test_every_offset_has_the_position_of_the_model(text: str, encoding: Encoding) -> None:
    index = LineIndex(text)
    for number, (start, end, full) in enumerate(model_lines(text)):
        column = 0
        for offset in range(start, end + 1):
            assert index.position(offset, encoding) == Position(number, column)
            assert index.offset(Position(number, column), encoding) == offset
            assert index.line_of(offset) == number
            if offset < end:
                width = model_units(text[offset], encoding)
                for inside in range(1, width):
                    assert index.offset(Position(number, column + inside), encoding) == offset
                column += width
        if full - end == 2:
            assert index.position(end + 1, encoding) == Position(number, column), "between \\r and \\n"


@given(wild_texts, encodings, st.integers(-3, 40), st.integers(-3, 40))
def test_any_position_is_clamped_into_the_text(text: str, encoding: Encoding, line: int, character: int) -> None:
    index = LineIndex(text)
    offset = index.offset(Position(line, character), encoding)
    assert 0 <= offset <= len(text)
    if 0 <= line < index.line_count:
        assert index.line_span(line).touches(offset)
        if character > 40 * 4 or character >= units(index.line_text(line), encoding):
            assert offset == index.line_span(line).end
    else:
        assert offset == (0 if line < 0 else len(text))


@given(st.integers(-5, 30), texts)
def test_offsets_outside_are_clamped(offset: int, text: str) -> None:
    assert LineIndex(text).position(offset) == LineIndex(text).position(min(max(offset, 0), len(text)))


@given(st.data(), wild_texts, wild_texts)
def test_an_edited_index_is_that_of_the_new_text(data: st.DataObject, text: str, new: str) -> None:
    span = data.draw(spans(text))
    after = text[: span.start] + new + text[span.end :]
    assert LineIndex(text).edited(after, span, len(new)).starts == LineIndex(after).starts


@given(st.data(), wild_texts)
def test_an_index_that_was_edited_again_and_again(data: st.DataObject, text: str) -> None:
    index = LineIndex(text)
    for _ in range(4):
        span, new = data.draw(spans(text)), data.draw(st.sampled_from(("x", "\n", "", "\r", "é\n\r\nx")))
        text = text[: span.start] + new + text[span.end :]
        index = index.edited(text, span, len(new))
        fresh = LineIndex(text)
        assert index.starts == fresh.starts
        assert list(index.lines()) == list(fresh.lines())
        for offset in range(len(text) + 1):
            assert index.position(offset) == fresh.position(offset)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_edits_at_every_border_of_a_line_end(end: str) -> None:
    text = f"a{end}b{end}{end}c"
    for start in range(len(text) + 1):
        for stop in range(start, len(text) + 1):
            for new in ("", "\n", "\r", "\r\n", "x", "\rx", "x\n"):
                after = text[:start] + new + text[stop:]
                assert LineIndex(text).edited(after, Span(start, stop), len(new)).starts == LineIndex(after).starts


def test_what_is_no_line_end_for_lsp() -> None:
    assert LineIndex("a\u2028b\fc\x85d\ve\x1cf\u2029").line_count == 1


def test_a_line_of_five_million_characters_costs_no_loop() -> None:
    text = "é" + "x" * 5_000_000 + "🔧y"
    index = LineIndex(text)
    at = len(text) - 1
    for encoding, column in ((Encoding.UTF8, 5_000_006), (Encoding.UTF16, 5_000_003), (Encoding.UTF32, 5_000_002)):
        assert index.position(at, encoding) == Position(0, column)
        assert index.offset(Position(0, column), encoding) == at
