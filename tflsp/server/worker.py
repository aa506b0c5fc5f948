"""The one thread that analyses: urgent work first, in order; work in the background whenever there is nothing else.

The event loop never waits for it, and standard input is not read by it.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread

log = logging.getLogger(__name__)

Job = Callable[[], None]


class Worker:
    """A thread with two queues."""

    def __init__(self) -> None:
        self._urgent: deque[Job] = deque()
        self._background: deque[Job] = deque()
        self._tokens: SimpleQueue[bool] = SimpleQueue()
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="tflsp-analysis", daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, background: bool = False) -> None:
        """Have a job done. After ``stop`` nothing is taken."""
        if self._stopping.is_set():
            return
        (self._background if background else self._urgent).append(job)
        self._tokens.put(True)

    def stop(self, patience: float) -> bool:
        """Drop what waits, and give the running job ``patience`` seconds. Whether the thread has ended."""
        self._stopping.set()
        self._urgent.clear()
        self._background.clear()
        self._tokens.put(False)
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while self._tokens.get():
            try:
                job = self._urgent.popleft() if self._urgent else self._background.popleft()
            except IndexError:  # stopping has emptied the queues
                continue
            try:
                job()
            except Exception as error:  # a job that fails must not end the thread
                log.error("a job of the analysis failed: %s", type(error).__name__)
                log.debug("in %s", getattr(job, "__qualname__", "a job"), exc_info=error)
