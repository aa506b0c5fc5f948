"""`:Tflsp up` and `:Tflsp doctor`: the program's own work, shown in the editor. Without an engine: local sessions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start, nothing_failed
from tests.e2e.nvim.editor import PLUGIN, Editor

Write = Callable[[str, str], Path]

SCRIPT = "docker pull tensorflow/tensorflow:latest\n"
TOLD = """
local channel = ...
vim.notify = function(text) vim.rpcnotify(channel, 'notified', text) end"""


@pytest.fixture
def editor(start: Start, write: Write) -> Editor:
    editor = start()
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.lua(TOLD, editor.nvim.channel_id)
    return editor


def screen(editor: Editor) -> str:
    return re.sub(r"\n+$", "", "\n".join(editor.nvim.current.buffer[:]))


def test_up_joins_the_editor_to_what_it_started(editor: Editor, project: Path) -> None:
    before = editor.server_pids()
    editor.command("Tflsp up --local")
    floats = editor.lua("return vim.api.nvim_win_get_config(0).relative ~= '' and vim.bo.buftype")
    assert floats == "terminal"
    assert editor.told("notified")[0].startswith("tflsp: connected to ")
    assert "no container" in screen(editor)
    editor.until(lambda: editor.nvim.api.get_mode()["mode"] in ("n", "nt"))
    editor.type("q")
    editor.until(lambda: editor.text == SCRIPT)
    editor.until(lambda: editor.lua("return require('tflsp').connection()").startswith("tflsp@"))
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert before != editor.server_pids()
    assert [client["root"] for client in editor.clients()] == [str(project)]


def test_up_that_changes_nothing_connects_nobody(editor: Editor) -> None:
    """Nobody is connected where `up` was only asked what it would do, or failed; its words stay to be read."""
    editor.command("Tflsp up --no-such-option")
    assert editor.told("notified")[0] == "tflsp: up ended with 2; the window says why"
    assert "No such option" in screen(editor)
    assert editor.lua("return require('tflsp.connection').target() == nil")


def test_the_doctor(editor: Editor, project: Path) -> None:
    """A complaint that is there for sure: a private key that others may read."""
    keys = editor.home / ".ssh" / "tflsp"
    keys.mkdir(parents=True)
    (keys / "id_ed25519").write_text("not a key\n", "utf-8")
    (keys / "id_ed25519").chmod(0o644)
    editor.command("Tflsp doctor")
    said = editor.told("notified")[0]
    assert re.fullmatch(r"tflsp: \d+ complaints looked for, \d+ found", said)
    editor.until(lambda: editor.nvim.current.buffer.options["buftype"] == "quickfix")
    assert editor.lua("return vim.fn.getqflist({ title = 0 }).title") == "tflsp doctor"
    texts = [item["text"] for item in editor.lua("return vim.fn.getqflist()")]
    (index,) = [number for number, text in enumerate(texts) if text.startswith("key-modes (host)")]
    below = texts[index + 1 :]
    assert below[0].startswith("    ")
    advice = next(text for text in below if "→" in text)
    assert "tflsp doctor --fix" in advice


def test_the_doctor_is_the_servers_where_there_is_no_program(editor: Editor) -> None:
    """The server goes on where it runs, as it would behind a command that is no program of this machine."""
    editor.lua("vim.lsp.config('tflsp', { cmd = { '/nowhere/tflsp', 'serve' } })")
    editor.command("Tflsp doctor")
    assert re.fullmatch(r"tflsp: \d+ complaints looked for, \d+ found", editor.told("notified")[0])
    nothing_failed(editor)


def test_without_a_program_it_is_said(start: Start) -> None:
    editor = start(f"vim.opt.runtimepath:append([[{PLUGIN}]])\n")
    editor.lua("vim.lsp.config('tflsp', { cmd = { '/nowhere/tflsp', 'serve' } })")
    editor.lua(TOLD, editor.nvim.channel_id)
    editor.command("Tflsp up")
    assert "`/nowhere/tflsp` is not executable" in editor.told("notified")[0]
    editor.command("Tflsp doctor")
    assert "neither tflsp nor a server" in editor.told("notified")[0]
    editor.command("Tflsp check")
    assert "/nowhere/tflsp" in editor.told("notified")[0]
