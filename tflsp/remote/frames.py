"""Messages of the base protocol, cut out of a byte stream and handed on as the bytes that they came in.

Knows Content-Length and nothing of JSON. What stands before a server's first message (a banner, what a shell's start-up
files print) is skipped; behind it the stream has to be in order, since nobody could tell what else got lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# A header is two short lines; what is longer is none.
MAX_HEADER = 1 << 13
# No editor and no server sends a message of as many bytes, and nobody shall make us keep more.
MAX_BODY = 1 << 28
# What may stand before the first message. Start-up files print a page, not a book.
MAX_NOISE = 1 << 20
# How much of it is kept, for whoever has to explain why no message came.
KEPT_NOISE = 1 << 12

_LINE = rb"[A-Za-z-]{1,40}:[^\r\n]{0,200}\r?\n"
_HEADER = re.compile(rb"(?:%b){1,8}\r?\n" % _LINE)
_BEGUN = re.compile(rb"(?:%b){0,8}(?:[A-Za-z-]{0,40}|[A-Za-z-]{1,40}:[^\r\n]{0,200}\r?|\r)" % _LINE)
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# Not at a line's start only: noise need not end its last line.
_FIRST = re.compile(rb"content-length:[ \t]*\d{1,18}[ \t]*\r?\n(?:%b){0,4}\r?\n(?=\{)" % _LINE, re.IGNORECASE)


class FramingError(Exception):
    """The stream is no sequence of messages (any more). The text says what is wrong with it and quotes nothing."""


class Frame(NamedTuple):
    """One message: all of its bytes, and where its body begins in them."""

    raw: bytes
    start: int


class Frames:
    """Collects bytes as they arrive and gives the messages that they complete.

    ``noisy``: whether anything but messages may come before the first one.
    """

    __slots__ = ("_buffer", "_heard", "_length", "_noisy", "_skipped", "_start")

    def __init__(self, *, noisy: bool = False) -> None:
        self._buffer = bytearray()
        self._start = self._length = 0  # of the message at the buffer's beginning, once its header is there
        self._noisy = noisy
        self._skipped = 0
        self._heard = b""

    @property
    def pending(self) -> bool:
        """Whether a message has begun and is not complete."""
        return bool(self._buffer)

    @property
    def heard(self) -> bytes:
        """What came instead of a message so far, its last few KiB; or what came before the first one."""
        return (self._heard + self._buffer)[-KEPT_NOISE:] if self._noisy else self._heard

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The messages that ``data`` completes. Raises FramingError."""
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._length:
                return
            data = bytes(self._buffer)
            self._buffer.clear()
        position = 0
        while position < len(data):
            if self._noisy:
                position = self._skip_noise(data)
            if not self._length and (self._noisy or not self._read_header(data, position)):
                break
            end = position + self._length
            if end > len(data):
                break
            yield Frame(data if end - position == len(data) else data[position:end], self._start)
            position = end
            self._start = self._length = 0
        self._buffer += data[position:] if position else data

    def _skip_noise(self, data: bytes) -> int:
        """Where the first message begins. As long as there is none, where what may become its header begins."""
        found = _FIRST.search(data)
        if found is not None:
            self._noisy = False
        end = found.start() if found is not None else max(0, len(data) - MAX_HEADER)
        self._heard = (self._heard + data[:end])[-KEPT_NOISE:]
        self._skipped += end
        if self._skipped > MAX_NOISE:
            raise FramingError(f"no message within the first {MAX_NOISE >> 10} KiB")
        return end

    def _read_header(self, data: bytes, position: int) -> bool:
        header = _HEADER.match(data, position)
        if header is None:
            begun = data[position : position + MAX_HEADER + 1]
            if len(begun) > MAX_HEADER or not _BEGUN.fullmatch(begun):
                raise FramingError("where a message's header should stand there is something else")
            return False
        length = _LENGTH.search(header[0])
        if length is None:
            raise FramingError("a message's header has no Content-Length")
        body = int(length[1])
        if body > MAX_BODY:
            raise FramingError(f"a message of {body >> 20} MiB is announced, {MAX_BODY >> 20} MiB is the limit")
        self._start = header.end() - position
        self._length = self._start + body
        return True
