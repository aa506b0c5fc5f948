"""What no client should do, and what happens all the same: the server answers, goes on, or leaves as LSP has it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lsp.editor import PATIENCE, SERVER
from tests.e2e.lsp.profiles import profile

BAD = "```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


def framed(**message: Any) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Wire:
    """A client of bytes: says anything, and reads messages until one fits."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.seen: list[dict[str, Any]] = []
        self._writes = process.stdin
        self._reads = process.stdout.fileno()
        self._buffer = b""
        self._count = 0

    def raw(self, data: bytes) -> None:
        self._writes.write(data)
        self._writes.flush()

    def send(self, **message: Any) -> None:
        self.raw(framed(**message))

    def request(self, method: str, params: Any = None) -> dict[str, Any]:
        """Ask, and wait for the answer."""
        self._count += 1
        self.send(id=self._count, method=method, params=params)
        return self.answer(self._count)

    def answer(self, number: int | str | None) -> dict[str, Any]:
        return self.until(lambda message: "method" not in message and message.get("id") == number)

    def until(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            message = self.read()
            if fits(message):
                return message

    def read(self) -> dict[str, Any]:
        """The next message; what the server asks is answered by null."""
        deadline = time.monotonic() + PATIENCE
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if found:
                length = int(head.split(b":")[1])
                if len(rest) >= length:
                    self._buffer = rest[length:]
                    message: dict[str, Any] = json.loads(rest[:length])
                    self.seen.append(message)
                    if "method" in message and "id" in message:
                        result = [None] * 9 if message["method"] == "workspace/configuration" else None
                        self.send(id=message["id"], result=result)
                    return message
            if not select.select([self._reads], [], [], max(deadline - time.monotonic(), 0))[0]:
                raise AssertionError("no message in time")
            data = os.read(self._reads, 1 << 16)
            assert data, "the server closed its output"
            self._buffer += data

    def initialize(self, workspace: Path, process_id: int | None = None, client: str = "vscode") -> dict[str, Any]:
        params = {**profile(client).placed(workspace), "processId": process_id}
        answer = self.request("initialize", params)
        self.send(method="initialized", params={})
        return answer

    def open(self, uri: str, text: str, language: str = "markdown", version: int = 1) -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.send(method="textDocument/didOpen", params={"textDocument": item})

    def pull(self, uri: str) -> list[str]:
        """The codes of a text's diagnostics."""
        answer = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        return [item["code"] for item in answer["result"]["items"]]

    def left(self) -> int:
        """Wait for the server's end; its exit code."""
        return self.process.wait(PATIENCE)


@contextlib.contextmanager
def served(*command: str, **options: Any) -> Iterator[Wire]:
    process = subprocess.Popen(
        command or SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options
    )
    try:
        yield Wire(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def wire(workspace: Path) -> Iterator[Wire]:
    with served() as made:
        made.initialize(workspace)
        yield made


URI = "file:///nowhere/a.md"


def works(wire: Wire) -> bool:
    """Whether the session goes on."""
    wire.open("file:///nowhere/probe.md", BAD)
    return "TFL101" in wire.pull("file:///nowhere/probe.md")


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\r\n",
        b"\r\n\r\n\r\n",
        b"Content-Type: text/plain\r\n\r\n",
        b"Content-Length: 5\r\n\r\nhello",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\nnull",
        b'Content-Length: 3\r\n\r\n{"a":1}\r\n',
        b"Content-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"\x00\xff" * 100_000 + b"\n",
    ],
)
def test_garbage_between_messages_is_survived(wire: Wire, garbage: bytes) -> None:
    wire.raw(garbage)
    assert works(wire)


def test_messages_in_pieces_and_in_one_piece(wire: Wire) -> None:
    body = json.dumps(
        {"jsonrpc": "2.0", "id": "a", "method": "textDocument/diagnostic", "params": {"textDocument": {"uri": URI}}}
    )
    data = f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    for at in range(0, len(data), 7):
        wire.raw(data[at : at + 7])
    assert wire.answer("a")["result"]["items"] == []
    wire.raw(data.replace(b'"a"', b'"b"') + data.replace(b'"a"', b'"c"'))
    assert wire.answer("c")["result"]["items"] == []


@pytest.mark.parametrize("params", [None, [], "x", 7, {}, {"textDocument": None}, {"textDocument": {"uri": 7}}])
@pytest.mark.parametrize("method", ["textDocument/diagnostic", "textDocument/hover", "textDocument/codeAction"])
def test_wrong_parameters_get_an_answer(wire: Wire, method: str, params: Any) -> None:
    answer = wire.request(method, params)
    assert answer.get("error", {}).get("code") in (-32602, -32603, None)
    assert works(wire)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "x"}]}),
        ("textDocument/didChange", {"textDocument": {"uri": URI}}),
        ("textDocument/didClose", {"textDocument": {"uri": "file:///nowhere/never.md"}}),
        ("textDocument/didOpen", {"textDocument": {"uri": URI}}),
        ("textDocument/didOpen", {"textDocument": {"uri": "", "text": "", "languageId": ""}}),
        ("notebookDocument/didOpen", {"notebookDocument": {"uri": "x:y"}}),
        ("notebookDocument/didChange", {"notebookDocument": {"uri": "x:y"}, "change": {"cells": None}}),
        ("notebookDocument/didClose", {"notebookDocument": {"uri": "none:x"}}),
        ("workspace/didChangeWatchedFiles", {"changes": [{"uri": "file:///%00", "type": 1}]}),
        ("workspace/didChangeWatchedFiles", {"changes": [{"uri": "http://[", "type": 1}]}),
        ("workspace/didChangeConfiguration", {"settings": [1]}),
        ("$/setTrace", {}),
        ("$/cancelRequest", {"id": 12345}),
        ("$/cancelRequest", {}),
        ("window/workDoneProgress/cancel", {"token": "never"}),
        ("unheard/of", {}),
        ("$/unheard", None),
    ],
)
def test_wrong_notifications_are_survived(wire: Wire, method: str, params: Any) -> None:
    wire.open(URI, "# A\n")
    wire.send(method=method, params=params)
    assert works(wire)


def test_an_unknown_request_is_refused(wire: Wire) -> None:
    assert wire.request("textDocument/unheard", {})["error"]["code"] == -32601


def test_a_cancelled_request_is_answered_at_once(wire: Wire) -> None:
    wire.open(URI, BAD * 2000)
    # In one piece: whoever is slow to send the second may have had the answer to the first.
    asked = framed(id=77, method="textDocument/diagnostic", params={"textDocument": {"uri": URI}})
    wire.raw(asked + framed(method="$/cancelRequest", params={"id": 77}))
    assert wire.answer(77)["error"]["code"] == -32800
    assert works(wire)


def test_a_cancelled_typed_request_is_answered(wire: Wire) -> None:
    wire.open(URI, BAD)
    params = {"textDocument": {"uri": URI}, "position": {"line": 1, "character": 30}}
    for number in (78, 79):
        wire.send(id=number, method="textDocument/hover", params=params)
    wire.send(method="$/cancelRequest", params={"id": 78})
    assert "error" in wire.answer(78) or wire.seen
    wire.send(id=80, method="textDocument/hover", params=params)
    assert wire.answer(80)["result"]["contents"]


def test_twenty_megabytes_are_read_or_refused_but_typing_goes_on(wire: Wire) -> None:
    wire.open(URI, BAD)
    wire.open("file:///nowhere/big.md", "# A\n\nwords and words\n" * 1_000_000)
    change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
    for version in range(2, 5):
        document = {"uri": "file:///nowhere/big.md", "version": version}
        wire.send(method="textDocument/didChange", params={"textDocument": document, "contentChanges": [change]})
    assert "TFL101" in wire.pull(URI)
    wire.send(method="textDocument/didClose", params={"textDocument": {"uri": "file:///nowhere/big.md"}})
    assert works(wire)


def test_before_initialize_requests_are_refused_and_notifications_dropped(workspace: Path) -> None:
    with served() as wire:
        assert wire.request("textDocument/hover", {})["error"]["code"] == -32002
        wire.open(URI, BAD)
        assert wire.initialize(workspace)["result"]["serverInfo"]["name"] == "tflsp"
        assert wire.pull(URI) == []
        assert works(wire)


def test_initialize_with_nothing_in_it() -> None:
    with served() as wire:
        answer = wire.request("initialize", {"capabilities": {}})
        assert answer["result"]["capabilities"]["positionEncoding"] == "utf-16"
        wire.send(method="initialized", params={})
        wire.open(URI, BAD)
        published = wire.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        assert "TFL101" in [item["code"] for item in published["params"]["diagnostics"]]


def test_after_shutdown_only_exit_counts(wire: Wire) -> None:
    assert wire.request("shutdown")["result"] is None
    assert wire.request("textDocument/hover", {})["error"]["code"] == -32600
    wire.send(method="exit")
    assert wire.left() == 0


def test_exit_without_shutdown_is_an_error(wire: Wire) -> None:
    wire.send(method="exit")
    assert wire.left() == 1


def test_the_end_of_input_is_the_end(wire: Wire) -> None:
    assert wire.process.stdin is not None
    wire.process.stdin.close()
    assert wire.left() == 1


def test_the_end_of_input_before_initialize_is_the_end() -> None:
    with served() as wire:
        assert wire.process.stdin is not None
        wire.process.stdin.close()
        assert wire.left() == 1


def test_a_long_analysis_does_not_keep_the_server(wire: Wire) -> None:
    wire.open("file:///nowhere/big.py", "x = [1, 2, 3]  # words\n" * 200_000, "python")
    wire.send(id=5, method="textDocument/diagnostic", params={"textDocument": {"uri": "file:///nowhere/big.py"}})
    assert wire.request("shutdown")["result"] is None
    wire.send(method="exit")
    assert wire.left() == 0


def test_a_client_that_does_not_read_costs_no_deadlock(workspace: Path) -> None:
    """Results that nobody takes fill the pipe; the server must go on reading, or client and server wait for ever."""
    with served() as wire:
        wire.initialize(workspace, client="neovim")
        wire.open(URI, BAD * 200)
        for version in range(2, 60):
            change = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
            document = {"uri": URI, "version": version}
            wire.send(method="textDocument/didChange", params={"textDocument": document, "contentChanges": [change]})
            wire.send(id=version, method="textDocument/diagnostic", params={"textDocument": {"uri": URI}})
        wire.raw(b" " * (1 << 20) + b"\n")
        assert works_pushed(wire)


def works_pushed(wire: Wire) -> bool:
    uri = "file:///nowhere/probe.md"
    wire.open(uri, BAD)
    found = wire.until(
        lambda message: message.get("params", {}).get("uri") == uri and "diagnostics" in message["params"]
    )
    return "TFL101" in [item["code"] for item in found["params"]["diagnostics"]]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watched by polling elsewhere")
def test_the_server_leaves_with_its_editor(workspace: Path) -> None:
    """The editor is killed while somebody else still holds the server's input open."""
    # The parent only waits: it must not take bytes off the input that it shares with the server.
    program = (
        "import signal, subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, file=sys.stderr, flush=True);"
        "signal.pause()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, *SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert parent.stderr is not None
    server = int(parent.stderr.readline())
    ended = os.pidfd_open(server)
    wire = Wire(parent)
    wire.initialize(workspace, process_id=parent.pid)
    assert works(wire)
    # Our end of the pipe stays open: only the editor's death can tell the server.
    parent.kill()
    parent.wait()
    assert select.select([ended], [], [], PATIENCE)[0], "the server outlived its editor"
    os.close(ended)
    for stream in (parent.stdin, parent.stdout, parent.stderr):
        assert stream is not None
        stream.close()


def test_a_killed_editor_ends_the_server(workspace: Path) -> None:
    """As `kill -9` on an editor: its ends of the pipes close."""
    with served() as wire:
        wire.initialize(workspace)
        assert works(wire)
        assert wire.process.stdin is not None
        assert wire.process.stdout is not None
        wire.process.stdout.close()
        wire.process.stdin.close()
        assert wire.left() == 1


def test_a_terminated_server_ends(wire: Wire) -> None:
    wire.process.send_signal(signal.SIGTERM)
    assert wire.left() != 0


def test_a_failing_feature_is_told_once_and_costs_nothing_else(workspace: Path) -> None:
    server = Path(__file__).with_name("failing_server.py")
    with served(sys.executable, str(server)) as wire:
        wire.initialize(workspace)
        wire.open(URI, BAD)
        params = {"textDocument": {"uri": URI}, "position": {"line": 1, "character": 30}}
        for _ in range(3):
            assert wire.request("textDocument/hover", params)["result"] is None
        where = {"start": params["position"], "end": {"line": 1, "character": 60}}
        asked = {"textDocument": {"uri": URI}, "range": where, "context": {"diagnostics": []}}
        assert wire.request("textDocument/codeAction", asked)["result"]
        assert works(wire)
        logged = [each["params"]["message"] for each in wire.seen if each.get("method") == "window/logMessage"]
        assert len([message for message in logged if "textDocument/hover" in message]) == 1
        assert "text of the document" not in str(logged)


def test_a_second_client_on_the_same_line_is_told_the_same(wire: Wire, workspace: Path) -> None:
    """As jupyter-lsp does it when another browser tab connects."""
    wire.open(URI, BAD)
    again = wire.initialize(workspace)
    assert again["result"]["serverInfo"]["name"] == "tflsp"
    assert "TFL101" in wire.pull(URI)


def test_one_socket_for_both_directions(workspace: Path) -> None:
    """sshd gives its command one socket as standard input and output."""
    import socket

    ours, theirs = socket.socketpair()
    process = subprocess.Popen(SERVER, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL)
    theirs.close()
    try:
        stream = ours.makefile("rwb", buffering=0)
        fake: Any = type("Process", (), {"stdin": stream, "stdout": stream})()
        wire = Wire(fake)
        wire.initialize(workspace)
        assert works(wire)
        stream.close()
        ours.close()
        assert process.wait(PATIENCE) == 1
    finally:
        process.kill()
        process.wait()


def test_tcp(workspace: Path) -> None:
    import socket

    program = "from tflsp.server import serve; raise SystemExit(serve(('127.0.0.1', 0)))"
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        port = int(process.stderr.readline().rsplit(b" ", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            stream = connection.makefile("rwb", buffering=0)
            fake: Any = type("Process", (), {"stdin": stream, "stdout": stream})()
            wire = Wire(fake)
            wire.initialize(workspace)
            assert works(wire)
            assert wire.request("shutdown")["result"] is None
            wire.send(method="exit")
            assert process.wait(PATIENCE) == 0
            stream.close()
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
