"""A request from the client that is still to be answered, exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tflsp.server.connection import REQUEST_CANCELLED, Connection


class Request:
    """Answers once; what comes after a cancellation or a first answer is dropped."""

    __slots__ = ("_connection", "_ended", "done", "id")

    def __init__(self, connection: Connection, number: str | int, ended: Callable[[Request], None]) -> None:
        self._connection = connection
        self._ended = ended
        self.id = number
        self.done = False

    def respond(self, result: Any) -> None:
        if self._end():
            self._connection.respond(self.id, result)

    def respond_encoded(self, result: Mapping[str, str]) -> None:
        """Respond by fields whose values are JSON already."""
        if self._end():
            self._connection.respond_encoded(self.id, result)

    def fail(self, code: int, message: str) -> None:
        if self._end():
            self._connection.fail(self.id, code, message)

    def cancel(self) -> None:
        """The client wants no answer; the protocol wants one all the same."""
        self.fail(REQUEST_CANCELLED, "cancelled")

    def _end(self) -> bool:
        if self.done:
            return False
        self.done = True
        self._ended(self)
        return True
