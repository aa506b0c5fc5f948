"""Interruption: SIGTERM ends a command as Ctrl-C does, and neither ends the clearing up that follows."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Terminated(BaseException):
    """The program was asked to end by a signal. Not an Exception: nothing but clearing up may catch it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it SIGINT, SIGTERM and SIGHUP raise Terminated."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated(number)

    with _handlers(end):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Within it those signals wait; they take effect when it ends."""
    waiting: list[int] = []
    with _handlers(lambda number, frame: waiting.append(number)):
        yield
    if waiting:
        signal.raise_signal(waiting[0])


@contextmanager
def _handlers(handler: signal._HANDLER) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
