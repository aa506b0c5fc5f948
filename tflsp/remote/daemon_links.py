"""One SSH connection per target: opened when it is first needed, shared by all, closed when it was long unused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tflsp.remote.targets import Ssh, Target

if TYPE_CHECKING:
    from asyncssh import SSHClientConnection

log = logging.getLogger(__name__)

# Seconds without a session, forward or watcher after which a connection is closed.
LINGER = 600.0


class _Link:
    def __init__(self, ssh: Ssh, opening: asyncio.Task[SSHClientConnection]) -> None:
        self.ssh = ssh
        self.opening = opening

    @property
    def connection(self) -> SSHClientConnection | None:
        if not self.opening.done() or self.opening.cancelled() or self.opening.exception() is not None:
            return None
        return self.opening.result()


class Links:
    """The connections of a daemon, by the target's name."""

    def __init__(self, linger: float = LINGER) -> None:
        self._linger = linger
        self._links: dict[str, _Link] = {}
        self._users: dict[str, int] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._watching: set[asyncio.Task[None]] = set()

    def state(self, name: str) -> str:
        """``connected``, ``connecting`` or ``idle``."""
        link = self._links.get(name)
        return "idle" if link is None else "connecting" if link.connection is None else "connected"

    async def connection(self, target: Target) -> SSHClientConnection:
        """The target's connection, new where there is none that could still be good. Raises LinkError."""
        assert target.ssh is not None
        link = self._links.get(target.name)
        if link is not None and (link.ssh != target.ssh or _is_closed(link)):
            self._drop(target.name, link)
            link = None
        if link is None:
            link = _Link(target.ssh, asyncio.create_task(self._open(target)))
            self._links[target.name] = link
        try:
            # Whoever gives up waiting does not end it for the others.
            return await asyncio.shield(link.opening)
        except BaseException:
            if link.opening.done() and self._links.get(target.name) is link:
                del self._links[target.name]
            raise

    @contextmanager
    def in_use(self, name: str) -> Iterator[None]:
        """As long as this lasts the target's connection is kept."""
        self._users[name] = self._users.get(name, 0) + 1
        if (timer := self._timers.pop(name, None)) is not None:
            timer.cancel()
        try:
            yield
        finally:
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name]
                self._timers[name] = asyncio.get_running_loop().call_later(self._linger, self._close_idle, name)

    async def close(self) -> None:
        """End every connection."""
        for timer in self._timers.values():
            timer.cancel()
        for name, link in list(self._links.items()):
            self._drop(name, link)
        if self._watching:
            await asyncio.wait(self._watching, timeout=2)

    async def _open(self, target: Target) -> SSHClientConnection:
        from tflsp.remote.link import connect

        log.info("connecting to %s", target.name)
        connection = await connect(target)
        log.info("connected to %s", target.name)
        watch = asyncio.create_task(self._until_lost(target.name, connection))
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)
        return connection

    async def _until_lost(self, name: str, connection: SSHClientConnection) -> None:
        await connection.wait_closed()
        link = self._links.get(name)
        if link is not None and link.connection is connection:
            log.info("the connection to %s has ended", name)
            del self._links[name]

    def _close_idle(self, name: str) -> None:
        self._timers.pop(name, None)
        if (link := self._links.get(name)) is not None:
            log.info("nobody uses the connection to %s any more", name)
            self._drop(name, link)

    def _drop(self, name: str, link: _Link) -> None:
        self._links.pop(name, None)
        if link.connection is not None:
            link.connection.close()
        elif not link.opening.done():
            link.opening.cancel()


def _is_closed(link: _Link) -> bool:
    return link.connection is not None and bool(link.connection.is_closed())
