"""A command on this machine, for targets without SSH: the local session behind the same interface."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tflsp.remote.sessions_transport import Receiver

# Seconds in which a command may leave by itself.
PATIENCE = 3.0


def own_command(command: Sequence[str]) -> list[str]:
    """The command, with this very program in place of a `tflsp` that may not be on PATH."""
    return [sys.executable, "-P", "-m", "tflsp", *command[1:]] if command[0] == "tflsp" else list(command)


async def run_here(command: Sequence[str], folder: str, receiver: Receiver) -> LocalTransport:
    """Start a command as a child of this process, in ``folder`` where there is one. Raises OSError."""
    place = folder if Path(folder).is_dir() else None
    _, protocol = await asyncio.get_running_loop().subprocess_exec(
        lambda: LocalTransport(receiver), *own_command(command), cwd=place, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    return protocol


class LocalTransport(asyncio.SubprocessProtocol):
    """A child process. Its standard input ends with us, however we end."""

    _process: asyncio.SubprocessTransport

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes) -> None:
        if not self._input.is_closing():
            self._input.write(data)

    def write_eof(self) -> None:
        self._input.close()

    def close(self) -> None:
        """The end of its input is for it to leave by; who stays is killed."""
        if self._process.get_returncode() is None:
            self._input.close()
            self._loop.call_later(PATIENCE, self._process.close)
        else:
            self._process.close()

    def pause_reading(self) -> None:
        self._output.pause_reading()

    def resume_reading(self) -> None:
        self._output.resume_reading()

    @property
    def _input(self) -> asyncio.WriteTransport:
        pipe = self._process.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        return pipe

    @property
    def _output(self) -> asyncio.ReadTransport:
        pipe = self._process.get_pipe_transport(1)
        assert isinstance(pipe, asyncio.ReadTransport)
        return pipe

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._process = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self._receiver.received(data)
        else:
            self._receiver.complained(data)

    def connection_lost(self, exc: Exception | None) -> None:
        code = self._process.get_returncode()
        self._receiver.ended(code if code is None or code >= 0 else 128 - code, exc)

    def pause_writing(self) -> None:
        self._receiver.pause_writing()

    def resume_writing(self) -> None:
        self._receiver.resume_writing()
