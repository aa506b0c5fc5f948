"""What a codec writes reads back as what was meant."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.text.strategies import spans, texts, wild_texts
from tflsp.text import VERBATIM, Chained, JsonLines, JsonString, Prefixed, Span
from tflsp.text.json_strings import json_codec, json_map, json_text

betweens = st.sampled_from((",\n    ", ", ", ",", " ,\r\n\t"))


@given(wild_texts, st.booleans())
def test_a_json_string_reads_back(text: str, ascii_only: bool) -> None:
    assume(not _has_split_pair(text))
    raw = f'"{JsonString(ascii_only).encode(text)}"'
    assert json.loads(raw) == text
    raw.encode("utf-8")  # a lone surrogate was written as an escape
    if ascii_only:
        assert raw.isascii()


@given(wild_texts, betweens, st.booleans())
def test_json_lines_read_back_and_are_one_item_per_line(text: str, between: str, ascii_only: bool) -> None:
    assume(not _has_split_pair(text))
    items = json.loads(f'["{JsonLines(between, ascii_only).encode(text)}"]')
    assert "".join(items) == text
    assert all(item.endswith("\n") and item.count("\n") == 1 for item in items[:-1])


@given(wild_texts)
def test_the_map_of_a_json_string_places_every_character(text: str) -> None:
    assume(not _has_split_pair(text))
    for ascii_only in (True, False):
        _check_places(json.dumps(text, ensure_ascii=ascii_only), text, ascii_only=ascii_only)


@given(texts, betweens, st.booleans())
def test_the_map_of_json_lines_places_every_character(text: str, between: str, ascii_only: bool) -> None:
    items = [json.dumps(line, ensure_ascii=ascii_only) for line in text.splitlines(keepends=True)] or ['""']
    _check_places(f"[{between[1:]}{between.join(items)}{between[1:]}]", text, ascii_only=ascii_only)


def _check_places(raw: str, text: str, *, ascii_only: bool) -> None:
    assert json_text(raw) == text
    mapped = json_map(raw, 100)
    assert mapped.inner_length == len(text)
    for offset, char in enumerate(text):
        place = mapped.span(Span(offset, offset + 1)).shift(-100)
        assert json.loads(f'"{place.of(raw)}"') == char
        assert mapped.inwards(place.start + 100) == offset
    assert 100 <= mapped.start(len(text)) < 100 + len(raw)


@given(st.data(), wild_texts, wild_texts, st.booleans(), st.sampled_from(("string", "lines")), betweens)
def test_an_edit_through_map_and_codec_is_the_edit_of_the_text(
    data: st.DataObject, text: str, new: str, ascii_only: bool, form: str, between: str
) -> None:
    span = data.draw(spans(text))
    after = text[: span.start] + new + text[span.end :]
    assume(not _has_split_pair(text) and not _has_split_pair(after) and not _has_split_pair(new))
    if form == "string":
        raw = json.dumps(text, ensure_ascii=ascii_only or not _encodable(text))
    else:
        lines = [f"{line}\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]
        if not lines[-1] and len(lines) > 1:
            lines.pop()
        items = [json.dumps(line, ensure_ascii=ascii_only or not _encodable(line)) for line in lines]
        raw = f"[\n    {between.join(items)}\n]"
    assert json_text(raw) == text
    place = json_map(raw).span(span)
    written = raw[: place.start] + json_codec(raw).encode(new) + raw[place.end :]
    value = json.loads(written)
    assert ("".join(value) if isinstance(value, list) else value) == after
    assert json_text(written) == after


def test_the_codec_writes_as_the_notebook_is_written() -> None:
    assert json_codec('["a\\n",\n    "b"]') == JsonLines(",\n    ")
    assert json_codec('[\n  "a"\n]') == JsonLines(",\n  ")
    assert json_codec('["a"]') == JsonLines(", ")
    assert json_codec('"a"') == JsonString()
    assert json_codec('"\\u5b9e"') == JsonString(ascii_only=True)
    assert json_codec('"\\\\u5b9e"') == JsonString(), "a backslash before a u is no escape"
    assert json_codec('"\\u0007"') == JsonString(), "control characters are always escaped"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r'"\ud83d\ude00"', "😀"),
        (r'"\uD83D\uDE00"', "😀"),
        (r'"\ud83d"', "\ud83d"),
        (r'"\ude00\ud83d"', "\ude00\ud83d"),
        (r'"\ud83dx\ude00"', "\ud83dx\ude00"),
        (r'"\\ud83d"', r"\ud83d"),
        (r'"\/\b\f\n\r\t\"\\"', '/\b\f\n\r\t"\\'),
        ('["a", "b"]', "ab"),
        ('["a", 1]', ""),
        ("[]", ""),
        ("12", ""),
    ],
)
def test_what_json_strings_say(raw: str, text: str) -> None:
    assert json_text(raw) == text
    if text:
        assert json_map(raw).inner_length == len(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('"half typed', "half typed"),
        ('"bad \\x escape"', "bad x escape"),
        ('"cut \\u12"', "cut u12"),
        ('["one\\n",\n "two', "one\ntwo"),
        ('["one\\n",\n "two\n "three"]', "one\ntwothree"),
        ('["open\\', "open"),
        ('["a\\n" "b"]', "a\nb"),
        ('"\\ud83d\\ude00', "😀"),
        ('"tab\there"', "tab\there"),
        ("", ""),
    ],
)
def test_broken_json_is_read_as_far_as_it_goes(raw: str, text: str) -> None:
    assert json_text(raw) == text
    assert json_map(raw).inner_length == len(text)


@given(st.text(alphabet='"\\u0d8e, []\nx😀', max_size=30))
def test_map_and_text_of_any_raw_text_agree(raw: str) -> None:
    text = json_text(raw)
    if text:
        assert json_map(raw).inner_length == len(text)


@given(texts, st.sampled_from(("> ", "# ", "    ", "> - ")))
def test_every_line_after_the_first_is_prefixed(text: str, prefix: str) -> None:
    written = Prefixed(prefix).encode(text)
    lines = _lines(written)
    assert [line if not number else line.removeprefix(prefix) for number, line in enumerate(lines)] == _lines(text)
    assert all(line.startswith(prefix) for line in lines[1:])


@given(texts)
def test_chained_codecs_write_inner_then_outer(text: str) -> None:
    chained = Chained(Prefixed("> "), JsonString())
    assert json.loads(f'"{chained.encode(text)}"') == Prefixed("> ").encode(text)
    assert VERBATIM.encode(text) == text


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _has_split_pair(text: str) -> bool:
    """Two lone surrogates that JSON would read as one character: no JSON text says such a thing."""
    return any("\ud800" <= a <= "\udbff" and "\udc00" <= b <= "\udfff" for a, b in pairwise(text))
