"""Servers start when they are needed and end when their editor does, however it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Editor, wait_for_end

Write = Callable[[str, str], Path]

SCRIPT = "docker pull tensorflow/tensorflow:latest\n"


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "quit"])
def test_the_server_ends_with_the_editor(start: Start, write: Write, end: str) -> None:
    editor = start()
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    (server,) = editor.server_pids()
    processes = [server, *(child.pid for child in psutil.Process(server).children(recursive=True))]
    if end == "quit":
        editor.type(":qall!<CR>")
    else:
        os.kill(editor.pid, signal.Signals[end])
    for pid in processes:
        wait_for_end(pid)


def test_a_busy_server_ends_with_the_editor(start: Start, write: Write) -> None:
    """Killed while it reads a large journal for the first time."""
    editor = start()
    editor.open(write("journal.md", "# 😀\n\n```bash\n" + SCRIPT * 20 + "```\n" + "word " * 50 + "\n" * 2_000))
    editor.lua(
        "vim.api.nvim_buf_set_lines(0, 0, 0, false, vim.fn['repeat'](vim.api.nvim_buf_get_lines(0, 0, -1, false), 50))"
    )
    (server,) = editor.server_pids()
    os.kill(editor.pid, signal.SIGKILL)
    wait_for_end(server)


def test_restart(editor: Editor, write: Write) -> None:
    first = editor.open(write("start.sh", SCRIPT))
    second = editor.open(write("journal.md", f"```bash\n{SCRIPT}```\n"))
    editor.until(lambda: editor.diagnostics("TFL101"))
    (old,) = editor.server_pids()
    editor.command("Tflsp restart")
    wait_for_end(old)
    editor.until(lambda: editor.clients(first) and editor.clients(second) and old not in editor.server_pids())
    editor.until(lambda: editor.diagnostics("TFL101"))
    (new,) = editor.server_pids()
    assert new != old


def test_two_projects_have_a_server_and_settings_each(editor: Editor, project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "tflsp.toml").write_text('language = "zh"\n', "utf-8")
    for folder in (project, other):
        (folder / "start.sh").write_text(SCRIPT, "utf-8")
    mine = editor.open(project / "start.sh")
    (english,) = editor.until(lambda: editor.diagnostics("TFL101"))
    theirs = editor.open(other / "start.sh")
    (chinese,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert english.message.isascii()
    assert not chinese.message.isascii()
    assert [client["root"] for client in editor.clients(mine)] == [str(project)]
    assert [client["root"] for client in editor.clients(theirs)] == [str(other)]
    assert len(editor.server_pids()) == 2


def test_one_server_for_two_folders(editor: Editor, project: Path, tmp_path: Path) -> None:
    """A user who adds the other project's folder to the first one's server: its documents have their own settings."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "tflsp.toml").write_text('language = "zh"\n', "utf-8")
    for folder in (project, other):
        (folder / "start.sh").write_text(SCRIPT, "utf-8")
    editor.open(project / "start.sh")
    editor.lua("vim.lsp.buf.add_workspace_folder(...)", str(other))
    theirs = editor.open(other / "start.sh")
    (chinese,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert not chinese.message.isascii()
    assert len(editor.clients()) == len(editor.clients(theirs)) == 1


def test_files_of_no_project_share_a_server(editor: Editor, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "start.sh").write_text(SCRIPT, "utf-8")
        editor.open(tmp_path / name / "start.sh")
        editor.until(lambda: editor.diagnostics("TFL101"))
    assert [client["root"] for client in editor.clients()] == [False]
    assert len(editor.server_pids()) == 1


def test_no_server_where_there_is_no_program(start: Start, write: Write) -> None:
    editor = start(f"{INIT}vim.lsp.config('tflsp', {{ cmd = {{ 'no-such-program', 'serve' }} }})\n")
    editor.open(write("start.sh", SCRIPT), attached=False)
    assert editor.clients() == []
    editor.command("checkhealth tflsp")
    assert "ERROR `no-such-program` is not executable" in editor.text
