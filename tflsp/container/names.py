"""Names: of a project's container, volume, image, port and labels. Pure functions of the folder's path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

# Where things are in the container: the contract with container/Dockerfile.
USER = "dev"
HOME = "/home/dev"
WORKSPACE = "/workspace"
SSH_PORT = 2222
HOST_KEY = f"{HOME}/.tflsp/ssh/host_ed25519.pub"
JUPYTER_TOKEN = f"{HOME}/.tflsp/jupyter-token"
PORTS = (("jupyter", 8888), ("tensorboard", 6006))
AUTHORIZED_KEYS = "TFLSP_AUTHORIZED_KEYS"
IMAGE = "TFLSP_IMAGE"

LABEL_NAME = "dev.tflsp.name"
LABEL_PROJECT = "dev.tflsp.project"
LABEL_SETTINGS = "dev.tflsp.settings"
LABEL_VERSION = "dev.tflsp.version"
LABEL_BASE = "dev.tflsp.base"
LABEL_BASE_DIGEST = "dev.tflsp.base-digest"
LABEL_PACKAGES = "dev.tflsp.packages"
LABEL_ENVIRONMENT = "dev.tflsp.environment"

# A container that is not ready yet; only what `up` left behind when it was killed is ever found under it.
NEW = ".new"

_SSH_PORTS = range(22000, 23000)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def name_of(folder: Path) -> str:
    """The name of a project's container, target and SSH host: readable, and different for every path."""
    path = str(folder.resolve())
    readable = _NOT_IN_NAMES.sub("-", folder.resolve().name.lower()).strip("-")[:40].rstrip("-")
    return f"tflsp-{readable or 'project'}-{_digest(path)[:6]}"


def volume_of(name: str) -> str:
    """The volume on the home folder: host key, Jupyter's token, VS Code's server."""
    return f"{name}-home"


def repository_of(name: str) -> str:
    """The repository of the images that are built for a container."""
    return f"tflsp/{name.removeprefix('tflsp-')}"


def ports_for(name: str) -> Iterator[int]:
    """Ports to publish SSH on, the first choice first: the same ones for a name every time."""
    first = int(_digest(name)[:8], 16)
    return (_SSH_PORTS[(first + step) % len(_SSH_PORTS)] for step in range(len(_SSH_PORTS)))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
