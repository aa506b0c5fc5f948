"""The connection that everything goes through, against a real sshd: what it does, refuses and says."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from tests import components
from tests.e2e.remote import sshd as servers
from tests.e2e.remote.sshd import REMEDY, Sshd
from tflsp.remote import keys, link
from tflsp.remote.errors import Kind, LinkError, explained
from tflsp.remote.keys import Identity
from tflsp.remote.targets import Target


async def refused(target: Target) -> LinkError:
    """Connect in vain."""
    with pytest.raises(LinkError) as caught:
        await link.connect(target)
    return caught.value


async def output(target: Target, command: str) -> str:
    async with await link.connect(target) as connection:
        ran = await connection.run(command, check=False)
    return str(ran.stdout)


async def test_runs_a_command(sshd: Sshd, identity: Identity) -> None:
    async with await link.connect(sshd.target(identity=identity.path)) as connection:
        result = await connection.run("echo $HOME; id -u; tflsp --version", check=False)
        pty = await connection.run("tty", check=False, term_type="dumb")
    assert str(result.stdout).startswith(f"{sshd.home}\n")
    assert "tflsp" in str(result.stdout), result.stderr
    assert "/dev/pts/" in str(pty.stdout)


async def test_the_ciphers_suit_the_processor(sshd: Sshd, identity: Identity) -> None:
    async with await link.connect(sshd.target(identity=identity.path)) as connection:
        first = "aes128-gcm@openssh.com" if link.has_aes() else "chacha20-poly1305@openssh.com"
        assert connection.get_extra_info("send_cipher") == first
        assert connection.get_extra_info("recv_cipher") == first
        assert connection.get_extra_info("send_compression") == "none"


async def test_the_users_configuration_adds_and_takes_nothing(home: Path, sshd: Sshd, identity: Identity) -> None:
    (home / ".ssh/config").write_text(
        "User nobody\nHost *\n  User nobody\n  Port 1\n  HostName nowhere.invalid\n  HostKeyAlias other\n"
        "  IdentityFile ~/.ssh/none\n  ProxyJump nowhere.invalid\n  ProxyCommand false\n"
        "  UserKnownHostsFile /dev/null\n  StrictHostKeyChecking no\n  HostKeyAlgorithms ssh-rsa\n"
        "  Ciphers aes256-ctr\n  MACs hmac-sha2-256\n  ServerAliveInterval 15s\n  ForwardAgent yes\n"
        "  ForwardX11Trusted yes\n  RemoteCommand exit 3\n  RequestTTY force\n  SetEnv A=b\n  Compression yes\n"
        "  PubkeyAuthentication no\n  PreferredAuthentications password\n  User 'it\n"
    )
    notes: list[str] = []
    async with await link.connect(sshd.target(identity=identity.path), notes.append) as connection:
        result = await connection.run("tty; echo $HOME")
        assert connection.get_extra_info("send_cipher") == "aes256-ctr"
        assert connection.get_extra_info("send_compression") == "none"
    assert result.stdout == f"not a tty\n{sshd.home}\n"
    config = home / ".ssh/config"
    assert notes == [
        f"{config} line 7 is left out: there is no ~/.ssh/none",
        f"{config} line 24 is left out: No closing quotation",
        f"{config} line 11: StrictHostKeyChecking is passed over; host keys are always checked here",
    ]


async def test_a_swapped_host_key_is_told_as_what_it_is(sshd: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path)
    pinned = sshd.host_key
    for kind in ("ed25519", "rsa"):
        sshd.stop()
        sshd.new_host_key(kind)
        sshd.start()
        error = await refused(target)
        assert error.kind is Kind.HOST_KEY
        assert "do not connect" in error.remedy
        if kind == "ed25519":
            assert keys.fingerprint(pinned) in error.sentence
            assert keys.fingerprint(sshd.host_key) in error.sentence
    assert "Accepted publickey" not in sshd.log


async def test_a_wrong_key(home: Path, sshd: Sshd) -> None:
    other = home / "other"
    keygen = components.program("ssh-keygen", REMEDY)
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    error = await refused(sshd.target(identity=other))
    assert error.kind is Kind.AUTH
    assert "does not accept the key" in error.sentence


async def test_no_password_is_ever_sent(home: Path, sshd: Sshd) -> None:
    """Not even to a server that asks for one, nor asked of the user."""
    sshd.stop()
    sshd.extra = "AuthenticationMethods any\nPasswordAuthentication yes\nKbdInteractiveAuthentication yes"
    sshd.start()
    assert (await refused(sshd.target(identity=None))).kind is Kind.AUTH


async def test_a_key_that_is_gone(home: Path, sshd: Sshd) -> None:
    error = await refused(sshd.target(identity=home / "gone"))
    assert error.kind is Kind.CONFIG
    assert f"{home}/gone" in error.sentence


async def test_nothing_listens(sshd: Sshd, identity: Identity) -> None:
    error = await refused(sshd.target(identity=identity.path, port=servers.free_port()))
    assert error.kind is Kind.NETWORK
    assert "Nothing listens" in error.sentence
    assert "tflsp up" in error.remedy


@pytest.mark.parametrize(
    "spoken",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", b"SSH-2.0-x\r\n" + b"\0" * 4096, b"\xff" * 100_000, b"SSH-1.5-old\r\n"],
    ids=["http", "nothing", "zeros", "noise", "old"],
)
async def test_what_answers_is_no_ssh(sshd: Sshd, identity: Identity, spoken: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(spoken)
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        except ConnectionError:
            pass

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await refused(sshd.target(identity=identity.path, port=port))
    assert error.kind in (Kind.SERVER, Kind.NETWORK)


async def test_a_greeting_that_was_tampered_with(sshd: Sshd, identity: Identity) -> None:
    """What a real server says first, with bytes changed, left out and added: an error each time, and never a hang."""
    reader, writer = await asyncio.open_connection("127.0.0.1", sshd.port)
    writer.write(b"SSH-2.0-test\r\n")
    greeting = await reader.readuntil(b"\n") + await reader.read(4096)
    writer.close()
    await writer.wait_closed()
    choice = random.Random(22)

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken = bytearray(greeting)
        for _change in range(choice.randrange(1, 6)):
            place = choice.randrange(len(spoken))
            spoken[place : place + choice.choice((0, 1, 4))] = choice.randbytes(choice.choice((0, 1, 4)))
        with suppress(ConnectionError):
            writer.write(bytes(spoken))
            writer.write_eof()
            await _.read()
            writer.close()
            await writer.wait_closed()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        target = sshd.target(identity=identity.path, port=server.sockets[0].getsockname()[1])
        for _example in range(40):
            assert (await refused(target)).kind is not Kind.AUTH


async def test_a_server_that_says_nothing(sshd: Sshd, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "_CLOSED", {**link._CLOSED, "login_timeout": 0.3})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = await refused(sshd.target(identity=identity.path, port=silent.getsockname()[1]))
    assert error.kind is Kind.NETWORK


@asynccontextmanager
async def reading(target: Target) -> AsyncIterator[tuple[link.Connection, asyncio.Future[bytes]]]:
    """A session in which somebody waits for the next byte, as the bridge always does."""
    connection = await link.connect(target)
    process = await connection.create_process("echo; cat", encoding=None)
    await process.stdout.readline()
    future = asyncio.ensure_future(process.stdout.read(1))
    try:
        yield connection, future
    finally:
        future.cancel()
        connection.abort()
        await connection.wait_closed()


async def test_a_killed_server_is_noticed_at_once(sshd: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path)
    async with reading(target) as (_, pending):
        started = asyncio.get_running_loop().time()
        sshd.signal(signal.SIGKILL)
        with pytest.raises(asyncssh.ConnectionLost) as caught:
            await pending
        # Sooner than by keep-alive, which takes three times five seconds.
        assert asyncio.get_running_loop().time() - started < 10
    assert explained(caught.value, target.name).kind is Kind.NETWORK


async def test_a_silent_server_is_lost_by_keep_alive(sshd: Sshd, identity: Identity) -> None:
    async with reading(sshd.target(identity=identity.path)) as (connection, pending):
        connection.set_keepalive(interval=0.2)
        sshd.signal(signal.SIGSTOP)
        with pytest.raises(asyncssh.ConnectionLost):
            await pending


async def test_keep_alive_is_five_seconds(sshd: Sshd, identity: Identity) -> None:
    """Whatever a `Host *` says: the daemon's idea of lost hangs on it."""
    asked: list[float] = []
    async with await link.connect(sshd.target(identity=identity.path)) as connection:
        asked += [connection._keepalive_interval, connection._keepalive_count_max]
    assert asked == [5.0, 3]


@contextmanager
def agent_of(home: Path) -> Iterator[dict[str, str]]:
    """A real agent, and the environment that leads to it."""
    path = home / "agent"
    process = subprocess.Popen(
        [components.program("ssh-agent", REMEDY), "-D", "-a", path], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield {**os.environ, "SSH_AUTH_SOCK": str(path)}
    finally:
        process.terminate()
        process.communicate()


async def test_the_users_agent(home: Path, sshd: Sshd, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    with agent_of(home) as environment:
        monkeypatch.setenv("SSH_AUTH_SOCK", environment["SSH_AUTH_SOCK"])
        with pytest.raises(keys.KeyProblem, match="holds no key"):
            await keys.agent_identity()
        add = components.program("ssh-add", REMEDY)
        subprocess.run([add, "-q", str(identity.path)], check=True, env=environment)
        assert (await keys.agent_identity()).public_line.split() == identity.public_line.split()[:2]
        assert await output(sshd.target(identity=None), "echo [$SSH_AUTH_SOCK]") == "[]\n"


async def test_a_key_with_a_passphrase_needs_the_agent(home: Path, sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    path = home / "locked"
    keygen, add = components.program("ssh-keygen", REMEDY), components.program("ssh-add", REMEDY)
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    sshd.authorize(keys.ensure_identity(path).public_line)
    target = sshd.target(identity=path)
    with agent_of(home) as environment:
        subprocess.run([add, "-q", str(path)], check=True, env=environment)
        subprocess.run([keygen, "-q", "-p", "-N", "a phrase", "-f", str(path)], check=True, capture_output=True)
        assert (await refused(target)).kind is Kind.AUTH
        monkeypatch.setenv("SSH_AUTH_SOCK", environment["SSH_AUTH_SOCK"])
        assert await output(target, "echo in") == "in\n"


async def test_a_local_session_has_no_link() -> None:
    assert (await refused(Target("local", "/p"))).kind is Kind.CONFIG


async def test_a_target_that_was_tampered_with(sshd: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path)
    assert target.ssh is not None
    for change in ({"host": "-x"}, {"host": "a\nProxyCommand touch x"}, {"host_key": "*"}, {"host_key_alias": "*"}):
        error = await refused(replace(target, ssh=replace(target.ssh, **change)))  # type: ignore[arg-type]
        assert error.kind is Kind.CONFIG


@pytest.fixture
def bastion(home: Path, identity: Identity) -> Iterator[Sshd]:
    """A host to go through, which the user's own configuration knows."""
    server = servers.make()
    try:
        server.authorize(identity.public_line)
        server.start()
        (home / ".ssh/config").write_text(
            f"Host bastion\n  HostName 127.0.0.1\n  Port {server.port}\n  User dev\n  HostKeyAlias bastion\n"
            f"  IdentityFile {identity.path}\n  UserKnownHostsFile {home}/known\n"
            "Host *\n  ServerAliveInterval 15s\n  ProxyJump bastion\n  ForwardAgent yes\n"
        )
        (home / "known").write_text(f"bastion {server.host_key}\n")
        yield server
    finally:
        servers.discard(server)


async def test_through_a_jump_host(home: Path, sshd: Sshd, bastion: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path, jump="bastion")
    connection = await link.connect(target)
    assert (await connection.run("echo $HOME")).stdout == f"{sshd.home}\n"
    connection.close()
    await connection.wait_closed()
    assert bastion.logs("Accepted publickey")


async def test_a_jump_host_of_the_users_configuration(
    home: Path, sshd: Sshd, bastion: Sshd, identity: Identity
) -> None:
    """`127.1` is a name to us, of a machine somewhere; the resolver of the bastion reads it as inet_aton(3) does."""
    target = sshd.target(identity=identity.path, host="127.1")
    assert await output(target, "echo in") == "in\n"
    assert bastion.logs("Accepted publickey")


async def test_no_jump_to_this_machine_because_of_a_wildcard(
    home: Path, sshd: Sshd, bastion: Sshd, identity: Identity
) -> None:
    bastion.stop()
    assert await output(sshd.target(identity=identity.path), "echo in") == "in\n"


async def test_a_jump_host_of_two_names(home: Path, sshd: Sshd, bastion: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path, jump=f"bastion,dev@bastion:{bastion.port}")
    assert await output(target, "echo in") == "in\n"


async def test_a_jump_host_that_cannot_go_on(home: Path, sshd: Sshd, bastion: Sshd, identity: Identity) -> None:
    for change in ({"port": servers.free_port()}, {"host": "nowhere.invalid"}):
        error = await refused(sshd.target(identity=identity.path, jump="bastion", **change))
        assert error.kind is Kind.NETWORK
        assert "jump host" in error.sentence


async def test_a_jump_host_that_is_not_known(home: Path, sshd: Sshd, bastion: Sshd, identity: Identity) -> None:
    target = sshd.target(identity=identity.path, jump="bastion")
    for files in (f"{home}/other", "none"):
        config = (home / ".ssh/config").read_text()
        (home / ".ssh/config").write_text(config.replace(f"{home}/known", files))
        error = await refused(target)
        assert error.kind is Kind.HOST_KEY
        assert "jump host bastion" in error.sentence
        (home / ".ssh/config").write_text(config)
    bastion.stop()
    error = await refused(target)
    assert error.kind is Kind.NETWORK
    assert "jump host bastion" in error.sentence


async def test_a_jump_host_that_lets_nobody_in(home: Path, sshd: Sshd, bastion: Sshd, identity: Identity) -> None:
    (bastion.folder / "authorized_keys").write_text("")
    error = await refused(sshd.target(identity=identity.path, jump="bastion"))
    assert error.kind is Kind.AUTH
    assert "jump host bastion" in error.sentence
