"""A daemon and containers for tests: targets that lead to a real sshd, and a folder that both sides have."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.processes import without_started
from tests.e2e.remote.sshd import Sshd
from tflsp.remote import keys, targets
from tflsp.remote.control import ControlError, request
from tflsp.remote.targets import Mapping, Target

NAME = "tflsp-test"
# Seconds. Nothing takes as long; the machine may be busy with other tests.
PATIENCE = 60


def saved(sshd: Sshd, project: Path, name: str = NAME, **changes: Any) -> Target:
    """A target at a server, saved, whose ``workspace`` is the project's folder under another name."""
    remote = sshd.home / "workspace"
    if not remote.is_symlink():
        remote.symlink_to(project)
    mapping = Mapping(str(project), str(remote))
    values: dict[str, Any] = {"folder": str(project), "mappings": (mapping,), **changes}
    target = replace(sshd.target(name, keys.ensure_identity().path), **values)
    targets.save(target)
    return target


@contextmanager
def no_daemon_left() -> Iterator[None]:
    """Stop the daemon at the end, whatever state it is in."""
    try:
        yield
    finally:
        with suppress(ControlError):
            pid = status()["pid"]
            list(request("stop", autostart=False))
            wait_for_end(pid)


def status() -> dict[str, Any]:
    """What the running daemon says of itself. Raises ControlError where none runs."""
    (found,) = request("status", autostart=False)
    return found


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ready, _, _ = select.select([descriptor], [], [], PATIENCE)
        assert ready, f"process {pid} still runs: {psutil.Process(pid).cmdline()}"
    finally:
        os.close(descriptor)


def servers_of(sshd: Sshd) -> list[int]:
    """The language servers that run below an sshd."""
    return _with_argument(sshd, "serve")


def queries_of(sshd: Sshd) -> list[int]:
    """The `tflsp gpu --watch` that run below an sshd."""
    return _with_argument(sshd, "--watch")


def _with_argument(sshd: Sshd, word: str) -> list[int]:
    found: dict[int, int] = {}
    for pid in sshd.processes():
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if word in process.cmdline():
                found[pid] = process.ppid()
    return without_started(found)


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
