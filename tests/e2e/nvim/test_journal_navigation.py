"""Journals in a real Neovim: hover, definition, rename and completion, with the keys that it has for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

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


def known(editor: Editor, *journals: str) -> None:
    """Wait until the server knows these journals of the workspace: it says when there is something new."""
    answers(editor, lambda: set(journals) <= {each["title"] for each in experiments(editor)})


def experiments(editor: Editor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = editor.request("tflsp/journal", {})["experiments"]
    return found


def answers(editor: Editor, holds: Callable[[], bool]) -> None:
    """Ask until the answer is what it will be once the workspace is read: again whenever there is something new."""
    editor.lua(
        """
        local channel = ...
        vim.g.news = 0
        vim.lsp.handlers['tflsp/journalChanged'] = function()
          vim.g.news = vim.g.news + 1
          vim.rpcnotify(channel, 'happened', 'news')
        end""",
        editor.nvim.channel_id,
    )
    experiments(editor)  # from now on the server tells
    seen = 0
    while not holds():
        seen = editor.until(partial(editor.lua, "return vim.g.news > ... and vim.g.news", seen))


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


def references(editor: Editor) -> list[dict[str, Any]]:
    """Who leads to the heading under the cursor."""
    params = editor.lua("return vim.lsp.util.make_position_params(0, 'utf-8')")
    return editor.request("textDocument/references", {**params, "context": {"includeDeclaration": False}}) or []


def test_rename_changes_the_links_too(editor: Editor, write: Write) -> None:
    guide = write("guide.md", GUIDE)
    editor.open(write("notes/exp_lr.md", JOURNAL))
    editor.put_cursor("慢一点")
    answers(editor, lambda: any(place["uri"].endswith("guide.md") for place in references(editor)))
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
    known(editor, "exp_lr")
    complete(editor, "see #1")
    link = "see [调试步骤 #1：慢一点](notes/exp_lr.md#调试步骤-1慢一点)"
    editor.until(lambda: editor.text.endswith(f"{link}\n"))
