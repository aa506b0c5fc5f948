"""Engines that answer and yet will not do, told apart by what they say of themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tflsp.container.docker_answers import about_of
from tflsp.container.engines import About
from tflsp.container.faults import EngineError, Fault
from tflsp.container.project import Project, read_project
from tflsp.container.sockets import is_local
from tflsp.container.specification import Mount
from tflsp.container.suitability import refuse_unsuitable
from tflsp.container_settings import ContainerSettings

PLAIN = About("Docker", "20.10.24", (1, 41), "unix:///var/run/docker.sock", gpus=False, memory=8 << 30)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "mnist"
    folder.mkdir()
    (folder / "tflsp.toml").write_text('[container]\ngpus = "all"\nmemory = "8GiB"\n', "utf-8")
    return read_project(folder)


def test_a_plain_engine_will_do(project: Project) -> None:
    refuse_unsuitable(PLAIN, project)
    refuse_unsuitable(replace(PLAIN, snap=True), project)


@pytest.mark.parametrize(
    ("changes", "fault", "words"),
    [
        ({"rootless": True}, Fault.REFUSED, "rootless"),
        ({"product": "Podman"}, Fault.NO_GPU, "CDI"),
        ({"memory": 4 << 30}, Fault.RESOURCES, "8 GiB"),
    ],
)
def test_what_will_not_do(project: Project, changes: dict[str, object], fault: Fault, words: str) -> None:
    with pytest.raises(EngineError, match=words) as raised:
        refuse_unsuitable(replace(PLAIN, **changes), project)  # type: ignore[arg-type]
    assert raised.value.fault is fault


def test_podman_takes_no_commas(project: Project) -> None:
    odd = replace(project, mounts=(Mount("/workspace", "/home/me/a,b"),), settings=ContainerSettings())
    refuse_unsuitable(PLAIN, odd)
    with pytest.raises(EngineError, match="comma"):
        refuse_unsuitable(replace(PLAIN, product="Podman"), odd)


def test_snap_sees_home_alone(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "other"))
    with pytest.raises(EngineError, match="snap") as raised:
        refuse_unsuitable(replace(PLAIN, snap=True), project)
    assert raised.value.fault is Fault.MOUNT


def test_engines_are_recognised_by_what_they_say() -> None:
    version = {"Version": "20.10.24", "ApiVersion": "1.41"}
    podman = {**version, "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]}
    docker = about_of(version, {"Runtimes": {"runc": {}, "nvidia": {}}, "MemTotal": 1}, "unix:///x")
    assert (docker.product, docker.api, docker.gpus, docker.rootless, docker.snap) == (
        "Docker",
        (1, 41),
        True,
        False,
        False,
    )
    assert about_of(podman, {}, "").product == "Podman"
    assert about_of(version, {"SecurityOptions": ["name=seccomp", "name=rootless"]}, "").rootless
    assert about_of(version, {"DockerRootDir": "/var/snap/docker/common/var-lib-docker"}, "").snap
    assert about_of(version, {"DiscoveredDevices": [{"Source": "cdi", "ID": "nvidia.com/gpu=0"}]}, "").gpus


@pytest.mark.parametrize(
    ("endpoint", "here"),
    [
        ("unix:///var/run/docker.sock", True),
        ("npipe:////./pipe/docker_engine", True),
        ("tcp://127.0.0.1:2375", True),
        ("http://localhost:2375", True),
        ("tcp://[::1]:2375", True),
        ("ssh://me@gpu-box", False),
        ("tcp://192.0.2.1:2376", False),
    ],
)
def test_engines_elsewhere(endpoint: str, here: bool) -> None:
    assert is_local(endpoint) is here
