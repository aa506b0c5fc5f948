"""Incoming messages to their handlers: plain ones directly, everything else through pygls.

A handler that fails costs its own answer and one line in the log.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Protocol

from tflsp.server import registry
from tflsp.server.capabilities import TYPED_METHODS
from tflsp.server.connection import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    Connection,
)
from tflsp.server.requests import Request
from tflsp.server.wire import Message

if TYPE_CHECKING:
    from tflsp.server.session import Session

log = logging.getLogger(__name__)

EXIT = "exit"


class Typed(Protocol):
    """What handles requests by lsprotocol's types, once it is loaded."""

    def handle(self, message: Message) -> None: ...

    def cancel(self, request: str | int) -> None: ...


class Dispatcher:
    """One per session; used from the event loop's thread."""

    def __init__(self, session: Session, connection: Connection, typed: Typed) -> None:
        self._session = session
        self._connection = connection
        self._typed = typed
        self._pending: dict[str | int, Request] = {}
        self._failed: set[tuple[str, str]] = set()

    def received(self, body: bytes) -> None:
        """Handle the body of one message."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._connection.fail(None, PARSE_ERROR, "not JSON")
            return
        if not isinstance(message, dict):
            self._connection.fail(None, INVALID_REQUEST, "not a message")
            return
        self.handle(message)

    def handle(self, message: Message) -> None:
        method = message.get("method")
        if method is None:
            self._connection.answered(message)
        elif not isinstance(method, str):
            self._connection.fail(None, INVALID_REQUEST, "not a method")
        elif "id" in message:
            self._request(method, message["id"], message)
        elif method == "$/cancelRequest":
            self._cancel(message.get("params"))
        elif not self._session.shut_down or method == EXIT:
            self._notification(method, message)

    def _notification(self, method: str, message: Message) -> None:
        handler = registry.notified.get(method)
        if handler is None:
            return  # nothing that anybody waits for
        try:
            handler(self._session, message.get("params") or {})
        except Exception as error:  # nothing that a client sends ends the session
            self._report(method, error)

    def _request(self, method: str, number: Any, message: Message) -> None:
        if self._session.shut_down:
            self._connection.fail(number, INVALID_REQUEST, "shut down")
            return
        handler = registry.requested.get(method)
        if handler is None:
            if method in TYPED_METHODS:
                self._typed.handle(message)
            else:
                self._connection.fail(number, METHOD_NOT_FOUND, method)
            return
        request = self._pending[number] = Request(self._connection, number, self._ended)
        try:
            handler(self._session, message.get("params") or {}, request)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            self._report(method, error)
            request.fail(INVALID_PARAMS, f"{method}: {type(error).__name__}")
        except Exception as error:  # nothing that a client sends ends the session
            self._report(method, error)
            request.fail(INTERNAL_ERROR, f"{method}: {type(error).__name__}")

    def _cancel(self, params: Any) -> None:
        number = params.get("id") if isinstance(params, dict) else None
        if not isinstance(number, str | int):
            return
        if (request := self._pending.get(number)) is not None:
            request.cancel()
        else:
            self._typed.cancel(number)

    def _ended(self, request: Request) -> None:
        self._pending.pop(request.id, None)

    def _report(self, method: str, error: Exception) -> None:
        """One line per method and kind of error; the message of an error may hold document text and stays out."""
        if (method, type(error).__name__) not in self._failed:
            self._failed.add((method, type(error).__name__))
            log.error("%s failed: %s", method, type(error).__name__)
        log.debug("in %s", method, exc_info=error)
