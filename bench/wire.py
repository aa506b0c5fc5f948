"""LSP messages on a pair of pipes: framing, blocking reads with a deadline, the moment when each frame was complete.

Knows file descriptors and Content-Length only. The moment is taken before a frame is parsed, so that what the client
does with an answer never counts as the server's time.
"""

from __future__ import annotations

import json
import os
import select
import time
from collections import deque
from typing import Any, NamedTuple

CHUNK = 1 << 18
HEADER_END = b"\r\n\r\n"


class Frame(NamedTuple):
    """One message's body and the `time.perf_counter_ns()` at which its last byte had arrived."""

    arrived: int
    body: bytes


class ServerGone(RuntimeError):
    """The server closed its output before it answered."""


class TookTooLong(RuntimeError):
    """No message that fits arrived before the deadline."""


def encode(message: dict[str, Any]) -> bytes:
    """The message with its header, ready to be written."""
    body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Wire:
    """Reads frames from one file descriptor and writes encoded messages to another, all in the calling thread."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads = reads
        self._writes = writes
        self._buffer = bytearray()
        self._ready: deque[Frame] = deque()
        self._readable = select.poll()
        self._readable.register(reads, select.POLLIN)
        self._either = select.poll()
        self._either.register(reads, select.POLLIN)
        self._either.register(writes, select.POLLOUT)
        os.set_blocking(writes, False)

    def write(self, data: bytes) -> None:
        """Writes all of `data`. Reads meanwhile when the pipe is full: a server that writes too would wait for ever."""
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._writes, rest) :]
            except BlockingIOError:
                if any(fd == self._reads for fd, _ in self._either.poll()):
                    self._receive()
            except BrokenPipeError:
                raise ServerGone("the server closed its input") from None

    def read(self, deadline: int | None) -> Frame:
        """The next frame. Raises TookTooLong past `deadline` (perf_counter_ns), ServerGone at the end of the stream."""
        while not self._ready:
            if deadline is not None:
                remaining = max(deadline - time.perf_counter_ns(), 0)  # what has come is taken even then
                if not self._readable.poll(remaining / 1e6):
                    raise TookTooLong("no message before the deadline")
            self._receive()
        return self._ready.popleft()

    def _receive(self) -> None:
        chunk = os.read(self._reads, CHUNK)
        if not chunk:
            raise ServerGone("the server closed its output")
        arrived = time.perf_counter_ns()
        self._buffer += chunk
        while (header_end := self._buffer.find(HEADER_END)) >= 0:
            start = header_end + len(HEADER_END)
            end = start + content_length(bytes(self._buffer[:header_end]))
            if len(self._buffer) < end:
                return
            self._ready.append(Frame(arrived, bytes(self._buffer[start:end])))
            del self._buffer[:end]


def content_length(header: bytes) -> int:
    """The body's length in bytes. Raises ValueError for a header that does not say."""
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ValueError(f"no Content-Length in the header {header!r}")
