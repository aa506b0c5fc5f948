"""What goes wrong with engines and registries, made to happen: what a user is told, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import docker
import pytest

from tests import components
from tests.e2e.container import engine as engines
from tests.e2e.container.projects import UserProject, user_project
from tests.e2e.container.registry import registry
from tflsp.container.docker_connection import connect
from tflsp.container.engines import Progress
from tflsp.container.faults import EngineError, Fault


@pytest.fixture(scope="module")
def poor_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine with 24 MiB of disk, a proxy that is not there, and no second attempt at downloads."""
    if (reason := engines.why_not()) is not None:
        components.missing("Docker Engine", f"It needs {reason}.")
    # Sockets' paths are short by nature.
    folder = Path(tempfile.mkdtemp(prefix="tflsp-poor-", dir="/run"))
    data = tmp_path_factory.mktemp("poor")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(data)], check=True)
    (folder / "daemon.json").write_text("{}")
    host = f"unix://{folder}/docker.sock"
    program = shutil.which("dockerd") or "/usr/sbin/dockerd"
    command = [program, f"--host={host}", f"--config-file={folder}/daemon.json", f"--data-root={data}"]
    # A bridge of its own: without one, dockerd would remove docker0, which may be somebody's.
    bridge, ip = f"tf{folder.name[-8:]}", str(components.program("ip", "apt-get install iproute2"))
    subprocess.run([ip, "link", "add", "name", bridge, "type", "bridge"], check=True)
    subprocess.run([ip, "address", "add", "172.31.254.1/24", "dev", bridge], check=True)
    command += [f"--exec-root={folder}/exec", f"--pidfile={folder}/docker.pid", f"--bridge={bridge}"]
    command += ["--iptables=false", "--ip-masq=false"]
    command += ["--max-download-attempts=1", "--storage-driver=vfs"]
    # Port 9 of loopback discards nothing: nobody listens there.
    proxies = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}
    path = {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    with open(folder / "log", "wb") as log:
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **proxies, **path}
        )
    try:
        deadline = time.monotonic() + 60
        while not engines.answers(host):
            assert daemon.poll() is None, (folder / "log").read_text(errors="replace")[-1000:]
            assert time.monotonic() < deadline, (folder / "log").read_text(errors="replace")[-1000:]
            time.sleep(0.1)  # dockerd tells nobody when its socket is there
        yield host
    finally:
        daemon.terminate()
        daemon.wait(30)
        subprocess.run([ip, "link", "delete", bridge], check=False)
        subprocess.run(["umount", "-l", str(data)], check=False)
        subprocess.run(f"umount -l {folder}/exec/netns/default".split(), check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def poor_project(poor_engine: str, tmp_path: Path) -> Iterator[UserProject]:
    client = docker.DockerClient(base_url=poor_engine)
    try:
        with user_project(client, poor_engine, tmp_path, "") as made:
            yield made
    finally:
        client.close()


@pytest.mark.parametrize(
    ("behaviour", "size", "words"),
    [
        ("broken", 1 << 20, "broke off"),
        ("missing", 1 << 20, "There is no image"),
        ("limited", 1 << 20, "no more images for now"),
        ("other-machine", 1 << 20, "x86-64"),
        ("well", 48 << 20, "disk is full"),
    ],
)
def test_pulls_that_fail(poor_project: UserProject, behaviour: str, size: int, words: str) -> None:
    with registry(behaviour, size) as reference:
        poor_project.settings(f'image = "{reference}"')
        said = poor_project.tflsp("up", code=2)
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    assert poor_project.nothing_is_left()


def test_a_proxy_that_is_not_there(poor_project: UserProject) -> None:
    poor_project.settings('image = "registry.invalid/mnist:1"')
    said = poor_project.tflsp("up", code=2)
    assert "does not get through its proxy" in said.stderr
    assert "daemon.json" in said.stderr


def test_a_registry_that_is_not_there(poor_project: UserProject) -> None:
    poor_project.settings('image = "127.0.0.1:9/mnist:1"')
    assert "does not reach the registry" in poor_project.tflsp("up", code=2).stderr


def test_layers_report_their_progress(docker_engine: engines.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", docker_engine.host)
    engine = connect()
    try:
        with registry("well", 3 << 20) as reference:
            news: list[Progress] = list(engine.pull(reference))
            found = engine.image(reference)
        assert found is not None
        layers = {each.item for each in news if each.total}
        assert len(layers) == 1
        assert [each.done for each in news if each.total and each.status == "Downloading"][-1]
        assert any(each.status == "Pull complete" for each in news)
        assert found.digests[reference.rpartition(":")[0]].startswith("sha256:")
        engine._client.images.remove(reference)
    finally:
        engine.close()


def test_no_engine_and_the_local_session(tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/no.sock"
    home, folder = tmp_path / "home", tmp_path / "mnist"
    for each in (home, folder):
        each.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DOCKER_"))}
    environment = {**kept, "HOME": str(home), "DOCKER_HOST": nowhere}

    def tflsp(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tflsp", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    said = tflsp("up")
    assert said.returncode == 2
    assert said.stderr.startswith("tflsp: No Docker Engine answers on this machine")
    assert "tflsp up --local" in said.stderr
    assert tflsp("up", "--local").returncode == 0
    (target,) = (home / ".local/state/tflsp/targets").iterdir()
    saved = json.loads(target.read_text())
    assert saved["ssh"] is None
    assert saved["folder"] == str(folder)
    answer = subprocess.run([*saved["command"], "--help"], env=environment, capture_output=True, check=False)
    assert answer.returncode == 0
    status = tflsp("status")
    assert "local" in status.stdout
    assert tflsp("down").returncode == 0
    assert not target.exists()


@pytest.fixture
def socket_folder() -> Iterator[Path]:
    """Sockets' paths are short by nature."""
    with tempfile.TemporaryDirectory(prefix="tflsp-") as folder:
        yield Path(folder)


def test_a_socket_of_others(socket_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("missing component: root, to give up its rights")
    socket_folder.chmod(0o755)
    path = socket_folder / "rights.sock"
    with socketserver.UnixStreamServer(str(path), socketserver.BaseRequestHandler):
        path.chmod(0o600)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        os.seteuid(65534)
        try:
            with pytest.raises(EngineError) as raised:
                connect()
        finally:
            os.seteuid(0)
    assert raised.value.fault is Fault.NO_RIGHTS
    assert str(path) in raised.value.what
    assert "usermod -aG docker" in raised.value.remedy


class _Old(BaseHTTPRequestHandler):
    """Says of itself what an old engine says: all that is asked of one."""

    api: ClassVar[str]

    def do_GET(self) -> None:
        body = json.dumps({"ApiVersion": self.api, "Version": "18.09.1", "MinAPIVersion": "1.12"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "socket"

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.mark.parametrize("api", ["1.39", "1.20"])
def test_an_engine_that_is_too_old(api: str, socket_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = socket_folder / "old.sock"
    handler = type("Old", (_Old,), {"api": api})
    with socketserver.ThreadingUnixStreamServer(str(path), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        try:
            with pytest.raises(EngineError) as raised:
                connect()
        finally:
            server.shutdown()
            thread.join()
    assert raised.value.fault is Fault.OLD_ENGINE
    assert "1.40" in raised.value.what


@pytest.mark.parametrize("host", ["ssh://me@gpu-box.invalid", "tcp://192.0.2.1:2376"])
def test_an_engine_elsewhere(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    with pytest.raises(EngineError) as raised:
        connect()
    assert raised.value.fault is Fault.REMOTE_ENGINE
