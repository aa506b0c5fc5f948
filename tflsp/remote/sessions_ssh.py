"""A command over SSH: one session channel, bytes handed on as they come, without streams in between."""

from __future__ import annotations

import asyncio
import signal as signals
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import asyncssh

from tflsp.remote.errors import explained
from tflsp.remote.quoting import command_line
from tflsp.remote.sessions_transport import Receiver

if TYPE_CHECKING:
    Channel = asyncssh.SSHClientChannel[bytes]


async def run_there(
    connection: asyncssh.SSHClientConnection, name: str, command: Sequence[str], receiver: Receiver
) -> SshTransport:
    """Start a command through the login shell there. Raises LinkError."""
    # exec: no shell stays behind that could outlive the connection.
    cork = Cork(connection.get_extra_info("socket"))
    line = f"exec {command_line(command)}"
    opening = asyncio.ensure_future(
        connection.create_session(lambda: SshTransport(receiver, cork), line, encoding=None, request_pty=False)
    )
    try:
        _, session = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_unwanted)
        raise
    except (asyncssh.Error, OSError) as error:
        raise explained(error, name) from error
    assert isinstance(session, SshTransport)
    return session


def _unwanted(opening: asyncio.Future[Any]) -> None:
    """What was opened after whoever wanted it had gone is closed again."""
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].close()


class Cork:
    """Holds a TCP socket's packets back while it is entered.

    asyncssh puts an empty message before each one and sends it by itself (so that nobody can guess what the cipher gets
    to see); held together both wake the server once, which is most of what a keystroke costs on the way.
    """

    def __init__(self, connected: socket.socket | None) -> None:
        option = getattr(socket, "TCP_CORK", getattr(socket, "TCP_NOPUSH", None))
        inet = connected is not None and connected.family in (socket.AF_INET, socket.AF_INET6)
        self._set = connected.setsockopt if connected is not None and inet and option is not None else None
        self._option = option or 0

    def __enter__(self) -> None:
        self._hold(1)

    def __exit__(self, *_: object) -> None:
        self._hold(0)

    def _hold(self, held: int) -> None:
        if self._set is not None:
            with suppress(OSError):  # closed meanwhile
                self._set(socket.IPPROTO_TCP, self._option, held)


class SshTransport(asyncssh.SSHClientSession[bytes]):
    """A session channel of one command."""

    _channel: Channel

    def __init__(self, receiver: Receiver, cork: Cork) -> None:
        self._receiver = receiver
        self._cork = cork
        self._code: int | None = None

    def write(self, data: bytes) -> None:
        with self._cork, suppress(OSError):  # it has ended; that is told by `ended`
            self._channel.write(data)

    def write_eof(self) -> None:
        with suppress(OSError):
            self._channel.write_eof()

    def close(self) -> None:
        self._channel.close()

    def pause_reading(self) -> None:
        self._channel.pause_reading()

    def resume_reading(self) -> None:
        self._channel.resume_reading()

    # What asyncssh tells

    def connection_made(self, chan: Channel) -> None:
        self._channel = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if datatype is None:
            self._receiver.received(data)
        else:
            self._receiver.complained(data)

    def eof_received(self) -> bool:
        return True  # the exit code is still to come

    def exit_status_received(self, status: int) -> None:
        self._code = status

    def exit_signal_received(self, signal: str, core_dumped: bool, msg: str, lang: str) -> None:
        self._code = 128 + getattr(signals, f"SIG{signal}", 0)

    def connection_lost(self, exc: Exception | None) -> None:
        self._receiver.ended(self._code, exc)

    def pause_writing(self) -> None:
        self._receiver.pause_writing()

    def resume_writing(self) -> None:
        self._receiver.resume_writing()
