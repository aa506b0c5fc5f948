"""The gate to pygls: requests that are spoken in lsprotocol's types wait here until both are imported.

Importing them takes most of a second; the session does not wait for it, only the first such request does.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import deque
from threading import Thread
from typing import TYPE_CHECKING

from tflsp.server.connection import INTERNAL_ERROR, REQUEST_CANCELLED
from tflsp.server.memory import settle
from tflsp.server.wire import Message

if TYPE_CHECKING:
    from tflsp.server.app import Server
    from tflsp.server.session import Session

log = logging.getLogger(__name__)


class TypedGate:
    """Hands messages to pygls, and keeps them until it is there."""

    def __init__(self, session: Session, initialize: Message) -> None:
        self._session = session
        self._initialize = initialize
        self._waiting: deque[Message] = deque()
        self._server: Server | None = None
        self._loading = False
        self._failed = False

    def handle(self, message: Message) -> None:
        """A request or notification for a typed handler."""
        if self._server is not None:
            self._server.handle(message)
        elif self._failed:
            self._refuse(message)
        else:
            self._waiting.append(message)
            self.load()

    def cancel(self, request: str | int) -> None:
        """The client takes a request back."""
        if self._server is not None:
            self._server.cancel(request)
            return
        for message in self._waiting:
            if message.get("id") == request:
                self._waiting.remove(message)
                self._session.connection.fail(request, REQUEST_CANCELLED, "cancelled")
                return

    def load(self) -> None:
        """Start importing, unless that has begun."""
        if self._loading:
            return
        self._loading = True
        loop = asyncio.get_running_loop()
        if "tflsp.server.app" in sys.modules:  # a process that was started warm
            self._loaded(True)
            return
        Thread(target=_import, args=(self, loop), name="tflsp-import", daemon=True).start()

    def close(self) -> None:
        """The session ends."""
        self._waiting.clear()
        if self._server is not None:
            self._server.close()

    def _loaded(self, there: bool) -> None:
        if there:
            from tflsp.server.app import Server

            self._server = Server(self._session, self._initialize)
            settle()
        self._failed = not there
        while self._waiting:
            self.handle(self._waiting.popleft())

    def _refuse(self, message: Message) -> None:
        if (number := message.get("id")) is not None:
            self._session.connection.fail(number, INTERNAL_ERROR, "not available")


def _import(gate: TypedGate, loop: asyncio.AbstractEventLoop) -> None:
    """In a thread of its own: the loop goes on serving."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # an import holds the interpreter for long; keystrokes come first
    try:
        import tflsp.server.app  # noqa: F401

        there = True
    except Exception:
        log.exception("pygls could not be loaded")
        there = False
    finally:
        sys.setswitchinterval(interval)
    try:
        loop.call_soon_threadsafe(gate._loaded, there)
    except RuntimeError:  # the session has ended meanwhile
        pass
