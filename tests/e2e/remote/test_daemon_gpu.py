"""GPU states through the daemon: one command in the container, however many watch, and none when nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tflsp.remote.control import ControlError, request
from tflsp.remote.targets import Target


@pytest.fixture
def target(sshd: Sshd, home: Path) -> Iterator[Target]:
    project = home / "mnist"
    project.mkdir()
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project)


def queries(sshd: Sshd) -> list[int]:
    found = []
    for pid in sshd.processes():
        with suppress(psutil.NoSuchProcess):
            if "--watch" in psutil.Process(pid).cmdline():
                found.append(pid)
    return found


def test_one_query_for_all(target: Target, sshd: Sshd) -> None:
    with closing(request("gpu", target=target.name)) as first, closing(request("gpu", target=target.name)) as second:
        assert next(first).keys() == next(second).keys()
        (query,) = queries(sshd)
        (state,) = daemons.status()["targets"]
        assert state["watchers"] == 2
        next(first)
    daemons.wait_for_end(query)
    assert queries(sshd) == []


def test_a_lost_connection_is_told(target: Target, sshd: Sshd) -> None:
    with closing(request("gpu", target=target.name)) as records:
        next(records)
        sshd.stop()
        with pytest.raises(ControlError, match="GPU query"):
            list(records)
