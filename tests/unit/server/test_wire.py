"""Framing: every message arrives once, whatever the pieces, and garbage costs no message after it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tflsp.server.wire import MAX_HEADER, Frames, encode

MESSAGES = st.lists(st.dictionaries(st.text(max_size=4), st.text(max_size=30), max_size=3), min_size=1, max_size=5)
# What is no header: any line without "content-length" in it.
GARBAGE = st.binary(max_size=40).map(lambda data: data.replace(b"\n", b" ").replace(b":", b" ") + b"\r\n")


@given(MESSAGES, st.lists(st.integers(1, 60), max_size=200))
def test_pieces_of_any_size(messages: list[dict[str, str]], sizes: list[int]) -> None:
    data = b"".join(encode(message) for message in messages)
    frames, found, at = Frames(), [], 0
    for size in [*sizes, len(data)]:
        found += [json.loads(body) for body in frames.feed(data[at : at + size])]
        at += size
    assert found == messages


@given(MESSAGES, st.lists(GARBAGE, max_size=4))
def test_garbage_between_messages(messages: list[dict[str, str]], garbage: list[bytes]) -> None:
    data = b"".join(b"".join(garbage) + encode(message) for message in messages)
    assert [json.loads(body) for body in Frames().feed(data)] == messages


def test_a_header_after_a_body_of_the_wrong_length() -> None:
    data = b'Content-Length: 2\r\n\r\n{"too": "long"}' + encode({"a": 1}) + encode({"b": 2})
    bodies = list(Frames().feed(data))
    assert [json.loads(body) for body in bodies[1:]] == [{"a": 1}, {"b": 2}]


def test_other_headers_and_cases() -> None:
    body = b'{"a":1}'
    head = b"content-length:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" % len(body)
    assert list(Frames().feed(head + body)) == [body]


def test_endless_garbage_without_a_line_end_is_let_go() -> None:
    frames = Frames()
    for _ in range(10):
        assert not list(frames.feed(b"x" * MAX_HEADER))
    assert [json.loads(body) for body in frames.feed(b"\r\n" + encode({"a": 1}))] == [{"a": 1}]


def test_lone_surrogates_are_written_as_escapes() -> None:
    data = encode({"text": "\ud83d 💡"})
    assert data.isascii()
    (body,) = Frames().feed(data)
    assert json.loads(body) == {"text": "\ud83d 💡"}
