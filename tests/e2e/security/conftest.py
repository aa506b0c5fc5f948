"""The servers and homes of the remote tests."""

from __future__ import annotations

from tests.e2e.remote.conftest import home, identity, sshd

__all__ = ["home", "identity", "sshd"]
