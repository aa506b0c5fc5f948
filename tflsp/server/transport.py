"""Bytes in and out of file descriptors, on the event loop.

Reading takes no thread of a pool, and writing never blocks the loop: a client that does not read costs memory, no
deadlock. Not asyncio's pipe transports: under sshd both directions are one socket, which their writing side takes for
closed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

_CHUNK = 1 << 18


class Input:
    """Hands on what arrives at a pipe, socket, terminal or file, and says when it ends."""

    def __init__(self, descriptor: int, received: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._received = received
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._watched = False

    def start(self) -> None:
        try:
            self._loop.add_reader(self._descriptor, self._ready)
            self._watched = True
            os.set_blocking(self._descriptor, False)
        except (NotImplementedError, AttributeError, OSError):  # what the loop cannot watch, a thread reads
            Thread(target=self._run, name="tflsp-input", daemon=True).start()

    def stop(self) -> None:
        if self._watched:
            self._loop.remove_reader(self._descriptor)
            self._watched = False
            with suppress(OSError, AttributeError):  # a terminal goes on being somebody else's
                os.set_blocking(self._descriptor, True)

    def _ready(self) -> None:
        try:
            data = os.read(self._descriptor, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._received(data)
        else:
            self.stop()
            self._ended()

    def _run(self) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            try:
                while data := os.read(self._descriptor, _CHUNK):
                    self._loop.call_soon_threadsafe(self._received, data)
            except OSError:
                pass
            self._loop.call_soon_threadsafe(self._ended)


class Output:
    """Writes whole messages in order; what the other end does not take yet waits here."""

    def __init__(self, descriptor: int, ended: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()
        with suppress(OSError, AttributeError):
            os.set_blocking(descriptor, False)

    def write(self, data: bytes) -> None:
        if self._closed:
            return
        if self._waiting:
            self._waiting += data
            return
        written = self._try(data)
        if written < len(data) and not self._closed:
            self._waiting += memoryview(data)[written:]
            self._empty.clear()
            self._loop.add_writer(self._descriptor, self._ready)

    async def drain(self, patience: float) -> None:
        """Wait until everything is written, at most ``patience`` seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), patience)
        with suppress(OSError, AttributeError):
            os.set_blocking(self._descriptor, True)

    def _ready(self) -> None:
        del self._waiting[: self._try(self._waiting)]
        if not self._waiting or self._closed:
            self._loop.remove_writer(self._descriptor)
            self._empty.set()

    def _try(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self._descriptor, data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:  # the client has gone
            self._closed = True
            self._ended()
            return 0
