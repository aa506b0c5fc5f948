"""Editors at a server behind a real sshd, through `tflsp connect`; and what is left when one side dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from lsprotocol import types

from bench.client import Client
from bench.wire import ServerGone
from tests.e2e.lsp.editor import editor as lsp_editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tflsp.places import runtime_folder, state_folder
from tflsp.remote import targets
from tflsp.remote.control import ControlError, request, socket_path
from tflsp.remote.targets import Target

TFLSP = str(Path(sys.executable).with_name("tflsp"))
CONNECT = (TFLSP, "connect", daemons.NAME)
SCRIPT = "docker pull tensorflow/tensorflow:latest\n"


@contextmanager
def connect(project: Path) -> Iterator[Client]:
    """An editor that has greeted a server."""
    with Client(CONNECT, project) as client:
        client.initialize()
        yield client


def hover(client: Client) -> Any:
    """A round trip that changes nothing."""
    uri = (client.workspace / "a.md").as_uri()
    return client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})


async def test_diagnostics_under_the_editors_own_uris(target: Target, project: Path) -> None:
    (project / "tflsp.toml").write_text('language = "zh"\n')
    async with lsp_editor(profile("neovim"), project, command=CONNECT) as editor:
        text = editor.open("start.sh", SCRIPT, "shellscript")
        (found,) = await editor.diagnostics(text)
        assert found.code == "TFL101"
        assert not found.message.isascii()  # the server has read tflsp.toml on its side
        assert set(editor.client.published) == {text.uri}
        untitled = types.TextDocumentItem("untitled:Untitled-1", "shellscript", 1, SCRIPT)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(untitled))
        await editor.client.until(lambda: "untitled:Untitled-1" in editor.client.published)


async def test_two_editors_at_once(target: Target, project: Path) -> None:
    async with lsp_editor(profile("neovim"), project, command=CONNECT) as first:
        async with lsp_editor(profile("vscode"), project, command=CONNECT) as second:
            one = first.open("one.sh", SCRIPT, "shellscript")
            two = second.open("two.sh", SCRIPT * 2, "shellscript")
            assert (len(await first.diagnostics(one)), len(await second.diagnostics(two))) == (1, 2)
            (state,) = daemons.status()["targets"]
            assert (state["link"], state["sessions"]) == ("connected", 2)
            pid = daemons.status()["pid"]
            assert len(psutil.Process(pid).net_connections("tcp")) == 1
            asked = subprocess.run(
                [TFLSP, "status", "--json"],
                env={**os.environ, "DOCKER_HOST": f"unix://{project}/none.sock"},
                capture_output=True,
                check=False,
                timeout=60,
            )
            (shown,) = json.loads(asked.stdout)
            assert (shown["name"], shown["editors"]) == (target.name, 2)
        first.change(one, 0, 0, "\n")
        assert len(await first.diagnostics(one)) == 1


def test_noise_before_the_first_message(sshd: Sshd, project: Path) -> None:
    (sshd.home / ".bashrc").write_text("echo 'Welcome!'; printf 'no line end: Content-Length: '; echo oops >&2\n")
    with daemons.no_daemon_left():
        daemons.saved(sshd, project)
        with connect(project) as client:
            hover(client)


def test_the_editor_is_killed(target: Target, sshd: Sshd, project: Path) -> None:
    """Its end of the pipes closes: neither the thin program nor the server stays."""
    script = (
        "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).pid, flush=True); input()"
    )
    with connect(project):
        before = daemons.servers_of(sshd)
        editor = subprocess.Popen(
            [sys.executable, "-c", script, *CONNECT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with editor:
            assert editor.stdout is not None
            thin = int(editor.stdout.readline())
            # A second request is behind the first one's session.
            wait_for(lambda: len(daemons.servers_of(sshd)) == len(before) + 1)
            (server,) = {*daemons.servers_of(sshd)} - {*before}
            daemons.kill(editor.pid)
        daemons.wait_for_end(thin)
        daemons.wait_for_end(server)
        assert daemons.servers_of(sshd) == before


def wait_for(condition: Callable[[], object]) -> None:
    """Look until a condition holds; each look is a question that the daemon answers."""
    deadline = time.monotonic() + daemons.PATIENCE
    while not condition():
        daemons.status()
        assert time.monotonic() < deadline, "it did not come"


def test_the_thin_program_is_killed(target: Target, sshd: Sshd, project: Path) -> None:
    with connect(project) as client:
        (server,) = daemons.servers_of(sshd)
        daemons.kill(client.process.pid)
        daemons.wait_for_end(server)


def test_the_daemon_is_killed(target: Target, sshd: Sshd, project: Path) -> None:
    """The editor is told, nothing stays in the container, and the next editor gets a new daemon."""
    with connect(project) as client:
        (server,) = daemons.servers_of(sshd)
        old = daemons.status()["pid"]
        daemons.kill(old)
        with pytest.raises(ServerGone):
            hover(client)
        assert client.process.wait(daemons.PATIENCE) == 1
        daemons.wait_for_end(server)
    assert Path(socket_path()).exists()  # stale: taken over by whoever comes next
    with connect(project) as again:
        hover(again)
        assert daemons.status()["pid"] != old


def test_the_server_is_killed(target: Target, sshd: Sshd, project: Path) -> None:
    with connect(project) as client:
        (server,) = daemons.servers_of(sshd)
        daemons.kill(server)
        with pytest.raises(ServerGone):
            hover(client)
        assert client.process.wait(daemons.PATIENCE) == 128 + signal.SIGKILL


def test_the_connection_is_killed(target: Target, sshd: Sshd, project: Path) -> None:
    """The session ends on both sides; the daemon stays, and connects again."""
    with connect(project) as client:
        (server,) = daemons.servers_of(sshd)
        pid = daemons.status()["pid"]
        sshd.stop()
        with pytest.raises(ServerGone):
            hover(client)
        assert client.process.wait(daemons.PATIENCE) == 1
    daemons.wait_for_end(server)
    sshd.start()
    with connect(project) as again:
        hover(again)
    assert daemons.status()["pid"] == pid


def test_the_daemon_is_restarted(target: Target, sshd: Sshd, project: Path) -> None:
    with connect(project) as client:
        servers = daemons.servers_of(sshd)
        pid = daemons.status()["pid"]
        assert list(request("stop")) == [{"pid": pid}]
        assert client.process.wait(daemons.PATIENCE) == 1
    for each in [pid, *servers]:
        daemons.wait_for_end(each)
    assert not Path(socket_path()).exists()
    with connect(project) as again:
        hover(again)


def test_programs_that_come_at_once_share_a_daemon(target: Target, project: Path) -> None:
    clients = [Client(CONNECT, project) for _ in range(3)]
    for client in clients:
        client.initialize()
    (state,) = daemons.status()["targets"]
    assert state["sessions"] == 3
    for client in clients:
        client.close()


def test_files_and_terminals_are_relayed(target: Target, project: Path, tmp_path: Path) -> None:
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}},
        {"jsonrpc": "2.0", "id": 2, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]
    source, result = tmp_path / "in", tmp_path / "out"
    frames = [json.dumps(message).encode() for message in messages]
    source.write_bytes(b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(frame), frame) for frame in frames))
    with source.open("rb") as stdin, result.open("wb") as stdout:
        done = subprocess.run(CONNECT, stdin=stdin, stdout=stdout, timeout=daemons.PATIENCE, check=False)
    assert done.returncode == 0
    assert result.read_bytes().count(b"Content-Length") >= 2


def test_the_editors_pipes_are_given_back_as_they_were(target: Target, project: Path) -> None:
    reads, writes = os.pipe()
    process = subprocess.Popen(CONNECT, stdin=reads, stdout=subprocess.PIPE)
    os.close(writes)
    assert process.stdout is not None
    process.stdout.read()
    process.wait(daemons.PATIENCE)
    process.stdout.close()
    assert os.get_blocking(reads)
    os.close(reads)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"\xff\xfe\n", "no request"),
        (b"[" * 50_000 + b"\n", "no request"),
        (b'{"op": "status", "protocol": 0}\n', "another version"),
        (b'{"op": "nonsense", "protocol": 1}\n', "knows no 'nonsense'"),
        (b'{"op": "connect", "protocol": 1}\n', "two descriptors"),
        (b'{"op": "gpu", "protocol": 1, "target": 1}\n', "needs 'target'"),
        (b'{"op": "forward", "protocol": 1, "target": "tflsp-test", "what": ["x"]}\n', "no port to forward"),
        (b"x" * 70_000, None),
        (b"", None),
    ],
)
def test_bad_requests_harm_nobody(target: Target, project: Path, sent: bytes, answer: str | None) -> None:
    list(request("status"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(socket_path())
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except BrokenPipeError:
            assert answer is None
        data = connection.makefile("rb").read() if answer else b""
    if answer:
        assert answer in json.loads(data)["error"]
    assert daemons.status()["targets"]


@pytest.mark.parametrize(
    "junk",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"Content-Length: 99999999999\r\n\r\n",
        b"\0" * 70_000,
        b"Content-Length: 3\r\n\r\n[[[",
    ],
)
def test_an_editor_that_speaks_no_lsp(target: Target, project: Path, junk: bytes) -> None:
    done = subprocess.run(CONNECT, input=junk, capture_output=True, timeout=daemons.PATIENCE, check=False)
    assert done.returncode == 1
    with connect(project) as client:
        hover(client)


def test_a_server_that_cannot_start_says_why(sshd: Sshd, project: Path) -> None:
    with daemons.no_daemon_left():
        daemons.saved(sshd, project, command=("no-such-program",))
        done = subprocess.run(CONNECT, input=b"", capture_output=True, timeout=daemons.PATIENCE, check=False)
        assert done.returncode == 1
        assert b"no-such-program: not found" in done.stderr
        assert b"The server did not start (exit code 127)." in done.stderr


def test_what_a_server_says_drives_no_terminal(sshd: Sshd, project: Path) -> None:
    with daemons.no_daemon_left():
        daemons.saved(sshd, project, command=("sh", "-c", r"printf '\033]0;title\007\033[2Jbroken\n' >&2"))
        done = subprocess.run(CONNECT, input=b"", capture_output=True, timeout=daemons.PATIENCE, check=False)
        assert b"broken" in done.stderr
        assert not set(done.stderr) & {0x07, 0x1B}


def test_nobody_else_gets_at_the_daemon(target: Target) -> None:
    list(request("status"))
    assert stat.S_IMODE(runtime_folder().stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(socket_path()).stat().st_mode) == 0o600
    assert stat.S_IMODE((state_folder() / "daemon.log").stat().st_mode) == 0o600


def test_the_log_holds_no_text(target: Target, project: Path) -> None:
    secret = "a text that is nobody's business"
    (project / "a.md").write_text(secret)
    with connect(project) as client:
        params = {"uri": (project / "a.md").as_uri(), "languageId": "markdown", "version": 1, "text": secret}
        client.notify("textDocument/didOpen", {"textDocument": params})
        hover(client)
    log = (state_folder() / "daemon.log").read_text()
    assert "a session with tflsp-test begins" in log
    assert secret not in log


def test_an_unknown_name() -> None:
    done = subprocess.run([TFLSP, "connect", "../x"], capture_output=True, text=True, check=False)
    assert (done.returncode, "cannot be a container's name" in done.stderr) == (2, True)


def test_a_missing_target(home: Path) -> None:
    with daemons.no_daemon_left():
        done = subprocess.run([TFLSP, "connect", "tflsp-none"], input="", capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "tflsp up" in done.stderr


def test_the_local_session_needs_no_daemon(home: Path, project: Path) -> None:
    targets.save(Target(daemons.NAME, str(project)))
    with connect(project) as client:
        hover(client)
    with pytest.raises(ControlError):
        daemons.status()


def test_sigterm_ends_the_daemon_as_stop_does(target: Target, project: Path) -> None:
    with connect(project) as client:
        pid = daemons.status()["pid"]
        os.kill(pid, signal.SIGTERM)
        daemons.wait_for_end(pid)
        assert client.process.wait(daemons.PATIENCE) == 1
    assert not Path(socket_path()).exists()
