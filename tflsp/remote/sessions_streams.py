"""An editor's streams on the event loop: descriptors that another process handed over, never waited for.

Whoever produces faster than the other side reads is told to pause; nothing is lost and nothing grows without end.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress

_CHUNK = 1 << 18


class Reader:
    """Hands on what arrives, and says once when it ends. Can be paused."""

    def __init__(self, descriptor: int, received: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._received = received
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._reading = False

    def resume(self) -> None:
        if self._open and not self._reading:
            self._reading = True
            self._loop.add_reader(self._descriptor, self._ready)

    def pause(self) -> None:
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._descriptor)

    def close(self) -> None:
        self.pause()
        self._open = False

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
            self.close()
            self._ended()


class Writer:
    """Writes in order; what the other end does not take yet waits here, and ``pending`` says how much that is."""

    def __init__(self, descriptor: int, drained: Callable[[], None], ended: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._drained = drained
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._waiting = bytearray()
        self._open = True

    @property
    def pending(self) -> int:
        return len(self._waiting)

    def write(self, data: bytes) -> None:
        if not self._open:
            return
        if self._waiting:
            self._waiting += data
            return
        written = self._try(data)
        if written < len(data) and self._open:
            self._waiting += memoryview(data)[written:]
            self._loop.add_writer(self._descriptor, self._ready)

    def close(self) -> None:
        """Give up what still waits."""
        if self._waiting:
            self._loop.remove_writer(self._descriptor)
            self._waiting.clear()
        self._open = False

    def _ready(self) -> None:
        written = self._try(self._waiting)
        if not self._open:
            return
        del self._waiting[:written]
        if not self._waiting:
            self._loop.remove_writer(self._descriptor)
            self._drained()

    def _try(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self._descriptor, data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:  # the editor has gone
            self.close()
            self._ended()
            return 0


class Handed:
    """Two descriptors that another process handed over: made non-blocking, given back as they were."""

    def __init__(self, reads: int, writes: int) -> None:
        self.reads = reads
        self.writes = writes
        self._blocking = [each for each in (reads, writes) if os.get_blocking(each)]
        for each in self._blocking:
            os.set_blocking(each, False)

    def close(self) -> None:
        for each in self._blocking:
            with suppress(OSError):
                os.set_blocking(each, True)
        for each in (self.reads, self.writes):
            with suppress(OSError):
                os.close(each)
