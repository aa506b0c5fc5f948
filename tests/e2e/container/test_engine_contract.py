"""What every engine behind the interface has to do, asked of Docker and of Podman."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests import components
from tests.e2e.container import engine as engines
from tests.e2e.container import images
from tests.e2e.remote.sshd import free_port
from tflsp.container import names
from tflsp.container.docker_connection import connect
from tflsp.container.docker_engine import DockerEngine
from tflsp.container.engines import Recipe
from tflsp.container.faults import EngineError, Fault
from tflsp.container.specification import Mount, Specification, differences

DOCKERFILE = """\
FROM {base}
ARG WORD=none
RUN useradd --uid 1000 --create-home dev && mkdir /workspace && echo "$WORD" >/word
USER dev
VOLUME /home/dev
CMD ["sh", "-c", "echo started; trap 'exit 0' TERM; sleep 3600 & wait"]
"""
TAG = "localhost/tflsp-test/contract:1"


@pytest.fixture(scope="module")
def podman(docker_client: docker.DockerClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Podman's service on a socket of its own, with the tests' Debian in it: DOCKER_HOST."""
    program = str(components.program("podman", "apt-get install podman netavark catatonit"))
    # Sockets' paths are short by nature.
    data, folder = tmp_path_factory.mktemp("podman"), Path(tempfile.mkdtemp(prefix="tflsp-podman-", dir="/run"))
    # Podman's own limits are above what a machine without all rights may set.
    settings = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
    (folder / "containers.conf").write_text(settings)
    host = f"unix://{folder}/podman.sock"
    command = [program, f"--root={data}/root", f"--runroot={folder}/run", "--storage-driver=vfs"]
    command += ["--network-backend=netavark", "system", "service", "--time=0", host]
    environment = {**os.environ, "CONTAINERS_CONF": str(folder / "containers.conf")}
    with open(folder / "log", "wb") as log:
        service = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    try:
        deadline = time.monotonic() + 30
        while not engines.answers(host):
            assert service.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)  # nobody is told when its socket is there
        _hand_over(docker_client, host)
        yield host
    finally:
        service.terminate()
        service.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(params=["docker", "podman"])
def engine(
    request: pytest.FixtureRequest, docker_engine: engines.Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DockerEngine]:
    host = request.getfixturevalue("podman") if request.param == "podman" else docker_engine.host
    monkeypatch.setenv("DOCKER_HOST", host)
    made = connect()
    yield made
    made.close()


def _system(client: docker.DockerClient) -> str:
    return images.system_image(client)


def _hand_over(client: docker.DockerClient, host: str) -> None:
    other = docker.DockerClient(base_url=host)
    try:
        name = _system(client)
        other.images.load(b"".join(client.images.get(name).save(named=name)))
    finally:
        other.close()


def _recipe(base: str) -> Recipe:
    archive, text = io.BytesIO(), DOCKERFILE.format(base=base).encode()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("container/Dockerfile")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return Recipe(TAG, archive.getvalue(), {"WORD": "argued"}, {"dev.tflsp.test": "1"})


def test_the_life_of_a_container(engine: DockerEngine, docker_client: docker.DockerClient, tmp_path: Path) -> None:
    # Podman's Docker interface does not take commas; it is told before anything is made.
    folder = tmp_path / ("a b" if engine.about().product == "Podman" else "a, b")
    folder.mkdir()
    (folder / "here.txt").write_text("seen")
    name, new, volume = "tflsp-contract-000000", "tflsp-contract-000000.new", "tflsp-contract-000000-home"
    port = free_port()  # none of those that `tflsp up` takes in other tests
    wanted = Specification(
        name=name,
        project=str(folder),
        image=TAG,
        user="dev",
        port=port,
        mounts=(Mount(names.HOME, volume, volume=True), Mount(names.WORKSPACE, str(folder))),
        memory=256 << 20,
        cpus=1.5,
        shm_size=64 << 20,
        environment={names.AUTHORIZED_KEYS: "none", "A": "1 2"},
        base="x",
        version="1",
    )
    for left in (name, new):  # by a run that was interrupted
        engine.remove(left)
    engine.remove_volume(volume)
    try:
        news = list(engine.build(_recipe(_system(docker_client))))
        assert any(each.total for each in news) or engine.about().product == "Podman"
        image = engine.image(TAG)
        assert image is not None
        assert image.labels["dev.tflsp.test"] == "1"
        assert engine.image("localhost/tflsp-test/nothing:1") is None

        engine.create(wanted, new)
        with pytest.raises(EngineError) as raised:
            engine.create(wanted, new)
        assert raised.value.fault is Fault.NAME_TAKEN
        engine.start(new)
        engine.start(new)
        engine.rename(new, name)
        found = engine.container(name)
        assert found is not None
        assert found.running
        assert differences(found.specification, wanted) == []
        assert name in {each.name for each in engine.containers()}
        assert engine.endpoint(name) == ("127.0.0.1", port)

        assert engine.run(name, ("cat", "/workspace/here.txt", "/word")).output == "seenargued\n"
        assert engine.run(name, ("sh", "-c", "echo $A; id -u; grep CapEff /proc/self/status; exit 3")).code == 3
        assert "0000000000000000" in engine.run(name, ("grep", "CapEff", "/proc/self/status")).output
        assert engine.run(name, ("touch", "/etc/x")).code != 0
        assert engine.read(name, "/word") == b"argued\n"
        assert engine.read(name, "/nothing") is None
        assert engine.read(name, "/etc") is None
        assert engine.read(name, "/bin/bash", 1000) is None
        assert b"".join(engine.logs(name)).strip() == b"started"

        engine.stop(name)
        engine.stop(name)
        assert engine.endpoint(name) is None
        assert engine.has_volume(volume)
    finally:
        removed = [engine.remove(each) for each in (name, new)]
        gone = engine.remove_volume(volume)
    assert removed == [True, False]
    assert gone
    assert not engine.has_volume(volume)
    assert engine.container(name) is None
