"""Coroutines that run beside the handling of messages: held, logged where they fail, cancelled at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """The running ones."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have something done; what goes wrong is logged. Whoever wants it no longer may cancel it."""
        task = asyncio.get_running_loop().create_task(work, name=getattr(work, "__qualname__", "a task"))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def close(self) -> None:
        """Nobody waits for them any more."""
        for task in self._running:
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s failed: %s", task.get_name(), type(error).__name__)
            log.debug("in a task", exc_info=error)
