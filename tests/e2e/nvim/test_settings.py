"""Settings that change while Neovim and the server run, from every side that they can change from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Editor

Write = Callable[[str, str], Path]

SCRIPT = "docker pull tensorflow/tensorflow:latest\n"
IGNORE = 'ignore = ["TFL101"]\n'


@pytest.fixture
def server(editor: Editor, write: Write) -> int:
    """The process id of the server of a script that is open and has its finding."""
    editor.open(write("start.sh", SCRIPT))
    editor.until(lambda: editor.diagnostics("TFL101"))
    (pid,) = editor.server_pids()
    return pid


def test_configure(editor: Editor, server: int) -> None:
    editor.lua("require('tflsp').configure({ language = 'zh' })")
    editor.until(lambda: [each for each in editor.diagnostics("TFL101") if not each.message.isascii()])
    editor.lua("require('tflsp').configure({ ignore = { 'TFL101' } })")
    editor.until(lambda: not editor.diagnostics("TFL101"))
    editor.lua("require('tflsp').configure({ ignore = vim.NIL, language = vim.NIL })")
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert found.message.isascii()
    assert editor.server_pids() == [server]


def test_a_settings_file_that_neovim_writes(editor: Editor, server: int, project: Path) -> None:
    script = editor.nvim.current.buffer.number
    editor.open(project / "tflsp.toml")
    editor.type(f"i{IGNORE.strip()}<Esc>:write<CR>")
    editor.until(lambda: not found_in(editor, script))
    editor.type("dd:write<CR>")
    editor.until(lambda: found_in(editor, script))
    assert editor.server_pids() == [server]


def test_a_settings_file_that_another_program_writes(editor: Editor, server: int, write: Write) -> None:
    path = write("tflsp.toml", IGNORE)
    editor.until(lambda: not editor.diagnostics("TFL101"))
    path.unlink()
    editor.until(lambda: editor.diagnostics("TFL101"))
    assert editor.server_pids() == [server]


def test_those_of_the_user_stand_above_those_of_the_project(start: Start, write: Write) -> None:
    write("tflsp.toml", IGNORE + 'language = "zh"\n')
    settings = "{ tflsp = { ignore = { 'TFL2' } } }"
    editor = start(f"{INIT}vim.lsp.config('tflsp', {{ settings = {settings} }})\n")
    editor.open(write("start.sh", SCRIPT))
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert not found.message.isascii()


def found_in(editor: Editor, buffer: int) -> bool:
    codes = editor.lua("return vim.tbl_map(function(found) return found.code end, vim.diagnostic.get(...))", buffer)
    return "TFL101" in codes
