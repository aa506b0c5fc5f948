"""The client's end of the line: responses, notifications and requests to the client, as plain messages.

Used from the event loop's thread only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from tflsp.server.wire import Message, encode, frame

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
REQUEST_CANCELLED = -32800


class ClientError(Exception):
    """The client answered a request of ours with an error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Connection:
    """Sends to the client, and matches its responses to our requests."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._requests: dict[str, asyncio.Future[Any]] = {}
        self._count = 0

    def send(self, message: Message) -> None:
        self._write(encode(message))

    def notify(self, method: str, params: Any) -> None:
        self._write(encode({"jsonrpc": "2.0", "method": method, "params": params}))

    def notify_encoded(self, method: str, params: Mapping[str, str]) -> None:
        """A notification whose parameters' values are JSON already."""
        self._write(frame(f'{{"jsonrpc":"2.0","method":"{method}","params":{_object(params)}}}'))

    def respond_encoded(self, request: str | int, result: Mapping[str, str]) -> None:
        """A response whose result's values are JSON already."""
        self._write(frame(f'{{"jsonrpc":"2.0","id":{json.dumps(request)},"result":{_object(result)}}}'))

    def respond(self, request: str | int, result: Any) -> None:
        self._write(encode({"jsonrpc": "2.0", "id": request, "result": result}))

    def fail(self, request: str | int | None, code: int, message: str) -> None:
        error = {"code": code, "message": message}
        self._write(encode({"jsonrpc": "2.0", "id": request, "error": error}))

    def request(self, method: str, params: Any) -> asyncio.Future[Any]:
        """Ask the client. The future raises ClientError where it answers with an error."""
        self._count += 1
        number = f"tflsp-{self._count}"
        future = self._requests[number] = asyncio.get_running_loop().create_future()
        self._write(encode({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        return future

    def answered(self, message: Message) -> None:
        """Take a response from the client. One that answers nothing is ignored."""
        future = self._requests.pop(str(message.get("id")), None)
        if future is None or future.done():
            return
        error = message.get("error")
        if isinstance(error, dict):
            future.set_exception(ClientError(int(error.get("code") or 0), str(error.get("message", ""))))
            # Whoever asked may have gone: that is no fault to report.
            future.exception()
        else:
            future.set_result(message.get("result"))

    def close(self) -> None:
        """Nobody will answer any more."""
        for future in self._requests.values():
            future.cancel()
        self._requests.clear()


def _object(fields: Mapping[str, str]) -> str:
    return "{" + ",".join([f'"{name}":{value}' for name, value in fields.items()]) + "}"
