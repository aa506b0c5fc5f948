"""Journals in a real Neovim: hover, definition, rename and completion, with the keys that it has for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.e2e.nvim.editor import Editor

Write = Callable[[str, str], Path]

JOURNAL = """\
# 日志 😀

### 调试步骤 #1：慢一点

- 结果：95 %

### 调试步骤 #2：再慢一点

- 结果：97 %，比步骤 #1 好，见 [第一步](#调试步骤-1慢一点)
"""
GUIDE = "# Guide 😀\n\n😀 see [slower](notes/exp_lr.md#调试步骤-1慢一点) first\n"


def known(editor: Editor) -> None:
    """Wait until the server knows the workspace's journals: it says when there is something new."""
    editor.lua(
        """
        local channel = ...
        vim.lsp.handlers['tflsp/journalChanged'] = function() vim.rpcnotify(channel, 'known') end""",
        editor.nvim.channel_id,
    )
    if not editor.request("tflsp/journal", {})["experiments"]:
        editor.told("known")


def test_hover_shows_the_step(editor: Editor, write: Write) -> None:
    write("notes/exp_lr.md", JOURNAL)
    editor.open(write("guide.md", GUIDE))
    editor.put_cursor("slower")
    editor.lua(
        """
        local channel = ...
        local show = vim.lsp.util.open_floating_preview
        vim.lsp.util.open_floating_preview = function(lines, ...)
          vim.rpcnotify(channel, 'shown', lines)
          return show(lines, ...)
        end
        vim.lsp.buf.hover()""",
        editor.nvim.channel_id,
    )
    shown = "\n".join(editor.told("shown")[0])
    assert "慢一点" in shown
    assert "95 %" in shown


def test_definition_goes_to_the_heading(editor: Editor, write: Write) -> None:
    journal = write("notes/exp_lr.md", JOURNAL)
    editor.open(write("guide.md", GUIDE))
    editor.put_cursor("slower")
    editor.lua("vim.lsp.buf.definition()")
    editor.until(lambda: editor.nvim.current.buffer.name == str(journal))
    editor.until(lambda: editor.nvim.current.window.cursor[0] == 3)


def test_rename_changes_the_links_too(editor: Editor, write: Write) -> None:
    guide = write("guide.md", GUIDE)
    editor.open(write("notes/exp_lr.md", JOURNAL))
    known(editor)
    editor.put_cursor("慢一点")
    editor.lua("vim.lsp.buf.rename('更快 😀')")
    renamed = JOURNAL.replace("#1：慢一点", "#1：更快 😀").replace("#调试步骤-1慢一点", "#调试步骤-1更快-")
    assert editor.until(lambda: editor.text != JOURNAL and editor.text) == renamed
    editor.command("wall")
    assert guide.read_text("utf-8") == GUIDE.replace("#调试步骤-1慢一点", "#调试步骤-1更快-")


def complete(editor: Editor, word: str) -> None:
    """Type a line below the last one, and take the first completion."""
    editor.lua(
        """
        vim.opt.completeopt = { 'menu', 'menuone', 'noselect' }
        vim.lsp.completion.enable(true, vim.lsp.get_clients({ name = 'tflsp', bufnr = 0 })[1].id, 0)"""
    )
    editor.type(f"Go{word}")
    editor.until(lambda: editor.text.endswith(f"\n{word}\n"))
    editor.lua("vim.lsp.completion.get()")
    editor.until(lambda: editor.lua("return vim.fn.pumvisible() == 1"))
    editor.type("<C-n><C-y>")


def test_a_step_is_completed_with_its_stops(editor: Editor, write: Write) -> None:
    editor.open(write("notes/exp_lr.md", JOURNAL + "\n\n"))
    complete(editor, "/st")
    editor.until(lambda: "### 调试步骤 #3" in editor.text)
    assert editor.until(lambda: editor.lua("return vim.snippet.active()"))
    editor.type("深一点<Esc>")
    editor.until(lambda: "### 调试步骤 #3：深一点" in editor.text)
    assert "$" not in editor.text
    assert "/st" not in editor.text


def test_links_to_steps_are_completed(editor: Editor, write: Write) -> None:
    write("notes/exp_lr.md", JOURNAL)
    editor.open(write("guide.md", "# Guide\n\n"))
    known(editor)
    complete(editor, "see #1")
    link = "see [调试步骤 #1：慢一点](notes/exp_lr.md#调试步骤-1慢一点)"
    editor.until(lambda: editor.text.endswith(f"{link}\n"))
