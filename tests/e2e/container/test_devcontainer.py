"""VS Code's Dev Containers finds the container that is there by its labels, and works in it. Its own tool says so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.components import ROOT
from tests.e2e.container.contained import contained
from tests.e2e.container.engine import Engine
from tflsp.container.devcontainer import devcontainer_labels


def test_reopen_in_container_takes_ours(
    docker_engine: Engine, built_image: str, ssh_client: Path, devcontainer: Path, tmp_path: Path
) -> None:
    project = tmp_path / "workspace"
    (project / ".devcontainer").mkdir(parents=True)
    shutil.copy(ROOT / "container" / "devcontainer.json", project / ".devcontainer")
    environment = os.environ | {"DOCKER_HOST": docker_engine.host}

    def tool(*words: str) -> str:
        command: list[str | Path] = [devcontainer, *words, "--workspace-folder", project]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    with contained(docker_engine, built_image, tmp_path, labels=devcontainer_labels(project)) as running:
        # Nothing is built: another container would not have the labels' id.
        up = json.loads(tool("up", "--expect-existing-container").splitlines()[-1])
        assert up["outcome"] == "success"
        assert up["containerId"] == running.container.id
        assert up["remoteUser"] == "dev"
        assert up["remoteWorkspaceFolder"] == "/workspace"
