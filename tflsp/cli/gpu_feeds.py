"""Where `tflsp gpu` has its snapshots from: this machine's sampler, or a container through the daemon."""

from __future__ import annotations

import os
import select
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any, Protocol

from tflsp.gpu.records import clean, snapshot_of
from tflsp.gpu.sampler import PATIENCE, Sampler
from tflsp.gpu.state import Snapshot


@dataclass(frozen=True, slots=True)
class Failed:
    """A place that cannot be asked, and why."""

    why: str


Told = Callable[[Snapshot | Failed | None], None]


class Feed(Protocol):
    """A place with GPUs. ``told`` gets what comes, and None at the end; it may be called from any thread."""

    label: str

    def first(self) -> Snapshot | Failed: ...

    def start(self, interval: float, told: Told) -> None: ...

    def late(self) -> Snapshot | None:
        """What there is to say where nothing has come."""
        ...

    def stop(self) -> None: ...


class Local:
    """Where this process runs."""

    label = ""

    def __init__(self) -> None:
        self._sampler = Sampler()

    def first(self) -> Snapshot:
        snapshot = self._sampler.now()
        self._sampler.close()
        return snapshot

    def start(self, interval: float, told: Told) -> None:
        self._sampler.watch(told, interval)

    def late(self) -> Snapshot | None:
        return Snapshot(time.time(), problem="hangs") if self._sampler.hangs else None

    def stop(self) -> None:
        self._sampler.close()


class Remote:
    """A container, whose lines the daemon hands on. Its own clock is the pace: the daemon asks once for everybody."""

    def __init__(self, name: str) -> None:
        self.label = name
        self._stopped = False

    def first(self) -> Snapshot | Failed:
        try:
            for record in self._lines():
                return snapshot_of(record)
        except Exception as error:  # whatever the way there has come to
            return _failed(error)
        return Failed("the connection ended before anything was told")

    def start(self, interval: float, told: Told) -> None:
        Thread(target=self._read, args=(interval, told), name=f"tflsp-gpu-{self.label}", daemon=True).start()

    def late(self) -> None:
        return None

    def stop(self) -> None:
        self._stopped = True

    def _read(self, interval: float, told: Told) -> None:
        due = 0.0
        try:
            for record in self._lines():
                if self._stopped:
                    return
                if time.monotonic() >= due:
                    due = time.monotonic() + interval * 0.9
                    told(snapshot_of(record))
        except Exception as error:
            told(_failed(error))
        told(None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        from tflsp.remote.control import request

        return request("gpu", target=self.label)


def _failed(error: Exception) -> Failed:
    return Failed(clean(str(error)) or type(error).__name__)


def until_nobody_reads(left: Callable[[], None]) -> None:
    """Call ``left`` when whoever reads our output has gone, or has closed our input as SSH does. From a thread.

    A closed terminal or ``< /dev/null`` says nothing, and a file is never closed.
    """
    if not hasattr(select, "poll"):  # Windows: a write that fails says it too
        return
    poll = select.poll()
    streams = 0
    for stream, events in ((sys.stdout, 0), (sys.stdin, select.POLLIN)):
        with suppress(OSError, ValueError, AttributeError):
            mode = os.fstat(stream.fileno()).st_mode
            if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
                # POLLERR and POLLHUP are told of in any case; POLLRDHUP is a socket's word for the other end's close.
                poll.register(stream.fileno(), events | getattr(select, "POLLRDHUP", 0))
                streams += 1
    if streams:
        Thread(target=_wait, args=(poll, left), name="tflsp-readers", daemon=True).start()


def _wait(poll: select.poll, left: Callable[[], None]) -> None:
    gone = select.POLLERR | select.POLLHUP | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)
    while True:
        for descriptor, event in poll.poll():
            if event & select.POLLIN:  # input that nobody asked for is read and dropped; nothing more is its end
                with suppress(OSError):
                    if os.read(descriptor, 1 << 16):
                        continue
                left()
                return
            if event & gone:
                left()
                return


__all__ = ["PATIENCE", "Failed", "Feed", "Local", "Remote", "until_nobody_reads"]
