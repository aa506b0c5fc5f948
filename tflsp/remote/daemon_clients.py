"""One local program at the daemon's socket: its request, the descriptors that came with it, and the answers to it.

One request a connection. When the program goes, whatever was done for it ends.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tflsp.remote.control import PROTOCOL, peer_uid

log = logging.getLogger(__name__)

# A request is a line; nobody needs one that is longer, or more descriptors than two.
MAX_REQUEST = 1 << 16
MAX_DESCRIPTORS = 2
# Bytes that may wait for a program that does not read its answers.
MAX_WAITING = 1 << 22


class Refused(Exception):
    """A request that cannot be done: ``sentence`` says why, ``remedy`` what to do."""

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class Client:
    """A program at the other end of an accepted connection."""

    def __init__(
        self,
        connection: socket.socket,
        serve: Callable[[Client], Awaitable[None]],
        left: Callable[[Client], None],
    ) -> None:
        self.fields: dict[str, Any] = {}
        self.descriptors: list[int] = []
        self._connection = connection
        self._serve = serve
        self._left = left
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._waiting = bytearray()
        self._task: asyncio.Task[None] | None = None
        self._open = True
        self._ending = False
        connection.setblocking(False)
        self._loop.add_reader(connection, self._readable)

    @property
    def op(self) -> str:
        """What is asked for; empty before it is known."""
        return str(self.fields.get("op", ""))

    def item(self, item: dict[str, Any]) -> None:
        """Answer with one more item."""
        self._send({"item": item})

    def text(self, name: str) -> str:
        """A field of the request that must be a text. Raises Refused."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise Refused(f"The request {self.op!r} needs {name!r}.")
        return value

    def take_descriptors(self) -> list[int]:
        """The descriptors, which whoever takes them has to close."""
        taken, self.descriptors = self.descriptors, []
        return taken

    def close(self) -> None:
        """Hang up, and end what was done for it."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._connection)
            if self._waiting:
                self._loop.remove_writer(self._connection)
            self._connection.close()
            for descriptor in self.take_descriptors():
                os.close(descriptor)
            self._loop.call_soon(self._left, self)
        if self._task is not None:
            self._task.cancel()

    async def closed(self) -> None:
        """Wait until what was done for it has ended."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _readable(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._connection, MAX_REQUEST, MAX_DESCRIPTORS)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data, descriptors = b"", []
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        self.descriptors += descriptors
        if not data:
            self.close()
        elif not self.fields and not self._ending:
            self._received += data
            line, end, _ = self._received.partition(b"\n")
            if end:
                self._begin(line)
            elif len(self._received) > MAX_REQUEST:
                self.close()

    def _begin(self, line: bytes) -> None:
        try:
            if peer_uid(self._connection) != os.getuid():
                raise Refused("This helper belongs to another user.")
            fields = json.loads(line)
            if not isinstance(fields, dict):
                raise ValueError("not an object")
            if fields.get("protocol") != PROTOCOL:
                raise Refused(
                    "The helper that runs is of another version.", "End it with `tflsp daemon stop`, then try again."
                )
            self.fields = fields
        except Refused as error:
            self._fail(error.sentence, error.remedy)
        except (ValueError, RecursionError):
            self._fail("What came is no request.", "See docs/protocol.md.")
        else:
            self._task = self._loop.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._serve(self)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            sentence = getattr(error, "sentence", None)
            if sentence is not None:
                self._fail(sentence, getattr(error, "remedy", ""))
            else:
                log.exception("the request %s failed", self.op)
                self._fail(f"The helper failed at this ({type(error).__name__}).", "See `tflsp daemon logs`.")
        else:
            self._send({"end": True})
            self._finish()

    def _fail(self, sentence: str, remedy: str) -> None:
        self._send({"error": sentence, "remedy": remedy})
        self._finish()

    def _finish(self) -> None:
        """Hang up when everything is written."""
        self._task = None
        self._ending = True
        if not self._waiting:
            self.close()

    def _send(self, answer: dict[str, Any]) -> None:
        if not self._open:
            return
        data = json.dumps(answer).encode() + b"\n"
        if self._waiting:
            self._waiting += data
            if len(self._waiting) > MAX_WAITING:
                log.warning("a program that does not read its answers is hung up on")
                self.close()
            return
        sent = 0
        with suppress(BlockingIOError, InterruptedError):
            try:
                sent = self._connection.send(data)
            except BrokenPipeError:
                return  # its end is told by reading
            except ConnectionError:
                return
        if sent < len(data):
            self._waiting += data[sent:]
            self._loop.add_writer(self._connection, self._writable)

    def _writable(self) -> None:
        try:
            sent = self._connection.send(self._waiting)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            sent = len(self._waiting)
        del self._waiting[:sent]
        if not self._waiting:
            self._loop.remove_writer(self._connection)
            if self._ending:
                self.close()
