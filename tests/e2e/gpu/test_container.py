"""GPUs in a container of the image: asked inside, over SSH, through the daemon, and by an editor at the far end."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine
from tests.e2e.lsp.editor import editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.remote import daemons
from tests.gpu_stub.machine import GIB, T4, Machine, gpu, library, without_gpu
from tflsp.remote import targets
from tflsp.remote.targets import Mapping, Ssh, Target

INSIDE = "/workspace/.gpu"
NAME = "tflsp-gpu-test"


class Card(Machine):
    """The GPUs of the container, in its project's folder."""

    def write(self) -> None:
        self.folder.mkdir(exist_ok=True)
        super().write()


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return Card(tmp_path_factory.mktemp("gpu") / "workspace" / ".gpu", [dict(T4)])


@pytest.fixture(scope="module")
def container(docker_engine: Engine, built_image: str, card: Card) -> Iterator[Contained]:
    card.folder.mkdir(parents=True)
    card.write()
    shutil.copy(library() / "libnvidia-ml.so.1", card.folder)
    environment = {"LD_LIBRARY_PATH": INSIDE, "TFLSP_NVML_STUB": f"{INSIDE}/gpus"}
    with contained(docker_engine, built_image, card.folder.parents[1], environment) as running:
        yield running


@pytest.fixture
def target(container: Contained, home: Path) -> Iterator[Target]:
    """The container as `tflsp up` would have noted it."""
    host_key = (container.folder / "known_hosts").read_text("utf-8").split(maxsplit=1)[1].strip()
    ssh = Ssh("127.0.0.1", container.port, "dev", host_key, NAME, str(container.folder / "identity"))
    mapping = Mapping(str(container.workspace), "/workspace")
    found = Target(NAME, str(container.workspace), ssh, (mapping,))
    targets.save(found)
    with daemons.no_daemon_left():
        yield found


def judged(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    assert found["source"] == "nvml"
    assert found["problem"] is None
    (gpu,) = found["gpus"]
    assert gpu["memory"]["total"] == 16 * GIB
    assert gpu["processes"][0]["pid"] == 4242
    return found


def test_inside(container: Contained) -> None:
    found = judged(container.run("tflsp", "gpu", "--json"))
    assert found["hostPids"] is True
    assert found["gpus"][0]["missing"]["processes.0.name"] == "host-process"
    assert "Process ids are the host's" in container.run("tflsp", "gpu")


def test_over_ssh(container: Contained) -> None:
    done = container.ssh("tflsp", "gpu", "--json")
    assert done.returncode == 0, done.stderr
    judged(done.stdout)


def test_a_container_without_gpus(container: Contained) -> None:
    code, said = container.execute("env", "LD_LIBRARY_PATH=", "tflsp", "gpu")
    assert code == 0
    assert said.startswith("No NVIDIA GPU to be seen here")


def test_through_the_daemon(target: Target, card: Card) -> None:
    done = gpu(without_gpu(), target.name, "--json")
    assert done.stderr == ""
    judged(done.stdout)


async def test_in_an_editor(target: Target, container: Contained, card: Card) -> None:
    command = (str(Path(sys.executable).with_name("tflsp")), "connect", target.name)
    async with editor(profile("neovim"), container.workspace, command=command) as session:
        told: list[Any] = []

        async def changed(params: Any) -> None:
            told.append(params)
            async with session.client.news:
                session.client.news.notify_all()

        session.client.feature("tflsp/gpuChanged")(changed)
        assert await session.ask("tflsp/gpuSubscribe", {"interval": 0.5}) is None
        await session.client.until(lambda: bool(told) and told[-1].gpus[0].memory.used == 3 * GIB)
        card.gpus[0]["memory.used"] = 6 * GIB
        card.write()
        await session.client.until(lambda: told[-1].gpus[0].memory.used == 6 * GIB)
