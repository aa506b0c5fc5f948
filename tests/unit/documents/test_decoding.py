"""Bytes to text and back: no byte is lost."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.text.strategies import texts
from tflsp.documents.decoding import read_bytes
from tflsp.documents.opening import open_bytes
from tflsp.text import Span, TextEdit, apply_edits


@given(st.binary(max_size=60) | texts.map(str.encode))
def test_any_bytes_come_back(data: bytes) -> None:
    decoded = read_bytes(data)
    assert decoded.encode(decoded.text) == data


@given(texts, st.sampled_from(("utf-8", "utf-16-le", "utf-16-be")))
def test_a_byte_order_mark_says_what_the_text_is(text: str, encoding: str) -> None:
    mark = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}[encoding]
    decoded = read_bytes(mark + text.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.bom) == (text, encoding, mark)
    assert decoded.encode(decoded.text + "实") == mark + (text + "实").encode(encoding)


def test_an_edit_leaves_the_bytes_around_it_alone() -> None:
    data = b"docker run x\r\n\xff\xfe\x80 latin-1: \xe9\r\n"
    document, decoded = open_bytes("a.md", data)
    assert not decoded.is_valid
    assert [note.message for note in document.notes] == [
        "some bytes are no UTF-8: they were read as unknown characters"
    ]
    text = apply_edits(decoded.text, [TextEdit(Span(11, 12), "实")])
    assert decoded.encode(text) == data.replace(b"run x", "run 实".encode())


@pytest.mark.parametrize(
    ("data", "is_valid"),
    [
        (b"plain", True),
        ("实".encode(), True),
        (b"\xff", False),
        (b"\xed\xa0\x80", False),
        (b"\xff\xfea", False),
        (b"", True),
    ],
)
def test_what_is_utf_8(data: bytes, is_valid: bool) -> None:
    assert read_bytes(data).is_valid is is_valid
