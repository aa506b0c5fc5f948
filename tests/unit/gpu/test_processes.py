"""Whose process ids the driver's are, and in which container a process is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tflsp.gpu import processes
from tflsp.gpu.state import Missing

ID = "0123456789ab" + "c" * 52


@pytest.fixture
def namespace(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the kernel says of our namespace of process ids."""
    said = [f"pid:[{4026531836}]"]
    monkeypatch.setattr(os, "readlink", lambda path: said[0])
    processes.host_pids.cache_clear()
    yield said
    processes.host_pids.cache_clear()


def test_on_the_host_processes_have_names(namespace: list[str]) -> None:
    assert not processes.host_pids()
    found = processes.described(os.getpid(), "compute", 1)
    assert isinstance(found.name, str)
    assert found.name
    assert processes.described(2**31 - 1, "compute", 1).name == Missing("not-found")


def test_in_a_container_the_same_number_is_another_process(namespace: list[str]) -> None:
    namespace[0] = "pid:[4026532999]"
    assert processes.host_pids()
    assert processes.in_container()
    found = processes.described(os.getpid(), "compute", 1, "as the driver says")
    assert (found.pid, found.name, found.container) == (os.getpid(), Missing("host-process"), None)


@pytest.mark.parametrize(
    ("cgroup", "container"),
    [
        (f"0::/system.slice/docker-{ID}.scope\n", ID[:12]),
        (f"12:memory:/docker/{ID}\n0::/\n", ID[:12]),
        (f"0::/kubepods.slice/pod1/cri-containerd-{ID}.scope", ID[:12]),
        (f"0::/user.slice/libpod-{ID}.scope/container", ID[:12]),
        ("0::/user.slice/user-1000.slice/session-1.scope", None),
        ("0::/", None),
        (f"0::/x/{ID}0", None),
    ],
)
def test_the_container_of_a_cgroup(cgroup: str, container: str | None) -> None:
    found = processes._CONTAINER.search(cgroup)
    assert (found[1] if found else None) == container
