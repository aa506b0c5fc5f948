"""The real Neovim on a mapped folder, with its server behind a real sshd: what a user of `tflsp connect` sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests import components
from tests.e2e.nvim.editor import INIT, Editor
from tests.e2e.nvim.editor import neovim as a_neovim
from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tflsp.remote.targets import Target

TFLSP = str(Path(sys.executable).with_name("tflsp"))
SCRIPT = "# 😀\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n"


@pytest.fixture
def project(home: Path) -> Path:
    folder = home / "项目 mnist"
    (folder / ".git").mkdir(parents=True)
    (folder / "start.sh").write_text(SCRIPT, "utf-8")
    return folder.resolve()


@pytest.fixture
def target(sshd: Sshd, project: Path) -> Iterator[Target]:
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project)


@pytest.fixture
def editor(target: Target, home: Path) -> Iterator[Editor]:
    command = f"{{ cmd = {{ '{TFLSP}', 'connect', '{target.name}' }} }}"
    inherited = {name: os.environ[name] for name in ("HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
    with a_neovim(components.neovim(), f"{INIT}vim.lsp.config('tflsp', {command})\n", inherited) as editor:
        yield editor


def test_diagnostics_and_a_code_action(editor: Editor, project: Path, sshd: Sshd) -> None:
    editor.open(project / "start.sh")
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert found.text == "latest-jupyter"
    assert [client["root"] for client in editor.clients()] == [str(project)]
    assert len(daemons.servers_of(sshd)) == 1
    editor.put_cursor("docker")
    editor.act("Pin to `2.9.0-jupyter`")
    assert editor.until(lambda: "2.9.0-jupyter" in editor.text and editor.text)
    editor.until(lambda: not editor.diagnostics("TFL101"))
    editor.command("write")
    assert (project / "start.sh").read_text("utf-8") == SCRIPT.replace("latest-jupyter", "2.9.0-jupyter")


def test_a_file_that_only_the_container_has(editor: Editor, project: Path, sshd: Sshd, target: Target) -> None:
    """It opens as scp://, by what Neovim brings along."""
    there = sshd.home / "there.sh"
    there.write_text(SCRIPT, "utf-8")
    editor.open(project / "start.sh")
    config = project.parent / "ssh_config"
    (project.parent / "known_hosts").write_text(f"[127.0.0.1]:{sshd.port} {sshd.host_key}\n")
    assert target.ssh is not None
    config.write_text(
        f"Host {target.name}\n  HostName 127.0.0.1\n  Port {sshd.port}\n  User dev\n  IdentitiesOnly yes\n"
        f"  IdentityFile {target.ssh.identity}\n  UserKnownHostsFile {project.parent}/known_hosts\n"
    )
    editor.lua("vim.g.netrw_scp_cmd, vim.g.netrw_silent = ...", f"scp -q -F {config}", 1)
    editor.command(f"edit scp://{target.name}/{there}")
    assert editor.text == SCRIPT


def test_an_unsaved_file_of_the_folder(editor: Editor, project: Path) -> None:
    editor.open(project / "new.sh")
    editor.type("odocker pull tensorflow/tensorflow:latest<Esc>")
    editor.until(lambda: editor.diagnostics("TFL101"))


def test_two_neovims(editor: Editor, target: Target, project: Path, sshd: Sshd) -> None:
    inherited = {name: os.environ[name] for name in ("HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
    command = f"{{ cmd = {{ '{TFLSP}', 'connect', '{target.name}' }} }}"
    editor.open(project / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    with a_neovim(components.neovim(), f"{INIT}vim.lsp.config('tflsp', {command})\n", inherited) as other:
        other.open(project / "start.sh")
        other.until(lambda: other.diagnostics("TFL101"))
        servers = daemons.servers_of(sshd)
        assert len(servers) == 2
        (thin,) = (each for each in psutil.Process(other.pid).children() if "connect" in each.cmdline())
    daemons.wait_for_end(thin.pid)
    assert len(daemons.servers_of(sshd)) >= 1
    editor.command("normal! Goecho")
    editor.until(lambda: editor.diagnostics("TFL101"))


def test_the_server_is_restarted_by_the_user(editor: Editor, project: Path, sshd: Sshd) -> None:
    editor.open(project / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    (old,) = daemons.servers_of(sshd)
    editor.command("Tflsp restart")
    daemons.wait_for_end(old)
    editor.until(lambda: editor.clients() and editor.diagnostics("TFL101"))
