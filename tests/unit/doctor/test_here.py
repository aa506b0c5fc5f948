"""The real machine's parts: commands, an engine's socket, asking once, and telling where we are."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from threading import Barrier, Thread

import pytest

from tflsp.checking.container_marks import in_container
from tflsp.doctor.here import Once, ask, here, run
from tflsp.remote.targets import Target, TargetError, save


class Engine(ThreadingMixIn, UnixStreamServer):
    """Answers as an engine's HTTP server does."""

    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/garbage":
            self.wfile.write(b"what?\r\n")
            return
        body = b'{"ServerVersion": "28.2.2"}'
        self.send_response(200 if self.path == "/info" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return ""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "e.sock"
    with Engine(str(path), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"unix://{path}"
        server.shutdown()
        thread.join()


def test_an_engine_is_asked(engine: str) -> None:
    assert ask(engine, "/info") == b'{"ServerVersion": "28.2.2"}'


def test_an_engine_that_does_not_know(engine: str) -> None:
    with pytest.raises(OSError, match="answered 404"):
        ask(engine, "/other")
    with pytest.raises(OSError, match="no answer in HTTP"):
        ask(engine, "/garbage")


def test_no_engine(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ask(f"unix://{tmp_path}/none.sock", "/info")


def test_commands(tmp_path: Path) -> None:
    program = "import os, sys; print(os.environ['LC_ALL'], os.getcwd(), sys.stdin.read()); sys.exit(3)"
    ran = run((sys.executable, "-c", program), 30)
    assert (ran.code, ran.out.split()) == (3, ["C", "/"])
    assert run((str(tmp_path / "none"),), 30).trouble == "No such file or directory"
    # Bytes that are no text are no reason to fail.
    assert run((sys.executable, "-c", r"import os; os.write(1, b'\xff')"), 30).out == "\ufffd"


def test_a_command_that_hangs() -> None:
    ran = run((sys.executable, "-c", "import threading; threading.Event().wait()"), 0.2)
    assert ran.code is None
    assert "no answer within" in ran.trouble


def test_a_command_that_does_not_end() -> None:
    program = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    ran = run((sys.executable, "-c", program), 60)
    assert ran.trouble == "an answer without end"
    assert ran.out == ""


def test_what_a_command_leaves_behind_holds_nobody_up() -> None:
    program = (
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'])"
    )
    assert run((sys.executable, "-c", program), 1.5).code is None


def test_asking_once() -> None:
    asked = []
    together = Barrier(4)

    def answer(what: str) -> str:
        asked.append(what)
        if what == "bad":
            raise OSError(what)
        return what.upper()

    once = Once(answer)

    def ask_it() -> None:
        together.wait()
        assert once("a") == "A"
        with pytest.raises(OSError, match="bad"):
            once("bad")

    threads = [Thread(target=ask_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(asked) == ["a", "bad"]


OVERLAY = "600 500 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a\n"
VFS = "600 500 254:0 /var/lib/docker/vfs/dir/1 / rw,relatime - ext4 /dev/vda rw\n"
DISK = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"


@pytest.mark.parametrize(
    ("marks", "mountinfo", "environment", "expected"),
    [
        ((), OVERLAY, {}, False),
        ((".dockerenv",), OVERLAY, {}, True),
        ((".dockerenv",), VFS, {}, True),
        ((".dockerenv",), DISK, {}, False),  # a virtual machine made from an image
        (("run/.containerenv",), "", {}, True),
        ((), OVERLAY, {"container": "podman"}, True),
        ((), "", {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, True),
        (("opt/tflsp/bin/tflsp-entrypoint",), DISK, {}, True),
        ((), "", {}, False),
    ],
)
def test_where_we_are(
    tmp_path: Path, marks: tuple[str, ...], mountinfo: str, environment: dict[str, str], expected: bool
) -> None:
    for path, text in [*((mark, "") for mark in marks), ("proc/self/mountinfo", mountinfo)]:
        if text or path in marks:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
    assert in_container(tmp_path, environment) is expected


def test_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    project = tmp_path / "project"
    (project / "notes").mkdir(parents=True)
    save(Target("demo", str(project)))
    machine = here(project / "notes")
    assert machine.target is not None
    assert machine.target.name == "demo"
    assert machine.folder == str(project / "notes")
    assert here(tmp_path, "demo").folder == str(project)
    assert here(tmp_path).target is None
    assert machine.helper() is None
    assert not (tmp_path / "run").exists()  # looking starts nothing
    with pytest.raises(TargetError, match="known are: demo"):
        here(tmp_path, "other")
