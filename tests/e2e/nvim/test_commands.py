"""`:Tflsp` and the journal: entries in every kind of buffer, and what a server that is older cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pynvim.api import NvimError

from tests.e2e.nvim.conftest import Start, nothing_failed
from tests.e2e.nvim.editor import Editor

Write = Callable[[str, str], Path]

JOURNAL = "# 💡 日志\n\n## 实验目标\n\n为什么？\n\n### 调试步骤 #1：慢一点\n\n- 结果：95 %\n"
SCRIPT = "# %% [markdown]\n# ## Goal\n#\n# Why?\n\n# %%\nx = 1\n\n# %%\ny = 2\n"
TOLD = """
local channel = ...
local function keep(text)
  vim.g.told = text
  vim.rpcnotify(channel, 'happened', 'told')
end
vim.notify = keep
vim.lsp.handlers['window/showMessage'] = function(_, params) keep(params.message) end"""


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "markdown", "id": f"c{i}", "metadata": {}, "source": s} for i, s in enumerate(sources)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def told(editor: Editor) -> None:
    """Have what is told to the user kept: `editor.until(lambda: said(editor))`."""
    editor.lua(TOLD, editor.nvim.channel_id)


def said(editor: Editor) -> str:
    return str(editor.lua("local told = vim.g.told vim.g.told = nil return told or ''"))


def stops(editor: Editor) -> bool:
    return bool(editor.lua("return vim.snippet.active()"))


def insert(editor: Editor, part: str, title: str) -> None:
    """An entry at the cursor, its stops left as they are."""
    editor.command(f"Tflsp {part}")
    editor.until(lambda: stops(editor) and title in editor.text)
    editor.type("<Esc>")


def test_a_step_in_markdown(editor: Editor, write: Write) -> None:
    """What is typed into one stop after the other is what is written."""
    path = write("journal.md", JOURNAL)
    editor.open(path)
    editor.type("G")
    editor.command("Tflsp step")
    editor.until(lambda: stops(editor) and "调试步骤 #2" in editor.text)
    assert editor.text.startswith(JOURNAL + "\n### 调试步骤 #2")
    assert editor.nvim.current.window.cursor[0] == len(JOURNAL.splitlines()) + 2
    editor.type("快一点 😀<Tab>97 %<Tab>")
    editor.type("因为它收敛了<Esc>")
    editor.until(lambda: "因为它收敛了" in editor.text)
    editor.command("write")
    written = path.read_text("utf-8")
    assert written == editor.text
    assert "\n### 调试步骤 #2：快一点 😀\n" in written
    assert "- 结果：97 %\n" in written
    assert "分析：因为它收敛了" in written


def test_one_undo_takes_an_entry_back(editor: Editor, write: Write) -> None:
    editor.open(write("journal.md", JOURNAL))
    for kind in ("step", "error", "conclusion"):
        editor.command(f"Tflsp {kind}")
        editor.until(lambda: stops(editor) and editor.text != JOURNAL)
        editor.type("<Esc>u")
        editor.until(lambda: editor.text == JOURNAL)


def test_a_step_behind_the_cell_with_the_cursor(editor: Editor, write: Write) -> None:
    editor.open(write("exp.py", SCRIPT))
    editor.put_cursor("x = 1")
    editor.command("Tflsp step")
    editor.until(lambda: stops(editor))
    head, _, rest = editor.text.partition("# %% [markdown]\n# ### Debug step #1")
    assert head == SCRIPT[: SCRIPT.index("# %%\ny")]
    assert rest.endswith("\n# %%\ny = 2\n")
    editor.type("Slower<Esc>")
    editor.until(lambda: "# ### Debug step #1: Slower\n" in editor.text)


@pytest.mark.parametrize(
    ("filetype", "text", "step"),
    [
        ("python", SCRIPT, "# %% [markdown]\n# ### Debug step #1"),
        (
            "markdown",
            "---\njupyter:\n  kernelspec:\n    name: python3\n---\n\n# A\n\n## Goal\n\nWhy?\n",
            "### Debug step #1",
        ),
    ],
)
def test_a_notebook_as_jupytext_shows_it(start: Start, write: Write, filetype: str, text: str, step: str) -> None:
    """The name ends in .ipynb, and the buffer holds a script or Markdown, as jupytext.nvim has it."""
    path = write("exp.ipynb", notebook("# A"))
    editor = start()
    editor.lua(
        """
        local filetype, lines = ...
        vim.api.nvim_create_autocmd('BufReadCmd', {
          pattern = '*.ipynb',
          callback = function(event)
            vim.api.nvim_buf_set_lines(event.buf, 0, -1, false, lines)
            vim.bo[event.buf].filetype = filetype
          end,
        })""",
        filetype,
        text.splitlines(),
    )
    editor.open(path)
    editor.type("G")
    editor.command("Tflsp step")
    editor.until(lambda: step in editor.text)
    assert editor.text.startswith(text.rstrip("\n"))
    nothing_failed(editor)


def test_the_json_of_a_notebook(editor: Editor, write: Write) -> None:
    """Plain text there: a cell of its own, and everything else to the letter."""
    before = notebook("# A 😀", "## Goal\n\nWhy?")
    editor.open(write("exp.ipynb", before))
    editor.command("Tflsp step")
    editor.until(lambda: editor.text != before)
    cells = json.loads(editor.text)["cells"]
    assert cells[:2] == json.loads(before)["cells"]
    assert "".join(cells[2]["source"]).startswith("### Debug step #1")
    assert not stops(editor)
    editor.type("u")
    editor.until(lambda: editor.text == before)
    editor.put_cursor("# A")
    editor.command("Tflsp error")
    editor.until(lambda: editor.text != before)
    assert [cell["id"] for cell in json.loads(editor.text)["cells"]][::2] == ["c0", "c1"]


def test_a_second_goal_is_refused_with_a_reason(editor: Editor, write: Write) -> None:
    told(editor)
    editor.open(write("journal.md", JOURNAL))
    editor.command("Tflsp goal")
    assert editor.until(lambda: said(editor)).startswith("tflsp: ")
    assert editor.text == JOURNAL


def test_typing_while_an_entry_is_made(editor: Editor, write: Write) -> None:
    """The entry goes where it belongs in the text as it is by then; nothing is overwritten."""
    editor.open(write("journal.md", JOURNAL))
    editor.type("G")
    editor.lua("vim.cmd('Tflsp step') vim.api.nvim_buf_set_lines(0, 0, 0, false, { '😀', '' })")
    editor.until(lambda: "调试步骤 #2" in editor.text)
    assert editor.text.startswith(f"😀\n\n{JOURNAL}\n### 调试步骤 #2")


def test_a_code_action_inserts_the_same(editor: Editor, write: Write) -> None:
    editor.open(write("journal.md", JOURNAL))
    editor.type("G")
    (title,) = [each for each in editor.titles() if "2" in each]
    editor.act(title)
    editor.until(lambda: stops(editor) and editor.text.startswith(JOURNAL + "\n### 调试步骤 #2"))


def test_without_a_server_it_is_said(start: Start) -> None:
    editor = start()
    parts = [
        "goal",
        "step",
        "error",
        "conclusion",
        "promote",
        "timeline",
        "journal",
        "gpu",
        "summary",
        "renumber",
        "fix",
    ]
    for part in (*parts, "compare 1"):
        assert "no server for this buffer" in editor.command(f"Tflsp {part}"), part


def test_a_buffer_that_may_not_be_changed_stays_as_it_is(editor: Editor, write: Write) -> None:
    """It is said, and Neovim is not asked to change it: of that it would make a traceback."""
    told(editor)
    script = "docker pull tensorflow/tensorflow:latest\n"
    notes = {"exp.md": JOURNAL.replace("#1", "#3"), "exp.ipynb": notebook("# A", "## Goal\n\nWhy?"), "start.sh": script}
    wanted = [("exp.md", "step"), ("exp.md", "renumber"), ("exp.md", "promote"), ("exp.ipynb", "step")]
    for name, part in (*wanted, ("start.sh", "fix")):
        editor.open(write(name, notes[name]))
        editor.command("setlocal nomodifiable")
        editor.command(f"Tflsp {part}")
        assert "'modifiable' is off" in editor.until(lambda: said(editor)), (name, part)
        assert editor.text == notes[name]
        editor.command("setlocal modifiable")


def test_a_buffer_that_was_saved_under_another_name(editor: Editor, project: Path, write: Write) -> None:
    editor.open(write("journal.md", JOURNAL))
    editor.nvim.api.cmd({"cmd": "saveas", "args": [str(project / "exp_lr.md")], "magic": {"file": False}}, {})
    editor.type("G")
    insert(editor, "step", "调试步骤 #2")
    editor.command("write")
    assert (project / "exp_lr.md").read_text("utf-8") == editor.text
    assert (project / "journal.md").read_text("utf-8") == JOURNAL


def rename(editor: Editor, path: Path) -> None:
    editor.nvim.api.cmd({"cmd": "file", "args": [str(path)], "magic": {"file": False}}, {})


def test_a_buffer_that_was_renamed(editor: Editor, project: Path, write: Write) -> None:
    """`:file` alone, which Neovim tells no server of before the buffer is written; what was just typed, too."""
    editor.open(write("journal.md", JOURNAL))
    editor.type("Go### 调试步骤 #2：快一点<CR><CR>- 结果：96 %<Esc>")
    editor.until(lambda: "96 %" in editor.text)
    rename(editor, project / "exp_lr.md")
    insert(editor, "step", "调试步骤 #3")
    editor.command("silent write")
    insert(editor, "error", "错误")
    editor.command("silent write")
    assert (project / "exp_lr.md").read_text("utf-8") == editor.text
    assert (project / "journal.md").read_text("utf-8") == JOURNAL
    assert editor.clients(editor.nvim.current.buffer.number)


def test_a_buffer_that_was_renamed_beside_another_server(editor: Editor, project: Path, write: Write) -> None:
    """Neovim keeps one name of a buffer for all servers of a kind, and opens the document again for all."""
    buffer = editor.open(write("journal.md", JOURNAL))
    editor.lua("vim.lsp.start({ name = 'other', cmd = { 'tflsp', 'serve' } })")
    both = "return #vim.lsp.get_clients({ bufnr = ... }) == 2"
    editor.until(lambda: editor.lua(both, buffer))
    rename(editor, project / "exp_lr.md")
    editor.command("silent write")
    editor.type("G")
    insert(editor, "step", "调试步骤 #2")


def test_a_buffer_that_keeps_its_name(editor: Editor, project: Path, write: Write) -> None:
    """The new name is another buffer's, so that `:file` fails."""
    editor.open(write("exp_lr.md", JOURNAL))
    editor.open(write("journal.md", JOURNAL))
    with pytest.raises(NvimError, match="E95"):
        rename(editor, project / "exp_lr.md")
    editor.type("G")
    editor.until(lambda: editor.clients(editor.nvim.current.buffer.number))
    insert(editor, "step", "调试步骤 #2")


def test_an_entry_in_a_file_of_dos(editor: Editor, write: Write) -> None:
    path = write("journal.md", "")
    path.write_bytes(JOURNAL.replace("\n", "\r\n").encode())
    editor.open(path)
    editor.type("G")
    insert(editor, "step", "调试步骤 #2")
    editor.command("write")
    assert path.read_bytes().decode() == editor.text.replace("\n", "\r\n")


@pytest.mark.parametrize("option", ["fixendofline", "nofixendofline"])
def test_an_entry_in_a_file_without_a_last_line_end(editor: Editor, write: Write, option: str) -> None:
    """Neovim writes that line end where the user has not turned it off: the entry brings no second one."""
    path = write("journal.md", JOURNAL.rstrip("\n"))
    editor.open(path)
    editor.command(f"setlocal {option}")
    editor.type("G")
    insert(editor, "step", "调试步骤 #2")
    editor.command("silent write")
    written = path.read_text("utf-8")
    assert written.startswith(JOURNAL + "\n### 调试步骤 #2")
    assert written == written.rstrip() + "\n"


def test_an_older_server_says_what_it_has_not(editor: Editor, write: Write) -> None:
    """A server of another version, in a container: here one that is made to forget."""
    told(editor)
    editor.open(write("journal.md", JOURNAL))
    editor.lua("vim.lsp.get_clients({ name = 'tflsp' })[1].server_capabilities.executeCommandProvider.commands = {}")
    editor.command("Tflsp step")
    assert "tflsp.insertStep is not available in this server (tflsp 0." in editor.until(lambda: said(editor))
    editor.lua(
        """
        local server = require('tflsp.server')
        server.request(server.of(0), 'tflsp/nothing', vim.empty_dict(), 0, function() vim.g.answered = true end)"""
    )
    assert "tflsp/nothing is not available in this server" in editor.until(lambda: said(editor))


def test_the_picker(editor: Editor, write: Write) -> None:
    incident = "\n## ❌ OOM 错误日志\n\n**错误信息**：ResourceExhaustedError: OOM\n"
    path = write("exp_lr.md", JOURNAL + incident)
    editor.open(path)
    editor.choose("慢一点")
    editor.command("Tflsp journal")
    offered = editor.told("offered")[0]
    assert [each for each in offered if "exp_lr.md" in each] == offered
    assert any("#1 慢一点 (95 %)" in each for each in offered)
    assert any("✗" in each for each in offered)
    editor.until(lambda: editor.nvim.current.line.startswith("### 调试步骤 #1"))
    editor.command("Tflsp journal incidents")
    assert all("✗" in each for each in editor.told("offered")[0])


def test_comparing_steps(editor: Editor, write: Write) -> None:
    second = "\n### 调试步骤 #2：快一点\n\n- learning_rate: 0.01 → 0.001\n- 结果：97 %\n"
    editor.open(write("exp_lr.md", JOURNAL + second))
    editor.type("G")
    editor.command("Tflsp compare")
    editor.until(lambda: "97 %" in editor.text and "95 %" in editor.text and "exp_lr" not in current(editor))
    assert editor.lua("return vim.bo.filetype") == "markdown"
    editor.type("q")
    editor.until(lambda: current(editor).endswith("exp_lr.md"))


def current(editor: Editor) -> str:
    name: Any = editor.nvim.current.buffer.name
    return str(name)
