"""Where an engine may listen: what the user chose for the docker command, else the usual sockets of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def sockets() -> Iterator[Path]:
    """The usual sockets: Docker's, rootless Docker's, Docker Desktop's, Podman's."""
    home = Path.home()
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    yield Path("/var/run/docker.sock")
    if os.path.isabs(runtime):
        yield Path(runtime, "docker.sock")
    yield home / ".docker" / "run" / "docker.sock"
    yield home / ".docker" / "desktop" / "docker.sock"
    if os.path.isabs(runtime):
        yield Path(runtime, "podman", "podman.sock")
    yield Path("/run/podman/podman.sock")


def is_local(endpoint: str) -> bool:
    """Whether an endpoint is on this machine, as far as its address says."""
    scheme, _, rest = endpoint.partition("://")
    if scheme in ("unix", "npipe", "http+unix"):
        return True
    host = rest.partition("/")[0].rpartition(":")[0].strip("[]")
    return host in ("127.0.0.1", "localhost", "::1")
