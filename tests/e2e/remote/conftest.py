"""A home of one's own and a real sshd for every test of the way to a server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.remote import daemons
from tests.e2e.remote import sshd as servers
from tests.e2e.remote.sshd import Sshd
from tflsp.remote import keys
from tflsp.remote.keys import Identity
from tflsp.remote.targets import Target


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home with state and runtime folders in it, and no agent. Short, as sockets' paths must be."""
    folder = Path(tempfile.mkdtemp(prefix="tflsp-home-"))
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (folder / "run").mkdir(0o700)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def identity(home: Path) -> Identity:
    """tflsp's own key pair in that home."""
    return keys.ensure_identity()


@pytest.fixture
def sshd(identity: Identity) -> Iterator[Sshd]:
    """A running server that lets that key in."""
    server = servers.make()
    try:
        server.authorize(identity.public_line)
        server.start()
        yield server
    finally:
        servers.discard(server)


@pytest.fixture
def project(home: Path) -> Path:
    """A project's folder; its name has letters and a blank that URIs escape."""
    folder = home / "项目 mnist"
    (folder / ".git").mkdir(parents=True)
    return folder.resolve()


@pytest.fixture
def target(sshd: Sshd, project: Path) -> Iterator[Target]:
    """A target at that server, with that project; no daemon lives longer than the test."""
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project)
