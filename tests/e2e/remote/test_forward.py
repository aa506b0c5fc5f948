"""Ports of a container on this machine: opened, listed, stopped, and there again after the connection was lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd, free_port
from tflsp.cli.forward import command
from tflsp.places import state_folder
from tflsp.remote.control import ControlError, request
from tflsp.remote.targets import Target


@pytest.fixture
def service() -> Iterator[int]:
    """A service behind the SSH server that answers each connection with what it got, in capitals."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    received = b""
                    while data := connection.recv(1 << 16):
                        received += data
                    connection.sendall(received.upper())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(daemons.PATIENCE)


@pytest.fixture
def target(sshd: Sshd, home: Path, service: int) -> Iterator[Target]:
    project = home / "mnist"
    project.mkdir()
    (sshd.home / ".tflsp").mkdir()
    (sshd.home / ".tflsp" / "jupyter-token").write_text("0123456789abcdef\n")
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project, ports=(("jupyter", service),))


def ask(port: int, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), daemons.PATIENCE) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        return connection.makefile("rb").read()


def test_a_forward_and_its_life(target: Target, service: int) -> None:
    (opened,) = request("forward", target=target.name, what=["jupyter"])
    port = opened["port"]
    assert port != service  # that one is taken on this machine
    assert opened["url"] == f"http://127.0.0.1:{port}/lab?token=0123456789abcdef"
    assert ask(port, b"hello") == b"HELLO"
    large = b"x" * 3_000_000
    assert ask(port, large) == large.upper()
    (again,) = request("forward", target=target.name, what=["jupyter"])
    assert again["port"] == port
    (listed,) = request("forwards")
    assert (listed["port"], "url" in listed) == (port, False)
    assert [each["port"] for each in request("unforward", target=target.name)] == [port]
    assert list(request("forwards")) == []
    with pytest.raises(ConnectionRefusedError):
        ask(port, b"")


def test_only_loopback(target: Target) -> None:
    free = free_port()
    (opened,) = request("forward", target=target.name, what=[f"{free}:{dict(target.ports)['jupyter']}"])
    assert opened["port"] == free
    # Every address of 127.0.0.0/8 is this machine's, and only the one is listened at.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", free), daemons.PATIENCE)


def test_a_forward_outlives_its_connection(target: Target, sshd: Sshd) -> None:
    (opened,) = request("forward", target=target.name, what=["jupyter"])
    assert ask(opened["port"], b"a") == b"A"
    sshd.stop()
    assert ask_or_none(opened["port"]) in (b"", None)
    sshd.start()
    assert ask(opened["port"], b"b") == b"B"


def ask_or_none(port: int) -> bytes | None:
    try:
        return ask(port, b"x")
    except OSError:
        return None


def test_nobody_listens_there(target: Target) -> None:
    (opened,) = request("forward", target=target.name, what=[f"0:{free_port()}"])
    assert ask_or_none(opened["port"]) in (b"", None)


def test_a_port_that_was_asked_for_and_is_taken(target: Target, service: int) -> None:
    with pytest.raises(ControlError, match=f"Port {service} is taken here"):
        list(request("forward", target=target.name, what=[str(service)]))


def test_the_command(target: Target) -> None:
    run = CliRunner()
    shown = run.invoke(command, [target.name, "jupyter"])
    assert shown.exit_code == 0
    assert "lab?token=0123456789abcdef" in shown.stdout
    listed = run.invoke(command, ["--list"]).stdout
    assert "jupyter" in listed
    assert "token" not in listed
    assert run.invoke(command, [target.name, "nonsense"]).exit_code == 2
    assert "closed" in run.invoke(command, [target.name, "--stop"]).stdout
    assert run.invoke(command, ["--list"]).stdout == "Nothing is forwarded.\n"
    assert "0123456789abcdef" not in (state_folder() / "daemon.log").read_text()
