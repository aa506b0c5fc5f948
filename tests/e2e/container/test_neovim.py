"""A Neovim user's first day: `tflsp up`, the two lines that it prints, the editor here with its server there."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests import components
from tests.e2e.container.engine import Engine
from tests.e2e.container.projects import UserProject, user_project
from tests.e2e.nvim.editor import PLUGIN
from tests.e2e.nvim.editor import neovim as a_neovim
from tests.e2e.remote import daemons

SCRIPT = "# 😀 训练\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n"


@pytest.fixture
def project(
    docker_engine: Engine, docker_client: docker.DockerClient, built_image: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[UserProject]:
    components.program("ssh", "apt-get install openssh-client")
    # Short, as sockets' paths must be.
    with (
        tempfile.TemporaryDirectory(prefix="tflsp-") as folder,
        user_project(docker_client, docker_engine.host, Path(folder), f'image = "{built_image}"') as made,
    ):
        monkeypatch.setenv("HOME", str(made.home))
        for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            monkeypatch.delenv(name, raising=False)
        with daemons.no_daemon_left():
            yield made


def test_from_nothing_to_a_fix(project: UserProject) -> None:
    script = project.folder / "start.sh"
    script.write_text(SCRIPT, "utf-8")
    steps = project.tflsp("up").stdout
    lines = re.findall(r"vim\.lsp\.\w+\(.*\)", steps)
    assert len(lines) == 2
    init = f"vim.opt.runtimepath:append([[{PLUGIN}]])\n{lines[0]}\n{lines[1]}\n"
    # Who has installed tflsp has it on PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The editor's own state has a folder of the test's; tflsp's is where `up` left it.
    state = str(project.home / ".local/state")
    given = {"HOME": str(project.home), "PATH": path, "XDG_STATE_HOME": state}
    with a_neovim(components.neovim(), init, given) as editor:
        editor.open(script)
        (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
        assert found.text == "latest-jupyter"
        assert "tflsp serve" in project.ssh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").stdout
        editor.put_cursor("docker")
        editor.act("Pin to `2.9.0-jupyter`")
        editor.until(lambda: not editor.diagnostics("TFL101"))
        editor.command("write")
    assert script.read_text("utf-8") == SCRIPT.replace("latest-jupyter", "2.9.0-jupyter")
    project.tflsp("down", "--volumes", "--yes")
    assert project.nothing_is_left()
