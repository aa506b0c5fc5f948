"""The real Neovim on a mapped folder, with its server behind a real sshd: what a user of `tflsp connect` sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

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
def project(project: Path) -> Path:
    (project / "start.sh").write_text(SCRIPT, "utf-8")
    return project


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
        (thin,) = other.programs("connect")
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


@pytest.mark.parametrize("how", ["the program is killed", "sshd is killed"])
def test_the_connection_breaks_while_somebody_types(
    editor: Editor, project: Path, sshd: Sshd, target: Target, how: str
) -> None:
    """Nothing that was typed is lost, the container's server sees all of it, and the diagnostics come back."""
    editor.open(project / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.lua("require('tflsp.connection').delays = { 50, 100, 200, 400, 800, 1600, 3200, 6400 }")
    editor.follow_connection()
    typed = [f"docker pull tensorflow/tensorflow:latest # {index} 训练 😀" for index in range(30)]
    for index, line in enumerate(typed):
        editor.type(f"Go{line}<Esc>")
        if index == 10:
            editor.until(lambda: typed[10] in editor.lines)
            if how == "sshd is killed":
                sshd.stop()
                sshd.start()
            else:
                daemons.kill(editor.programs("connect")[0].pid)
    editor.until(lambda: "connected again" in editor.command("messages") and editor.lines[-1] == typed[-1])
    assert editor.lines == [*SCRIPT.splitlines(), *typed]
    editor.until(lambda: len(editor.diagnostics("TFL101")) == len(typed) + 1)
    assert [found.row for found in editor.settled("TFL101")] == list(range(1, len(typed) + 2))
    assert [client["root"] for client in editor.clients()] == [str(project)]
    assert editor.lua("return require('tflsp').connection()") == f"tflsp@{target.name}"
    editor.command("write")
    assert (project / "start.sh").read_text("utf-8") == "\n".join([*SCRIPT.splitlines(), *typed, ""])


def test_a_container_that_stays_away_is_left_alone(editor: Editor, project: Path, sshd: Sshd, target: Target) -> None:
    editor.open(project / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.lua("require('tflsp.connection').delays = { 1, 1 }")
    editor.follow_connection()
    sshd.stop()
    editor.type("Goecho 1<Esc>")
    editor.until(lambda: "left alone" in editor.command("messages"))
    assert editor.lua("return require('tflsp').connection()") == f"tflsp@{target.name}: lost"
    assert editor.lines[-1] == "echo 1"
    sshd.start()
    editor.command("Tflsp restart")
    assert editor.until(lambda: editor.diagnostics("TFL101"))


@pytest.fixture
def local(target: Target, home: Path) -> Iterator[Editor]:
    """An editor whose server is this machine's."""
    inherited = {name: os.environ[name] for name in ("HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
    with a_neovim(components.neovim(), INIT, inherited) as editor:
        yield editor


def test_connect_and_disconnect(local: Editor, project: Path, sshd: Sshd, target: Target) -> None:
    editor = local
    editor.follow_connection()
    editor.open(project / "start.sh")
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert daemons.servers_of(sshd) == []
    (old,) = editor.server_pids()
    assert editor.lua("return vim.fn.getcompletion('Tflsp connect ', 'cmdline')") == [target.name]
    editor.command(f"Tflsp connect {target.name}")
    editor.until(lambda: editor.lua("return require('tflsp').connection()") == f"tflsp@{target.name}")
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert len(daemons.servers_of(sshd)) == 1
    assert editor.lua("return require('tflsp').program()") == ["tflsp"]
    daemons.wait_for_end(old)
    editor.command("Tflsp disconnect")
    editor.until(lambda: editor.lua("return require('tflsp').connection()") == "tflsp")
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert len(editor.server_pids()) == 1


def test_the_container_is_chosen(local: Editor, project: Path, target: Target) -> None:
    editor = local
    editor.open(project / "start.sh")
    editor.lua(
        """
        local channel = ...
        vim.ui.select = function(items, options, choose)
          vim.rpcnotify(channel, 'offered', vim.tbl_map(options.format_item, items))
          choose(items[1], 1)
        end""",
        editor.nvim.channel_id,
    )
    editor.command("Tflsp connect")
    (line,) = editor.told("offered")[0]
    assert line.startswith(f"{target.name}  ")
    editor.until(lambda: editor.lua("return require('tflsp').connection()") == f"tflsp@{target.name}")


def test_a_container_that_nobody_knows(local: Editor, project: Path, target: Target) -> None:
    editor = local
    editor.open(project / "start.sh")
    editor.lua(
        "local channel = ... vim.notify = function(text) vim.rpcnotify(channel, 'notified', text) end",
        editor.nvim.channel_id,
    )
    editor.command("Tflsp connect nobody")
    assert editor.told("notified")[0] == f"tflsp: there is no container nobody; there are {target.name}"
    assert editor.lua("return require('tflsp').connection()") == "tflsp"
