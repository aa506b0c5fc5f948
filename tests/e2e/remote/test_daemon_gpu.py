"""GPU states through the daemon: one command in the container, however many watch, and none when nobody does."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tflsp.remote.control import ControlError, request
from tflsp.remote.targets import Target


def test_one_query_for_all(target: Target, sshd: Sshd) -> None:
    with closing(request("gpu", target=target.name)) as first, closing(request("gpu", target=target.name)) as second:
        assert next(first).keys() == next(second).keys()
        (query,) = daemons.queries_of(sshd)
        (state,) = daemons.status()["targets"]
        assert state["watchers"] == 2
        next(first)
    daemons.wait_for_end(query)
    assert daemons.queries_of(sshd) == []


def test_a_lost_connection_is_told(target: Target, sshd: Sshd) -> None:
    with closing(request("gpu", target=target.name)) as records:
        next(records)
        sshd.stop()
        with pytest.raises(ControlError, match="GPU query"):
            list(records)
