"""Frames of the base protocol: bytes in, message bodies out, and messages as bytes.

Knows Content-Length and JSON. What is no header is skipped, so that garbage between two messages costs neither of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Message = dict[str, Any]

# Not anchored at the line's start: after a body of the wrong length the next header stands at the end of a line.
_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,18})[ \t]*\r?\n\Z", re.IGNORECASE)
# A header line is never this long; what is longer is garbage without a line end.
MAX_HEADER = 1 << 16
# No editor sends a message of this many bytes; the announcement of one is garbage.
MAX_BODY = 1 << 30

_encoder = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def encode(message: Mapping[str, Any]) -> bytes:
    """A message with its header. Non-ASCII text is escaped, so that a lone surrogate is no error."""
    return frame(_encoder.encode(message))


def frame(text: str) -> bytes:
    """A message that is JSON already, and ASCII, with its header."""
    body = text.encode("ascii")
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Frames:
    """Collects bytes as they arrive, and gives the bodies that are complete."""

    __slots__ = ("_buffer", "_length", "_seen")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None  # of the body whose header is being, or has been, read
        self._seen = False  # whether that header is complete

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that ``data`` completes."""
        self._buffer += data
        while True:
            if not self._seen:
                self._read_header()
            if not self._seen or self._length is None or len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length, self._seen = None, False
            yield body

    def _read_header(self) -> None:
        while (end := self._buffer.find(b"\n") + 1) > 0:
            line = bytes(self._buffer[:end])
            del self._buffer[:end]
            if found := _LENGTH.search(line):
                length = int(found[1])
                self._length = length if length <= MAX_BODY else None
            elif self._length is not None and line in (b"\r\n", b"\n"):
                self._seen = True
                return
        if len(self._buffer) > MAX_HEADER:
            self._buffer.clear()
