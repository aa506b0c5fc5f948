"""The first message: `initialize` is answered before anything heavy is imported.

An editor waits for this answer before it sends anything else, so the imports that follow cost it nothing. Needs json
and a file descriptor, no more.
"""

from __future__ import annotations

import json
import os

from tflsp.dataclass import dataclass
from tflsp.server.capabilities import initialize_result
from tflsp.server.client import Client, client_of
from tflsp.server.wire import Frames, Message, encode

_NOT_INITIALIZED = -32002
_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600


@dataclass(slots=True)
class Start:
    """A session that has been greeted: its client, the message that it began with, and bytes that came after it."""

    client: Client
    message: Message
    frames: Frames
    early: list[bytes]


class Greeter:
    """Takes bytes until there was an `initialize`, and answers whatever comes before it."""

    def __init__(self) -> None:
        self._frames = Frames()
        self.exit_code: int | None = None

    def feed(self, data: bytes) -> tuple[bytes, Start | None]:
        """What to write to the client, and the start of the session once there is one."""
        answers = b""
        bodies = list(self._frames.feed(data))
        for number, body in enumerate(bodies):
            answer, message = self._take(body)
            answers += answer
            if self.exit_code is not None:
                return answers, None
            if message is not None:
                client = client_of(message.get("params") or {})
                result = {"jsonrpc": "2.0", "id": message["id"], "result": initialize_result(client)}
                return answers + encode(result), Start(client, message, self._frames, bodies[number + 1 :])
        return answers, None

    def _take(self, body: bytes) -> tuple[bytes, Message | None]:
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            return _error(None, _PARSE_ERROR, "not JSON"), None
        if not isinstance(message, dict):
            return _error(None, _INVALID_REQUEST, "not a message"), None
        method, number = message.get("method"), message.get("id")
        if method == "initialize" and isinstance(number, str | int):
            return b"", message
        if method == "exit":
            self.exit_code = 1
        elif method is not None and number is not None:
            return _error(number, _NOT_INITIALIZED, "not initialized"), None
        return b"", None


def greet(reads: int, writes: int) -> Start | int:
    """Blocks until the client has been greeted. An exit code where it leaves before that."""
    greeter = Greeter()
    while True:
        try:
            data = os.read(reads, 1 << 16)
        except OSError:
            return 1
        if not data:
            return 1
        answer, start = greeter.feed(data)
        try:
            _write(writes, answer)
        except OSError:
            return 1
        if start is not None:
            return start
        if greeter.exit_code is not None:
            return greeter.exit_code


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _error(number: str | int | None, code: int, message: str) -> bytes:
    return encode({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}})
