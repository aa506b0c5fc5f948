"""Work-done progress for what takes longer than a moment: created only then, cancellable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tflsp.server.connection import ClientError

if TYPE_CHECKING:
    from tflsp.server.session import Session

# Seconds after which a user wants to know what goes on.
_LONG = 1.0


class Progress:
    """One piece of work."""

    def __init__(self, session: Session, title: str, cancel: Callable[[], None]) -> None:
        self._session = session
        self._title = title
        self._cancel = cancel
        self._token = session.new_token("progress")
        self._shown = False
        self._ended = False
        self._percentage = -1
        self._timer = asyncio.get_running_loop().call_later(_LONG, self._begin) if session.client.progress else None

    def report(self, done: int, total: int) -> None:
        """So much is done."""
        percentage = min(100 * done // total, 100) if total else 0
        if self._shown and percentage != self._percentage:
            self._percentage = percentage
            self._tell({"kind": "report", "percentage": percentage})

    def end(self) -> None:
        """The work is done, or given up."""
        self._ended = True
        if self._timer is not None:
            self._timer.cancel()
        self._session.cancellable.pop(self._token, None)
        if self._shown:
            self._shown = False
            self._tell({"kind": "end"})

    def _begin(self) -> None:
        self._session.tasks.start(self._create())

    async def _create(self) -> None:
        try:
            await self._session.connection.request("window/workDoneProgress/create", {"token": self._token})
        except ClientError:
            return
        if not self._ended:
            self._shown = True
            self._session.cancellable[self._token] = self._cancel
            self._tell({"kind": "begin", "title": self._title, "cancellable": True, "percentage": 0})

    def _tell(self, value: dict[str, Any]) -> None:
        self._session.connection.notify("$/progress", {"token": self._token, "value": value})
