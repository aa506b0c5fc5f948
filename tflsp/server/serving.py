"""A session from its first byte to its last: greeting, event loop, worker, end."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from tflsp.server import logs
from tflsp.server.bootstrap import Start, greet
from tflsp.server.client_process import ClientProcess
from tflsp.server.connection import Connection
from tflsp.server.dispatch import Dispatcher
from tflsp.server.features.configuration import initial
from tflsp.server.memory import settle
from tflsp.server.registry import load_plain
from tflsp.server.session import Session
from tflsp.server.transport import Input, Output
from tflsp.server.typed import TypedGate
from tflsp.server.worker import Worker

log = logging.getLogger(__name__)

# Seconds that a running analysis and the last messages get when the session ends.
PATIENCE = 1.0
# Seconds after which the loop's thread is let in while an analysis computes; Python's own five milliseconds would be
# waited for with every message that is read or written.
SWITCH = 0.001


def serve_greeted(start: Start, reads: int, writes: int) -> int:
    """Serve a client that has had its answer to `initialize`, until it leaves. The exit code."""

    async def run() -> int:
        return await Running(start, reads, writes).until_end()

    return asyncio.run(run())


class Running:
    """The parts of one session, wired together."""

    def __init__(self, start: Start, reads: int, writes: int) -> None:
        load_plain()
        settle()
        sys.setswitchinterval(SWITCH)
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[int] = self._loop.create_future()
        self._input = Input(reads, self.received, self.ended)
        self._output = Output(writes, self.ended)
        self._worker = Worker()
        self._connection = Connection(self._output.write)
        self.session = Session(
            start.client,
            self._connection,
            self._worker,
            start.message.get("params") or {},
            stop=self.stop,
            idle=self._idle,
        )
        self._typed = TypedGate(self.session, start.message)
        self._dispatcher = Dispatcher(self.session, self._connection, self._typed)
        self._frames = start.frames
        self._handler = logs.ClientHandler(self._log)
        logging.getLogger().addHandler(self._handler)
        self.session.projects.set_editor_settings({None: initial(self.session)})
        for body in start.early:
            self._dispatcher.received(body)
        self._client = None if start.client.process_id is None else ClientProcess(start.client.process_id, self.ended)
        self._input.start()

    def received(self, data: bytes) -> None:
        for body in self._frames.feed(data):
            self._dispatcher.received(body)

    def ended(self) -> None:
        """The client has closed its end."""
        self.stop(0 if self.session.shut_down else 1)

    def stop(self, code: int) -> None:
        if not self._end.done():
            self._end.set_result(code)

    def _idle(self) -> None:
        """From the worker's thread: there is time now for what nobody has asked for yet."""
        self._later(self._typed.load)
        self._later(self.session.scan.begin)

    def _log(self, kind: int, text: str) -> None:
        """From any thread."""
        params = {"type": kind, "message": text}
        self._later(self._connection.notify, "window/logMessage", params)

    def _later(self, call: Callable[..., object], *arguments: object) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(call, *arguments)

    async def until_end(self) -> int:
        code = await self._end
        self._input.stop()
        logging.getLogger().removeHandler(self._handler)
        if self._client is not None:
            self._client.close()
        self.session.close()
        self._connection.close()
        self._typed.close()
        stopped = await asyncio.get_running_loop().run_in_executor(None, self._worker.stop, PATIENCE)
        await self._output.drain(PATIENCE)
        if not stopped:
            log.info("left an analysis behind")
        return code


def serve_stdio(start: Start, *, log_level: str) -> int:
    """Serve the client at the standard streams, who has been greeted. The exit code."""
    logs.set_up(log_level)
    # Whatever prints must not print into the protocol: the streams move, and 1 becomes 2.
    writes = os.dup(1)
    os.dup2(2, 1)
    return serve_greeted(start, 0, writes)


def serve_tcp(host: str, port: int, *, log_level: str) -> int:
    """Wait for one client at an address, say on standard error where that is, and serve it. The exit code."""
    logs.set_up(log_level)
    with socket.create_server((host, port)) as listening:
        bound = listening.getsockname()
        log.warning("listening on %s port %d", bound[0], bound[1])
        accepted, _ = listening.accept()
    with accepted:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = greet(accepted.fileno(), accepted.fileno())
        if isinstance(start, int):
            return start
        return serve_greeted(start, accepted.fileno(), accepted.fileno())
