"""The end of the editor's process, where the editor is an ancestor of ours: LSP 3.17, "initialize", processId.

Only an ancestor: a number from another machine or container may be anybody's here. Whoever else the client is, its end
shows as the end of our input.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

# Seconds between two looks where the system does not tell of itself.
_INTERVAL = 2.0


class ClientProcess:
    """Calls ``ended`` once when the process is no more."""

    def __init__(self, process_id: int, ended: Callable[[], None]) -> None:
        self._ended = ended
        self._loop = asyncio.get_running_loop()
        self._parent = os.getppid()
        self._descriptor: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        if process_id not in ancestors():
            return
        try:
            self._descriptor = os.pidfd_open(process_id)
            self._loop.add_reader(self._descriptor, self._gone)
        except (AttributeError, OSError, NotImplementedError):
            self._look()

    def close(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._descriptor is not None:
            self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def _gone(self) -> None:
        self.close()
        self._ended()

    def _look(self) -> None:
        """A child whose parent has gone is given to another one."""
        if os.getppid() != self._parent:
            self._gone()
        else:
            self._timer = self._loop.call_later(_INTERVAL, self._look)


def ancestors() -> Iterator[int]:
    """Our parent, its parent, and so on, as far as the system tells."""
    current = os.getppid()
    while current > 0:
        yield current
        try:
            # The name in parentheses may hold anything; what follows the last one is the state and the parent.
            after = Path(f"/proc/{current}/stat").read_text(errors="replace").rpartition(")")[2]
            current = int(after.split()[1])
        except (OSError, ValueError, IndexError):
            return
