"""Ports of a container on this machine's loopback, held open by the daemon.

The listener is ours and stays when the connection to the container is lost: whoever comes next has it opened again.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tflsp.remote.daemon_clients import Refused
from tflsp.remote.daemon_links import Links
from tflsp.remote.forwards_pipe import Accepted
from tflsp.remote.targets import Target

if TYPE_CHECKING:
    from asyncssh import SSHClientConnection

log = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
NAMED = {"jupyter": 8888, "tensorboard": 6006}
_PORTS = re.compile(r"(\d{1,5})(?::(\d{1,5}))?")
TOKEN = ("sh", "-c", 'exec cat "$HOME/.tflsp/jupyter-token"')
# Seconds that the container gets to tell it, and characters of it that are read.
PATIENCE = 10.0
LONGEST_TOKEN = 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A port to forward: what it is called, its number there, and here (None: the same, or any where that is taken)."""

    label: str
    remote: int
    local: int | None


@dataclass(slots=True)
class _Forward:
    target: Target
    wanted: Wanted
    server: asyncio.Server
    port: int
    open: int = 0


def wanted(target: Target, what: str) -> Wanted:
    """Read ``jupyter``, ``tensorboard``, ``PORT`` or ``LOCAL:REMOTE``. Raises Refused."""
    named = {**NAMED, **dict(target.ports)}
    if what in named:
        return Wanted(what, named[what], None)
    found = _PORTS.fullmatch(what)
    if found is None:
        raise Refused(f"{what!r} is no port to forward.", f"Use {', '.join(named)}, PORT, or LOCAL:REMOTE.")
    first, second = int(found[1]), int(found[2] or found[1])
    if not (0 < second < 65536 and first < 65536):
        raise Refused(f"{what!r} is no port to forward.", "Ports go from 1 to 65535.")
    return Wanted(next((name for name, port in named.items() if port == second), str(second)), second, first)


class Forwards:
    """The forwards that are held open."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._forwards: list[_Forward] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def listed(self) -> list[dict[str, Any]]:
        """What is forwarded, without tokens."""
        return [_shown(each) for each in self._forwards]

    async def open(self, target: Target, what: Sequence[str]) -> list[dict[str, Any]]:
        """Open forwards, or find those that are open, with Jupyter's address. Raises Refused, LinkError."""
        if target.ssh is None:
            raise Refused(f"{target.name} runs on this machine.", "Its ports are here already.")
        named = [wanted(target, each) for each in what or [*({**NAMED, **dict(target.ports)})]]
        with self._links.in_use(target.name):
            connection = await self._links.connection(target)
            shown = []
            for each in named:
                forward = self._find(target, each) or await self._listen(target, each)
                shown.append(_shown(forward) | await _address(connection, forward))
            return shown

    async def stop(self, name: str, port: object = None) -> list[dict[str, Any]]:
        """Close the forwards of a target, or the one at a port of this machine. What was closed."""
        gone = [each for each in self._forwards if each.target.name == name and port in (None, each.port)]
        for each in gone:
            self._forwards.remove(each)
            each.server.close()
            log.info("port %d of %s is no longer forwarded", each.wanted.remote, name)
        return [_shown(each) for each in gone]

    async def close(self) -> None:
        """Close everything."""
        for each in self._forwards:
            each.server.close()
        self._forwards.clear()
        for task in self._tasks:
            task.cancel()

    def _find(self, target: Target, one: Wanted) -> _Forward | None:
        for each in self._forwards:
            same = each.target.name == target.name and each.wanted.remote == one.remote
            if same and one.local in (None, 0, each.port):
                return each
        return None

    async def _listen(self, target: Target, one: Wanted) -> _Forward:
        loop = asyncio.get_running_loop()
        made: list[_Forward] = []  # none before the port is known, and nobody comes before that

        def accept() -> Accepted:
            return Accepted(lambda accepted: self._begin(made[0], accepted))

        try:
            server = await loop.create_server(accept, LOOPBACK, one.remote if one.local is None else one.local)
        except OSError as error:
            if one.local is not None:
                raise Refused(f"Port {one.local} is taken here ({error.strerror}).", "Choose another.") from None
            server = await loop.create_server(accept, LOOPBACK, 0)
        port = int(server.sockets[0].getsockname()[1])
        forward = _Forward(target, one, server, port)
        made.append(forward)
        self._forwards.append(forward)
        log.info("port %d of %s is forwarded from port %d", one.remote, target.name, port)
        return forward

    def _begin(self, forward: _Forward, accepted: Accepted) -> None:
        task = asyncio.create_task(self._carry(forward, accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, forward: _Forward, accepted: Accepted) -> None:
        name = forward.target.name
        with self._links.in_use(name):
            try:
                connection = await self._links.connection(forward.target)
                await connection.create_connection(lambda: accepted.channel, LOOPBACK, forward.wanted.remote)
            except Exception as error:
                from tflsp.remote.errors import explained

                log.info("nobody at port %d of %s: %s", forward.wanted.remote, name, explained(error, name))
                accepted.abort()
                return
            accepted.connected()
            forward.open += 1
            try:
                await accepted.done
            finally:
                forward.open -= 1
                accepted.abort()


async def _address(connection: SSHClientConnection, forward: _Forward) -> dict[str, str]:
    """Where a browser finds it. Jupyter's token is read over SSH, and goes to whoever asked and nowhere else."""
    url = f"http://{LOOPBACK}:{forward.port}/"
    if forward.wanted.label != "jupyter":
        return {"url": url}
    from tflsp.remote.quoting import command_line

    token = ""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            process = await connection.create_process(command_line(TOKEN), request_pty=False)
            async with process:
                # No more than a token: a container could send without end.
                while len(token) < LONGEST_TOKEN and (data := await process.stdout.read(LONGEST_TOKEN)):
                    token += data
    token = token.strip()
    return {"url": f"{url}lab?token={token}" if _TOKEN.fullmatch(token) else url}


def _shown(forward: _Forward) -> dict[str, Any]:
    return {
        "target": forward.target.name,
        "label": forward.wanted.label,
        "port": forward.port,
        "remote": forward.wanted.remote,
        "open": forward.open,
    }
