"""A connection that came to a forwarded port, and its SSH channel: bytes go from one to the other as they come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    Channel = asyncssh.SSHTCPChannel[bytes]


class Accepted(asyncio.Protocol):
    """The local end. What it sends before the other end is there waits in the socket."""

    _transport: asyncio.Transport

    def __init__(self, begin: Callable[[Accepted], None]) -> None:
        self._begin = begin
        self.channel = Far(self)
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.pause_reading()
        self._begin(self)

    def connected(self) -> None:
        """The other end is there."""
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """Close both ends."""
        self._transport.close()
        self.channel.close()

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def write_eof(self) -> None:
        if not self._transport.is_closing():
            self._transport.write_eof()

    def far_ended(self) -> None:
        """The other end is gone."""
        if not self.done.done():
            self.done.set_result(None)

    # What asyncio tells

    def data_received(self, data: bytes) -> None:
        self.channel.write(data)

    def eof_received(self) -> bool:
        self.channel.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.far_ended()

    def pause_writing(self) -> None:
        self.channel.pause(True)

    def resume_writing(self) -> None:
        self.channel.pause(False)

    def pause(self, paused: bool) -> None:
        if not self._transport.is_closing():
            (self._transport.pause_reading if paused else self._transport.resume_reading)()


class Far(asyncssh.SSHTCPSession[bytes]):
    """The container's end."""

    def __init__(self, near: Accepted) -> None:
        self._near = near
        self._channel: Channel | None = None

    def write(self, data: bytes) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(data)

    def write_eof(self) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write_eof()

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()

    def pause(self, paused: bool) -> None:
        if self._channel is not None:
            (self._channel.pause_reading if paused else self._channel.resume_reading)()

    # What asyncssh tells

    def connection_made(self, chan: Channel) -> None:
        self._channel = chan

    def data_received(self, data: bytes, datatype: int | None) -> None:
        self._near.write(data)

    def eof_received(self) -> bool:
        self._near.write_eof()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._near.far_ended()

    def pause_writing(self) -> None:
        self._near.pause(True)

    def resume_writing(self) -> None:
        self._near.pause(False)
