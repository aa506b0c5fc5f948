"""Framing of LSP messages on pipes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bench.wire import ServerGone, TookTooLong, Wire, content_length, encode

SECOND = 1_000_000_000


@pytest.fixture
def pipes() -> Iterator[tuple[int, int, int, int]]:
    """(what the wire reads, its other end, the end that reads what the wire writes, what it writes to)"""
    reads, far_write = os.pipe()
    far_read, writes = os.pipe()
    ends = (reads, far_write, far_read, writes)
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


def read_all(wire: Wire, bodies: list[bytes]) -> None:
    """Appends what is complete by now; a pipe within one process has it at once."""
    with suppress(TookTooLong):
        while True:
            bodies.append(wire.read(0).body)


def test_messages_survive_any_split(pipes: tuple[int, int, int, int]) -> None:
    reads, far_write, _, writes = pipes
    wire = Wire(reads, writes)
    messages = [encode({"method": "a", "params": "学习率 🚀"}), encode({"id": 1, "result": None})]
    data, whole = b"".join(messages), b"".join(message.partition(b"\r\n\r\n")[2] for message in messages)
    for cut in range(len(data)):
        os.write(far_write, data[:cut])
        bodies: list[bytes] = []
        read_all(wire, bodies)
        os.write(far_write, data[cut:])
        read_all(wire, bodies)
        assert b"".join(bodies) == whole


def test_bodies_come_in_order_with_growing_times(pipes: tuple[int, int, int, int]) -> None:
    reads, far_write, _, writes = pipes
    wire = Wire(reads, writes)
    before = time.perf_counter_ns()
    os.write(far_write, encode({"id": 1}) + encode({"id": 2}))
    frames = [wire.read(None), wire.read(None)]
    assert [frame.body for frame in frames] == [b'{"jsonrpc":"2.0","id":1}', b'{"jsonrpc":"2.0","id":2}']
    assert before < frames[0].arrived <= frames[1].arrived < time.perf_counter_ns()


def test_a_full_pipe_does_not_block_while_the_other_side_writes_too(pipes: tuple[int, int, int, int]) -> None:
    reads, far_write, far_read, writes = pipes
    wire = Wire(reads, writes)
    theirs = encode({"method": "theirs", "params": "x" * 500_000})
    ours = encode({"method": "ours", "params": "y" * 500_000})
    received = bytearray()

    def far_side() -> None:
        rest = memoryview(theirs)
        while rest:  # writes everything before it reads a byte
            rest = rest[os.write(far_write, rest) :]
        while len(received) < len(ours):
            received.extend(os.read(far_read, 1 << 16))

    thread = threading.Thread(target=far_side)
    thread.start()
    wire.write(ours)
    assert len(wire.read(time.perf_counter_ns() + 10 * SECOND).body) > 500_000
    thread.join(10)
    assert bytes(received) == ours


def test_the_end_of_either_stream_is_an_error(pipes: tuple[int, int, int, int]) -> None:
    reads, far_write, far_read, writes = pipes
    wire = Wire(reads, writes)
    os.close(far_write)
    with pytest.raises(ServerGone):
        wire.read(None)
    os.close(far_read)
    with pytest.raises(ServerGone):
        wire.write(encode({"id": 1}))


def test_header_fields_may_come_in_any_order_and_case() -> None:
    assert content_length(b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: 12") == 12
    with pytest.raises(ValueError, match="no Content-Length"):
        content_length(b"Content-Type: x")
