"""The home, keys and sshd of the tests of the way to a server, for GPUs at its other end."""

from __future__ import annotations

from tests.e2e.remote.conftest import home, identity, project, sshd, target

__all__ = ["home", "identity", "project", "sshd", "target"]
