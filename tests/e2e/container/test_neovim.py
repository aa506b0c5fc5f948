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
from tests.e2e.nvim.editor import INIT, PLUGIN
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


@pytest.fixture
def given(project: UserProject) -> dict[str, str]:
    """A user's environment: who has installed tflsp has it on PATH; tflsp's state is where `up` leaves it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    state = str(project.home / ".local/state")
    return {"HOME": str(project.home), "PATH": path, "XDG_STATE_HOME": state, "DOCKER_HOST": project.host}


def test_up_from_the_editor(project: UserProject, given: dict[str, str]) -> None:
    """`:Tflsp up` in a terminal that floats; then the server is the container's, and GPU and doctor are asked there."""
    script = project.folder / "start.sh"
    script.write_text(SCRIPT, "utf-8")
    with a_neovim(components.neovim(), INIT, given) as editor:
        editor.open(script)
        editor.until(lambda: editor.diagnostics("TFL101"))
        editor.lua(
            "local channel = ... vim.notify = function(text) vim.rpcnotify(channel, 'notified', text) end",
            editor.nvim.channel_id,
        )
        editor.lua(
            "local channel = ... vim.fn.timer_start(5000, function() vim.rpcnotify(channel, 'goes on') end, "
            "{ ['repeat'] = -1 })",
            editor.nvim.channel_id,
        )  # `up` takes longer than an editor may be silent
        editor.command("Tflsp up")
        # It may ask, as in any terminal: whether ssh shall know the container too.
        editor.until(lambda: "[Y/n]" in "\n".join(editor.nvim.current.buffer[:]))
        editor.type("n<CR>")
        assert editor.told("notified")[0] == f"tflsp: connected to {project.name}"
        editor.type("<Esc>q")
        editor.until(lambda: editor.text == SCRIPT)
        editor.until(lambda: editor.lua("return require('tflsp').connection()") == f"tflsp@{project.name}")
        editor.until(lambda: editor.diagnostics("TFL101"))
        assert "tflsp serve" in project.ssh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '").stdout
        editor.command("Tflsp doctor")
        assert "complaints looked for" in editor.told("notified")[0]
    project.tflsp("down", "--volumes", "--yes")
    assert project.nothing_is_left()


def test_from_nothing_to_a_fix(project: UserProject, given: dict[str, str]) -> None:
    script = project.folder / "start.sh"
    script.write_text(SCRIPT, "utf-8")
    steps = project.tflsp("up").stdout
    lines = re.findall(r"vim\.lsp\.\w+\(.*\)", steps)
    assert len(lines) == 2
    init = f"vim.opt.runtimepath:append([[{PLUGIN}]])\n{lines[0]}\n{lines[1]}\n"
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
