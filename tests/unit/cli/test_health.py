"""`tflsp health`: what it asks, and what it says of each answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from tflsp.cli import health
from tflsp.cli.health import Unwell


@contextmanager
def answering(answer: bytes, listens: bool = True) -> Iterator[int]:
    """A server on a loopback port that gives everybody the same answer."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        if not listens:
            yield port
            return
        server.listen()

        def serve() -> None:
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection:
                    connection.sendall(answer)
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(4096):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield port
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def http(body: bytes, status: str = "200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status.encode(), len(body), body)


def test_sshd_is_known_by_its_banner() -> None:
    with answering(b"SSH-2.0-OpenSSH_8.4\r\n") as port:
        assert health.ssh_answers(port) == f"sshd on port {port}"
    with answering(b"220 mail ready\r\n") as port, pytest.raises(Unwell, match="not an SSH server"):
        health.ssh_answers(port)
    with answering(b"") as port, pytest.raises(Unwell, match="not an SSH server"):
        health.ssh_answers(port)
    with answering(b"", listens=False) as port, pytest.raises(Unwell, match="does not answer"):
        health.ssh_answers(port)


def test_jupyter_is_known_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    # A proxy of the environment is none of loopback's.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering(http(b'{"version": "2.21.1"}')) as port:
        assert health.jupyter_answers(port) == f"Jupyter 2.21.1 on port {port}"
    for answer in (http(b"[]"), http(b"nothing", "502 Bad Gateway"), b"SSH-2.0-x\r\n", b""):
        with answering(answer) as port, pytest.raises(Unwell, match=f"JupyterLab does not answer on port {port}"):
            health.jupyter_answers(port)


def test_a_server_is_really_started() -> None:
    assert health.server_starts() == "language server"


def test_a_server_that_hangs_is_unwell() -> None:
    with pytest.raises(Unwell, match="does not start"):
        health.server_starts(timeout=0.001)


def test_services_are_the_environments_before_the_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFLSP_SERVICES", "jupyter")
    assert health.services() == ["jupyter"]
    monkeypatch.setenv("TFLSP_SERVICES", "")
    assert health.services() == []


def test_waiting_ends_with_the_answer_or_the_time() -> None:
    answers = iter([Unwell("not yet"), Unwell("not yet"), None])

    def check() -> str:
        if (answer := next(answers)) is not None:
            raise answer
        return "well"

    assert health.patiently(check, time.monotonic() + 30) == "well"

    def never() -> str:
        raise Unwell("never")

    with pytest.raises(Unwell, match="never"):
        health.patiently(never, time.monotonic() + 0.05)


def test_the_command_says_it_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFLSP_SERVICES", "")
    with answering(b"SSH-2.0-OpenSSH_9.2\r\n") as port:
        monkeypatch.setattr(health, "SSH_PORT", port)
        well = CliRunner().invoke(health.command)
    assert (well.exit_code, well.stdout) == (0, f"healthy: sshd on port {port}, language server\n")
    with answering(b"", listens=False) as port:
        monkeypatch.setattr(health, "SSH_PORT", port)
        unwell = CliRunner().invoke(health.command)
    assert unwell.exit_code == 1
    assert unwell.stdout.startswith(f"unhealthy: sshd does not answer on port {port}")
    assert unwell.stdout.count("\n") == 1
