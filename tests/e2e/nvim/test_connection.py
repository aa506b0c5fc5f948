"""A server that is lost: what is typed stays, a new one comes by itself, and at some point it is left alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Editor, wait_for_end

Write = Callable[[str, str], Path]

SCRIPT = "docker pull tensorflow/tensorflow:latest\n"
QUICK = "require('tflsp.connection').delays = { 1, 1, 1 }"
# A server that is lost stays so until a test goes on.
NEVER = "require('tflsp.connection').delays = { 3600 * 1000 }"


def kill(editor: Editor, number: signal.Signals = signal.SIGKILL) -> int:
    """Kill the one server; whoever looks for servers behind that does not find it."""
    (server,) = editor.server_pids()
    os.kill(server, number)
    wait_for_end(server)
    return server


def replaced(editor: Editor) -> None:
    """Kill the one server, and wait until another one runs: at first Neovim shows what the old one said."""
    killed = kill(editor)
    editor.until(lambda: (now := editor.server_pids()) and killed not in now)


def quiet(editor: Editor) -> None:
    """Neovim writes the loss of a server into its log as well; nothing else is there."""
    messages = editor.command("messages")
    assert "Error" not in messages.replace("Check log for errors", "")
    assert "traceback" not in messages


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_killed_while_somebody_types(start: Start, write: Write, number: signal.Signals) -> None:
    editor = start()
    editor.open(write("start.sh", "echo 😀 训练\n"))
    editor.follow_connection()
    typed = [f"docker pull tensorflow/tensorflow:latest # {index} 中文" for index in range(40)]
    editor.type("G")
    for index, line in enumerate(typed):
        editor.type(f"o{line}<Esc>")
        if index in (10, 25):
            editor.until(lambda: editor.server_pids() and editor.diagnostics("TFL101"))
            kill(editor, number)
    editor.until(lambda: editor.lines[-1] == typed[-1])
    assert editor.lines == ["echo 😀 训练", *typed]
    found = editor.until(lambda: editor.settled("TFL101") if len(editor.diagnostics("TFL101")) == len(typed) else None)
    assert [each.row for each in found] == list(range(1, len(typed) + 1))
    assert {each.text for each in found} == {"latest"}
    assert len(editor.server_pids()) == 1
    editor.command("write")
    assert Path(editor.nvim.current.buffer.name).read_text("utf-8") == "\n".join(["echo 😀 训练", *typed, ""])
    assert "connected again" in editor.command("messages")
    quiet(editor)


def test_all_buffers_of_the_server_are_shown_to_the_new_one(start: Start, write: Write) -> None:
    editor = start()
    first = editor.open(write("start.sh", SCRIPT))
    second = editor.open(write("journal.md", f"```bash\n{SCRIPT}```\n"))
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.follow_connection()
    replaced(editor)
    editor.until(lambda: editor.clients(first) and editor.clients(second) and editor.diagnostics("TFL101"))
    editor.command(f"buffer {first}")
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert len(editor.server_pids()) == 1
    quiet(editor)


def test_only_the_lost_server_of_two_is_started_anew(start: Start, project: Path, tmp_path: Path) -> None:
    editor = start()
    other = tmp_path / "other"
    (other / ".git").mkdir(parents=True)
    for folder in (project, other):
        (folder / "start.sh").write_text(SCRIPT, "utf-8")
        editor.open(folder / "start.sh")
        editor.until(lambda: editor.diagnostics("TFL101"))
    editor.follow_connection()
    stays, lost = sorted(editor.server_pids())
    os.kill(lost, signal.SIGKILL)
    editor.until(lambda: editor.clients() and len(editor.server_pids()) == 2 and lost not in editor.server_pids())
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert stays in editor.server_pids()
    quiet(editor)


def test_it_is_left_alone_after_some_tries(start: Start, write: Write, project: Path) -> None:
    editor = start(INIT + QUICK)
    editor.follow_connection()
    editor.lua(
        "vim.lsp.config('tflsp', { cmd = { 'sh', '-c', 'echo started >> \"$0\"; exit 3', vim.env.HOME .. '/starts' } })"
    )
    editor.open(write("start.sh", SCRIPT), attached=False)
    editor.until(lambda: "left alone" in editor.command("messages"))
    assert (editor.home / "starts").read_text("utf-8").count("started") == 4
    messages = editor.command("messages")
    assert "the server ended 4 times (exit code 3)" in messages
    assert messages.count("connecting again") == 1
    assert editor.lua("return require('tflsp').connection()") == "tflsp: lost"
    assert editor.text == SCRIPT
    editor.lua("vim.lsp.config('tflsp', { cmd = { ..., 'serve' } })", str(Path(sys.executable).with_name("tflsp")))
    editor.command("Tflsp restart")
    assert editor.until(lambda: editor.diagnostics("TFL101"))
    assert editor.lua("return require('tflsp').connection()") == "tflsp"


def test_a_sound_server_has_all_its_tries_again(start: Start, write: Write) -> None:
    editor = start(INIT + QUICK + "\nrequire('tflsp.connection').steady = 0\n")
    editor.follow_connection()
    editor.open(write("start.sh", SCRIPT))
    for _ in range(5):  # more than there are tries
        editor.until(lambda: editor.diagnostics("TFL101"))
        replaced(editor)
    editor.until(lambda: editor.diagnostics("TFL101"))


@pytest.mark.parametrize("how", ["vim.lsp.enable('tflsp', false)", "vim.g.tflsp_restart = false", "%bwipeout!"])
def test_nobody_wants_another_one(start: Start, write: Write, how: str) -> None:
    """A server that was stopped, that shall not be started anew, or whose buffers are gone."""
    editor = start(INIT + QUICK)
    editor.follow_connection()
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    if how.startswith("%"):
        editor.command(how)
    else:
        editor.lua(how)
    for pid in editor.server_pids():
        with suppress(ProcessLookupError):  # where it was stopped, it may have ended by itself
            os.kill(pid, signal.SIGKILL)
    # Neovim has seen the end of the last one, and a new one would have been started a millisecond behind that.
    editor.lua(
        """
        local channel = ...
        vim.wait(20000, function() return #vim.lsp.get_clients({ name = 'tflsp' }) == 0 end, 1)
        vim.defer_fn(function() vim.rpcnotify(channel, 'later') end, 20)""",
        editor.nvim.channel_id,
    )
    editor.told("later")
    assert editor.server_pids() == []


def test_the_program_is_gone(start: Start, write: Write) -> None:
    """Uninstalled while it ran: it is said once, and nobody waits for what cannot come."""
    editor = start(INIT + QUICK)
    editor.follow_connection()
    program = editor.home / "program"
    program.write_text(f'#!/bin/sh\nexec {Path(sys.executable).with_name("tflsp")} "$@"\n')
    program.chmod(0o755)
    editor.lua("vim.lsp.config('tflsp', { cmd = { ..., 'serve' } })", str(program))
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    program.unlink()
    kill(editor)
    editor.until(lambda: editor.lua("return require('tflsp').connection()") == "tflsp: lost")
    assert "connecting again" in editor.command("messages")


def test_a_status_line_costs_nothing(start: Start, write: Write) -> None:
    """Neovim asks for it at each redraw, also in buffers that tflsp has nothing to do with."""
    editor = start()
    editor.follow_connection()
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    chunk = """
    local best = math.huge
    for _ = 1, 20 do
      local began = vim.uv.hrtime()
      for _ = 1, 100 do require('tflsp').connection() end
      best = math.min(best, (vim.uv.hrtime() - began) / 100)
    end
    return best / 1e6"""
    costs = [editor.lua(chunk)]
    editor.open(write("notes.txt", "x\n"), attached=False)
    costs.append(editor.lua(chunk))
    assert max(costs) < 0.1, costs  # milliseconds


def test_the_editor_ends_while_a_server_is_waited_for(start: Start, write: Write) -> None:
    editor = start(INIT + NEVER)
    editor.follow_connection()
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    kill(editor)
    editor.until(lambda: editor.lua("return require('tflsp').connection()") == "tflsp: reconnecting")
    editor.type(":qall!<CR>")
    wait_for_end(editor.pid)


def test_the_status_line(start: Start, write: Write) -> None:
    editor = start()
    editor.follow_connection()
    status = "return require('tflsp').connection()"
    assert editor.lua(status) == ""
    # In one go: what comes of a server is told between two chunks.
    opened = "vim.cmd.edit({ args = { (...) }, magic = { file = false } }) " + status
    assert editor.lua(opened, str(write("start.sh", SCRIPT))) in ("", "tflsp: starting")
    editor.until(lambda: editor.lua(status) == "tflsp")
    editor.open(write("notes.txt", "x\n"), attached=False)
    assert editor.lua(status) == ""
    editor.command("edit #")
    # What it was behind each change: it may be another one before a test has looked.
    editor.lua(
        """
        local seen = {}
        vim.api.nvim_create_autocmd('User', {
          pattern = 'TflspConnection',
          callback = function()
            table.insert(seen, require('tflsp').connection())
            vim.g.seen = seen
          end,
        })"""
    )
    kill(editor)
    editor.until(lambda: editor.lua("return vim.g.seen") == ["tflsp: reconnecting", "tflsp"])
    editor.lua("vim.o.statusline = \"<%{v:lua.require'tflsp'.statusline()}>\"")
    assert editor.lua("return vim.api.nvim_eval_statusline(vim.o.statusline, {}).str") == "<tflsp>"
