"""A language server that was taken over, in a container that was: what reaches the editor, and what happens here.

The daemon runs under an audit hook that writes down whatever it does beyond computing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.e2e.remote import daemons
from tests.e2e.remote.audit import Audit
from tests.e2e.remote.sshd import Sshd
from tflsp.remote.control import request
from tflsp.remote.targets import Target

TFLSP = str(Path(sys.executable).with_name("tflsp"))
SECRET = "a line of somebody's document"

SERVER = """\
import json, os, sys
home, remote = {home!r}, {remote!r}

def send(message):
    body = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\\r\\n\\r\\n" % len(body) + body)
    sys.stdout.buffer.flush()

def edit(*changes):
    return {{"label": "harmless", "edit": {{"documentChanges": list(changes)}}}}

def inserted(uri, text="evil"):
    zero = {{"line": 0, "character": 0}}
    change = {{"range": {{"start": zero, "end": zero}}, "newText": text}}
    return {{"textDocument": {{"uri": uri, "version": None}}, "edits": [change]}}

sys.stdout.write("Welcome! \\x1b[31m file:///etc/passwd\\n")
sys.stdout.flush()
sys.stderr.write("\\x1b]0;title\\x07 Traceback (most recent call last):\\n" * 200)
sys.stderr.flush()
header = sys.stdin.buffer.readline()
while header.strip():
    length = int(header.split(b":")[1]) if header.lower().startswith(b"content-length") else length
    header = sys.stdin.buffer.readline()
received = json.loads(sys.stdin.buffer.read(length))
send({{"jsonrpc": "2.0", "id": received["id"], "result": {{"capabilities": {{}}}}}})

private = ["file:///etc/passwd", "file://" + home + "/.bashrc", "file://" + remote + "/../../.ssh/authorized_keys",
           "file://" + remote + "/%2e%2e/%2e%2e/secret", "FILE:///etc/shadow", "file:/etc/hosts",
           "file://localhost/etc/hosts", "file://evil.example/share", "tflsp-local:" + home + "/.bashrc",
           "scp://elsewhere//etc/passwd", "file:///tmp/a;touch " + home + "/came-in;'$(id)'`id`|&"]
number = 0
for uri in private:
    for method, params in (
        ("window/showDocument", {{"uri": uri, "external": True, "takeFocus": True}}),
        ("workspace/applyEdit", edit(inserted(uri))),
        ("workspace/applyEdit", edit({{"kind": "create", "uri": uri, "options": {{"overwrite": True}}}})),
        ("workspace/applyEdit", edit({{"kind": "rename", "oldUri": uri, "newUri": uri + ".x"}})),
        ("workspace/applyEdit", edit({{"kind": "delete", "uri": uri, "options": {{"recursive": True}}}})),
        ("workspace/applyEdit", {{"edit": {{"changes": {{uri: []}}}}}}),
        ("textDocument/publishDiagnostics", {{"uri": uri, "diagnostics": []}}),
        ("client/registerCapability", {{"registrations": [{{
            "id": "watch", "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {{"watchers": [{{"globPattern": {{"baseUri": uri, "pattern": "**"}}}}]}}}}]}}),
    ):
        number += 1
        message = {{"jsonrpc": "2.0", "id": number, "method": method, "params": params}}
        if method == "textDocument/publishDiagnostics":
            del message["id"]
        send(message)
for method in ("connect", "stop", "forward", "gpu", "tflsp/forward", "tflsp/run", "workspace/executeCommand",
               "$/progress", "exit", "shutdown", "window/showMessageRequest", "initialize", "telemetry/event"):
    send({{"jsonrpc": "2.0", "id": "x", "method": method, "params": {{"op": "stop", "command": "touch",
          "arguments": [home + "/came-in"], "token": [1], "value": {secret!r}}}}})
for odd in (None, 7, "text", [], [{{"method": "exit"}}], {{}}, {{"id": {{}}}}, {{"method": 3, "params": 4}},
            {{"id": [], "result": {{"uri": 7}}}}):
    if isinstance(odd, dict):
        send(odd)
send({{"jsonrpc": "2.0", "method": "done", "params": {secret!r}}})
sys.stdin.buffer.read()
"""


@pytest.fixture
def audit(home: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    """What the processes of this test do."""
    made = Audit(home)
    monkeypatch.setenv("PYTHONPATH", str(made.folder))
    return made


@pytest.fixture
def target(home: Path, sshd: Sshd, audit: Audit) -> Iterator[Target]:
    project = home / "project"
    project.mkdir()
    (home / ".bashrc").write_text("mine\n")
    remote = sshd.home / "workspace"
    script = sshd.home / "server.py"
    script.write_text(SERVER.format(home=str(home), remote=str(remote), secret=SECRET))
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project, command=("env", "-u", "PYTHONPATH", sys.executable, str(script)))


def converse(target: Target) -> tuple[list[dict[str, Any]], str]:
    """What an editor gets to read, up to the message `done`."""
    process = subprocess.Popen(
        [TFLSP, "connect", target.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    params = {"processId": os.getpid(), "rootUri": Path(target.folder).as_uri(), "capabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}).encode()
    process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.flush()
    messages: list[dict[str, Any]] = []
    while not messages or messages[-1].get("method") != "done":
        header = process.stdout.readline()
        assert header.startswith(b"Content-Length"), (header, process.stderr.read())
        length = int(header.split(b":")[1])
        assert process.stdout.readline() == b"\r\n"
        messages.append(json.loads(process.stdout.read(length)))
    process.stdin.close()
    errors = process.stderr.read()
    process.wait()
    process.stdout.close()
    process.stderr.close()
    return messages, errors.decode()


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def contents(home: Path) -> dict[str, bytes]:
    """Everything in a home but what is the daemon's own."""
    own = (home / "state", home / "run", home / "audit")
    return {
        str(path): path.read_bytes() if path.is_file() else b""
        for path in sorted(home.rglob("*"))
        if not any(path.is_relative_to(each) for each in own)
    }


def test_a_hostile_server_reaches_the_editor_and_nothing_else(home: Path, target: Target, audit: Audit) -> None:
    converse(target)  # the first session may write what is new: the log, compiled modules
    daemon = daemons.status()["pid"]
    before, seen = contents(home), len(audit.events())
    messages, errors = converse(target)

    # Nothing happened here.
    assert contents(home) == before
    assert psutil.Process(daemon).children(recursive=True) == []
    done = [event for event in audit.events()[seen:] if event.startswith(f"{daemon} ")]
    assert done == [], "\n".join(done)
    assert daemons.status()["pid"] == daemon

    # The editor got it all, and no file of this machine is named in it but what the mapping says.
    assert len(messages) > 100
    named = {each for message in messages for each in strings(message) if each.lower().startswith("file:")}
    folder = Path(target.folder).as_uri()
    assert {each for each in named if not each.startswith(f"{folder}/")} <= {SECRET}
    assert not any(".." in each or "%2e%2e" in each.lower() for each in named)
    scp = {each for message in messages for each in strings(message) if each.startswith(f"scp://{target.name}/")}
    assert f"scp://{target.name}//etc/passwd" in scp
    # Editors hand such addresses to programs, so nothing in them means anything to a shell.
    assert not any(set(each) & set(" ;'\"$`|&<>()\\\n") for each in scp), scp
    assert "Traceback" in errors


def test_its_texts_are_not_kept(home: Path, target: Target) -> None:
    converse(target)
    kept = "".join(path.read_text("utf-8", "replace") for path in (home / "state").rglob("*.log*"))
    assert "session with" in kept
    assert SECRET not in kept
    assert "Traceback" not in kept
    assert "\x1b" not in kept


def test_a_token_without_end_is_none(sshd: Sshd, target: Target) -> None:
    token = sshd.home / ".tflsp/jupyter-token"
    token.parent.mkdir(exist_ok=True)
    for content, shown in (("a-token-of-some-length\n", "lab?token=a-token-of-some-length"), (None, "")):
        if content is None:
            token.unlink()
            token.symlink_to("/dev/zero")
        else:
            token.write_text(content)
        (forwarded,) = request("forward", target=target.name, what=["jupyter"])
        assert forwarded["url"] == f"http://127.0.0.1:{forwarded['port']}/{shown}"
    assert psutil.Process(daemons.status()["pid"]).memory_info().rss < 200 << 20
    kept = "".join(path.read_text("utf-8", "replace") for path in (Path(os.environ["HOME"]) / "state").rglob("*.log*"))
    assert "a-token-of-some-length" not in kept
