"""Messages are found however the stream is cut, keep their bytes, and what is no message is told."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tflsp.remote import frames as module
from tflsp.remote.frames import MAX_BODY, MAX_HEADER, MAX_NOISE, Frame, Frames, FramingError

bodies = st.lists(st.binary(max_size=60).map(lambda inner: b"{" + inner), min_size=1, max_size=6)
headers = st.sampled_from(
    [
        b"Content-Length: %d\r\n\r\n",
        b"content-length:%d\r\n\r\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: %d\r\nContent-Type: text/plain\r\n\r\n",
        b"Content-Length: %d\n\n",
    ]
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces, cut at places (taken modulo its length)."""
    edges = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(edges)]


def read(pieces: list[bytes], *, noisy: bool = False) -> tuple[Frames, list[Frame]]:
    frames = Frames(noisy=noisy)
    return frames, [frame for piece in pieces for frame in frames.feed(piece)]


@given(bodies, headers, st.lists(st.integers(0), max_size=12))
def test_any_cut_gives_the_same_messages(texts: list[bytes], header: bytes, places: list[int]) -> None:
    whole = [header % len(text) + text for text in texts]
    frames, found = read(cut(b"".join(whole), places))
    assert [frame.raw for frame in found] == whole
    assert [frame.raw[frame.start :] for frame in found] == texts
    assert not frames.pending


@given(
    st.binary(max_size=300).filter(lambda noise: b"content-length" not in noise.lower()),
    bodies,
    headers,
    st.lists(st.integers(0), max_size=12),
)
@example(b"Welcome to the container!\nprompt> ", [b"{}"], b"Content-Length: %d\r\n\r\n", [3, 40])
@example(b"Content-Length", [b"{}"], b"Content-Length: %d\r\n\r\n", [])
def test_noise_before_the_first_message(noise: bytes, texts: list[bytes], header: bytes, places: list[int]) -> None:
    whole = [header % len(text) + text for text in texts]
    frames, found = read(cut(noise + b"".join(whole), places), noisy=True)
    assert [frame.raw[frame.start :] for frame in found] == texts
    assert [frame.raw for frame in found[1:]] == whole[1:]
    # A line that stands above Content-Length in the first header is taken for noise too, which costs nobody anything.
    assert (noise + whole[0]).startswith(frames.heard)


def test_what_was_heard_instead_of_a_message() -> None:
    frames, found = read([b"bash: tflsp: ", b"command not found\n"], noisy=True)
    assert (found, frames.heard) == ([], b"bash: tflsp: command not found\n")


@given(st.binary(max_size=400), st.lists(st.integers(0), max_size=8), st.booleans())
def test_anything_at_all_is_read_or_refused(data: bytes, places: list[int], noisy: bool) -> None:
    try:
        _, found = read(cut(data, places), noisy=noisy)
    except FramingError:
        return
    assert sum(len(frame.raw) for frame in found) <= len(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"what is this\n", "something else"),
        (b"Content-Length: 2\r\n\r\n{}oops\n", "something else"),
        (b"Content-Type: text/plain\r\n\r\n{}", "no Content-Length"),
        (b"Content-Length: -1\r\n\r\n{}", "no Content-Length"),
        (b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), "256 MiB is the limit"),
        (b"a: b\r\n" * MAX_HEADER, "something else"),
    ],
)
def test_a_broken_stream_is_told(data: bytes, what: str) -> None:
    with pytest.raises(FramingError, match=what):
        read([data])


def test_endless_noise_is_told_and_not_kept() -> None:
    frames = Frames(noisy=True)
    endless = (frame for _ in range(MAX_NOISE // 1000 + 20) for frame in frames.feed(b"x" * 999 + b"\n"))
    with pytest.raises(FramingError, match="no message within"):
        list(endless)
    assert len(frames.heard) == module.KEPT_NOISE


def test_a_large_message_in_small_pieces() -> None:
    body = b"{" + b"x" * 3_000_000
    whole = b"Content-Length: %d\r\n\r\n" % len(body) + body
    _, found = read([whole[start : start + 4096] for start in range(0, len(whole), 4096)])
    assert [frame.raw for frame in found] == [whole]


def test_one_message_in_one_piece_is_not_copied() -> None:
    whole = b"Content-Length: 2\r\n\r\n{}"
    _, (found,) = read([whole])
    assert found.raw is whole
