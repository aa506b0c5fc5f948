"""An SSH server that was taken over, and turns on whoever connects: every channel, request and text that it may send.

It is asyncssh's server, as sshd does no such things; the host key is the pinned one, so it is believed to be ours.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.constants import MSG_REQUEST_FAILURE
from asyncssh.packet import Boolean, String, UInt32

from tflsp.remote import link
from tflsp.remote.errors import LinkError, explained
from tflsp.remote.keys import Identity
from tflsp.remote.targets import Ssh, Target

Attack = Callable[[asyncssh.SSHServerConnection], Any]


class Server(asyncssh.SSHServer):
    """Lets anybody in, or says what it was told to say."""

    def __init__(self, attack: Attack) -> None:
        self.attack = attack
        self.connection: asyncssh.SSHServerConnection | None = None
        self.result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connection = conn

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return True

    def auth_completed(self) -> None:
        self.task = asyncio.ensure_future(self._attack())
        self.ready = asyncio.Event()

    async def _attack(self) -> None:
        assert self.connection is not None
        await self.ready.wait()
        try:
            self.result.set_result(await self.attack(self.connection))
        except Exception as error:
            self.result.set_result(error)


REQUESTS: dict[str, bytes] = {
    "exec": String("touch {home}/came-in"),
    "shell": b"",
    "subsystem": String("sftp"),
    "env": String("LD_PRELOAD") + String("{home}/x.so"),
    "pty-req": String("xterm") + UInt32(80) * 4 + String(""),
    "x11-req": Boolean(False) + String("MIT-MAGIC-COOKIE-1") + String("00") + UInt32(0),
    "auth-agent-req@openssh.com": b"",
    "signal": String("KILL"),
    "window-change": UInt32(80) * 4,
    "none-such": b"",
}


async def ask(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """A session whose server asks its client for what only clients may ask for, and says how that went."""
    home = os.environ["HOME"].encode()
    granted = [
        name
        for name, arguments in REQUESTS.items()
        if await process.channel._make_request(name.encode(), arguments.replace(b"{home}", home))
    ]
    process.stdout.write(repr(granted).encode())
    process.exit(0)


@asynccontextmanager
async def attacked(identity: Identity, attack: Attack) -> AsyncIterator[tuple[link.Connection, Server]]:
    """A connection to a server that attacks it."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    made: list[Server] = []

    def factory() -> Server:
        made.append(Server(attack))
        return made[-1]

    listener = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=factory,
        server_host_keys=[key],
        process_factory=ask,
        encoding=None,
        x11_forwarding=True,
        agent_forwarding=True,
    )
    async with listener:
        public = key.export_public_key().decode().strip()
        ssh = Ssh("127.0.0.1", listener.get_port(), "dev", public, "tflsp-test", str(identity.path))
        connection = await link.connect(Target("tflsp-test", "/p", ssh))
        try:
            # It is by a session that a client would ask to have its agent and display forwarded.
            assert (await connection.run("true", encoding=None)).stdout == b"[]"
            made[0].ready.set()
            yield connection, made[0]
        finally:
            connection.abort()
            await connection.wait_closed()


@pytest.fixture
def agent(home: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """Where an agent would listen: nobody may come."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(home / "agent"))
    listener.listen()
    listener.setblocking(False)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(home / "agent"))
    monkeypatch.setenv("DISPLAY", "127.0.0.1:17")
    return listener


def nobody_came(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return True
    return False


KINDS: dict[str, bytes] = {
    "auth-agent@openssh.com": b"",
    "x11": String("127.0.0.1") + UInt32(6000),
    "forwarded-tcpip": String("127.0.0.1") + UInt32(22) + String("127.0.0.1") + UInt32(4000),
    "forwarded-streamlocal@openssh.com": String("/tmp/agent") + String(""),
    "direct-tcpip": String("127.0.0.1") + UInt32(22) + String("127.0.0.1") + UInt32(4000),
    "direct-streamlocal@openssh.com": String("/var/run/docker.sock") + String("") + UInt32(0),
    "tun@openssh.com": UInt32(1) + UInt32(0x7FFFFFFF),
    "session": b"",
    "none-such": b"",
}


def opening(kind: str) -> Attack:
    async def attack(connection: asyncssh.SSHServerConnection) -> object:
        channel = asyncssh.channel.SSHTCPChannel(connection, asyncio.get_running_loop(), None, "strict", 1 << 20, 32768)
        return await channel._open(kind.encode(), KINDS[kind])

    return attack


@pytest.mark.parametrize("kind", KINDS)
async def test_no_channel_is_opened_towards_us(agent: socket.socket, identity: Identity, kind: str) -> None:
    with agent:
        async with attacked(identity, opening(kind)) as (connection, server):
            outcome = await server.result
            assert isinstance(outcome, asyncssh.ChannelOpenError), outcome
            assert not connection.is_closed()
        assert nobody_came(agent)


async def test_a_careless_client_would_be_seen(
    home: Path, agent: socket.socket, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: where the agent is forwarded, the same attack reaches it."""
    monkeypatch.setattr(link, "_CLOSED", {**link._CLOSED, "agent_forwarding": str(home / "agent")})
    with agent:
        async with attacked(identity, opening("auth-agent@openssh.com")) as (_, server):
            assert not isinstance(await server.result, Exception)
        assert not nobody_came(agent)


@pytest.mark.parametrize(
    ("request_name", "arguments"),
    [
        ("tcpip-forward", String("127.0.0.1") + UInt32(0)),
        ("streamlocal-forward@openssh.com", String("{home}/forwarded")),
        ("hostkeys-00@openssh.com", String(b"not a key")),
        ("none-such@example.org", b"\0" * 1000),
    ],
)
async def test_no_request_makes_us_listen_or_learn(
    home: Path, identity: Identity, request_name: str, arguments: bytes
) -> None:
    before = sorted(home.rglob("*"))

    async def attack(connection: asyncssh.SSHServerConnection) -> object:
        named = arguments.replace(b"{home}", os.fsencode(home))
        return await connection._make_global_request(request_name.encode(), named)

    async with attacked(identity, attack) as (connection, server):
        kind, _ = await server.result
        assert kind == MSG_REQUEST_FAILURE
        assert not connection.is_closed()
    assert sorted(home.rglob("*")) == before


async def test_in_a_session_requests_go_one_way(home: Path, identity: Identity) -> None:
    before = sorted(home.rglob("*"))
    async with attacked(identity, quiet):
        pass  # `attacked` looks at what was granted
    assert sorted(home.rglob("*")) == before


async def quiet(connection: asyncssh.SSHServerConnection) -> None:
    """No attack beside the session's."""


async def test_what_it_says_cannot_forge_a_log_or_a_terminal(identity: Identity) -> None:
    async def attack(connection: asyncssh.SSHServerConnection) -> object:
        connection.disconnect(2, "\x1b[2J\r\n2026-01-01 INFO all is well\n" + "x" * 10_000)
        return None

    async with attacked(identity, attack) as (connection, _):
        with pytest.raises((asyncssh.Error, LinkError)) as caught:
            await connection.create_process("true")
    told = str(explained(caught.value, "tflsp-test"))
    assert told.isprintable()
    assert len(told) < 500
