"""The doctor in the real container, and from the host into it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.components import ROOT
from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine
from tests.e2e.doctor.doctor import doctor
from tflsp.remote.known_hosts import pin
from tflsp.remote.targets import Ssh, Target, save


@pytest.fixture(scope="module")
def container(docker_engine: Engine, built_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contained]:
    folder = tmp_path_factory.mktemp("doctor")
    shutil.copytree(ROOT / "examples", folder / "workspace", dirs_exist_ok=True)
    with contained(docker_engine, built_image, folder) as running:
        yield running


def inside(container: Contained, command: str = "cd /workspace && tflsp doctor --json") -> dict[str, dict[str, Any]]:
    """The container's complaints by name, asked over SSH."""
    done = container.ssh(command)
    assert done.returncode in (0, 1), done.stderr
    report = json.loads(done.stdout)
    assert report["place"] == "container"
    assert (done.returncode == 0) == report["ok"]
    return {each["slug"]: each for each in report["complaints"]}


def wrong(complaints: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {slug: each["seen"] for slug, each in complaints.items() if each["state"] == "problem"}


def test_our_container_has_no_complaint(container: Contained) -> None:
    found = inside(container)
    assert wrong(found) == {}
    well = {slug for slug, each in found.items() if each["state"] == "ok"}
    # These were looked at, and not only passed over.
    assert {
        "root-owned-files",
        "cannot-save",
        "protobuf-too-new",
        "numpy-clash",
        "token-rejected",
        "unusable-address",
        "jupyter-not-started",
        "host-key-changes",
        "forwarding-prohibited",
        "glibc-too-old",
        "environment-missing",
        "work-not-mounted",
        "key-modes",
        "disk-full",
    } <= well, {slug: (each["state"], each["seen"]) for slug, each in found.items() if slug not in well}


def test_work_that_would_be_lost(container: Contained) -> None:
    found = inside(container, "mkdir -p /tmp/work && cd /tmp/work && tflsp doctor --json")
    assert found["work-not-mounted"]["evidence"] == ["/tmp/work: tmpfs of /tmp"]


def test_variables_that_a_session_lacks(container: Contained) -> None:
    found = inside(container, "cd /workspace && env PATH=/usr/bin:/bin /usr/local/bin/tflsp doctor --json")
    lost = found["environment-missing"]
    assert lost["state"] == "problem"
    assert "PATH: /usr/local/bin" in lost["evidence"]


def test_a_second_jupyter(container: Contained) -> None:
    """Two servers, two tokens: the second is what people meet when the first holds 8888."""
    script = """
        JUPYTER_RUNTIME_DIR=/tmp/second /opt/tflsp/bin/jupyter-lab --no-browser --port 8890 >/tmp/second.log 2>&1 &
        pid=$!
        trap 'kill $pid' EXIT
        until ls /tmp/second/jpserver-*.json >/dev/null 2>&1; do kill -0 $pid || exit 3; sleep 0.1; done
        cd /workspace && JUPYTER_RUNTIME_DIR=/tmp/second tflsp doctor --json
    """
    found = inside(container, script)
    assert found["token-rejected"]["seen"] == "2 Jupyter servers run, each with a token of its own"


def test_a_container_as_people_start_it(docker_engine: Engine, built_image: str, tmp_path: Path) -> None:
    """As root, nothing mounted, a command in place of the image's own: what `docker run -it IMAGE bash` gives."""
    client = docker_engine.client()
    command = ["-c", "cd /workspace && exec /opt/tflsp/bin/tflsp doctor --json"]
    try:
        made = client.containers.create(built_image, command, entrypoint="/bin/bash", user="0", init=True)
        try:
            made.start()
            code = made.wait(timeout=300)["StatusCode"]
            report = json.loads(made.logs(stderr=False))
        finally:
            made.remove(force=True)
    finally:
        client.close()
    assert code == 1
    found = wrong({each["slug"]: each for each in report["complaints"]})
    assert {"root-owned-files", "work-not-mounted", "jupyter-not-started"} <= set(found)


@pytest.fixture
def home(container: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home folder that knows the container, with its key pinned."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    host_key = " ".join(container.run("cat", "/home/dev/.tflsp/ssh/host_ed25519.pub").split()[:2])
    ssh = Ssh("127.0.0.1", container.port, "dev", host_key, "tflsp-demo", str(container.folder / "identity"))
    target = Target("tflsp-demo", str(container.workspace), ssh)
    save(target)
    pin(target)
    return folder


def test_from_the_host(container: Contained, docker_engine: Engine, home: Path) -> None:
    report = doctor(home, container.workspace, variables={"DOCKER_HOST": docker_engine.host})
    assert report.said["notes"] == []
    assert report.said["name"] == "tflsp-demo"
    assert report.complaint("engine-unreachable")["state"] == "ok"
    assert report.complaint("port-in-use")["state"] == "ok"
    assert docker_engine.host.removeprefix("unix://") in report.said["environment"]["engine"]
    assert report.problems("container") == set()
    assert report.complaint("jupyter-not-started", "container")["state"] == "ok"
    # By name, from anywhere.
    elsewhere = doctor(home, home, "tflsp-demo", variables={"DOCKER_HOST": docker_engine.host})
    assert elsewhere.complaint("jupyter-not-started", "container")["state"] == "ok"


def test_another_key_answers(container: Contained, home: Path) -> None:
    """The container's address with a pinned key that is not its own: nothing is asked of it."""
    path = home / ".ssh" / "tflsp" / "known_hosts"
    kind, data = (container.folder / "stranger.pub").read_text().split()[:2]
    path.write_text(f"tflsp-demo {kind} {data}\n")
    report = doctor(home, container.workspace)
    assert {each["where"] for each in report.said["complaints"]} == {"host"}
    assert "not the pinned one" in report.said["notes"][0]


def test_what_the_engine_lets_out(docker_engine: Engine, built_image: str, tmp_path: Path) -> None:
    """Containers of others: nothing mounted, and Jupyter published on loopback by an engine that does not guard it."""
    client = docker_engine.client()
    name = f"tensorflow-doctor-{os.getpid()}"
    try:
        client.images.get(built_image).tag("tensorflow/doctor-test", "latest")
        made = client.containers.create(
            "tensorflow/doctor-test:latest",
            ["-c", "sleep 600"],
            entrypoint="/bin/bash",
            name=name,
            ports={"8888/tcp": ("127.0.0.1", None)},  # type: ignore[dict-item]  # any port, which the stubs do not know
        )
        try:
            made.start()
            report = doctor(tmp_path, tmp_path, variables={"DOCKER_HOST": docker_engine.host})
        finally:
            made.remove(force=True)
            client.images.remove("tensorflow/doctor-test:latest")
        old = int(client.version()["Version"].split(".")[0]) < 28
    finally:
        client.close()
    assert name in report.complaint("work-not-mounted")["evidence"]
    published = report.complaint("loopback-published")
    assert published["state"] == ("problem" if old else "ok")
    assert not old or any(line.startswith(f"{name}: 127.0.0.1:") for line in published["evidence"])
