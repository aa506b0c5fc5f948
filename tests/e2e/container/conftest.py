"""One container of the image for all tests that leave it as it was."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import components
from tests.components import ROOT
from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine

NPM = Path(__file__).parent / "npm"


@pytest.fixture(scope="session")
def devcontainer() -> Path:
    """The Dev Containers tool, installed into .cache from the lock file beside this test."""
    node = components.program("npm", "apt-get install npm (Node 18 or later)")
    folder = ROOT / ".cache" / "devcontainers"
    pins = (NPM / "package-lock.json").read_bytes()
    folder.parent.mkdir(exist_ok=True)
    # Two workers need it, and one of them installs it.
    with open(folder.with_name("devcontainers.lock"), "w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        if not (folder / "done").exists() or (folder / "done").read_bytes() != pins:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(NPM, folder)
            subprocess.run([node, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
            (folder / "done").write_bytes(pins)
    return folder / "node_modules" / ".bin" / "devcontainer"


@pytest.fixture(scope="session")
def ssh_client() -> Path:
    """OpenSSH's own client."""
    return components.program("ssh", "apt-get install openssh-client")


@pytest.fixture(scope="session")
def running_container(
    docker_engine: Engine, built_image: str, ssh_client: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Contained]:
    """The image, running as the contract says, with the example project as its workspace."""
    folder = tmp_path_factory.mktemp("container")
    shutil.copytree(ROOT / "examples", folder / "workspace", dirs_exist_ok=True)
    with contained(docker_engine, built_image, folder) as running:
        yield running
