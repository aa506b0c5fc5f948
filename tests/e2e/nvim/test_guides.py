"""What a journal is good for afterwards: guides, the summary, the timeline. Other files wait in buffers for `:wall`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.nvim.editor import Editor

Write = Callable[[str, str], Path]

JOURNAL = """# 💡 日志

## 实验目标

为什么停在 92 %？

- 成功标准：val_accuracy > 97%

### 调试步骤 #1：慢一点

- learning_rate: 0.01 → 0.001
- 结果：val_accuracy 95.2 %

💡 分析：好多了

## ❌ OOM 错误日志

**错误信息**：ResourceExhaustedError: OOM

### 调试步骤 #3：快一点

- 结果：val_accuracy 97.4 %
"""
TOLD = """
local channel = ...
local function tell(text) vim.rpcnotify(channel, 'notified', text) end
vim.notify = tell
vim.lsp.handlers['window/showMessage'] = function(_, params) tell(params.message) end
vim.ui.open = function(path) vim.g.opened = path return {} end"""


@pytest.fixture
def opened(editor: Editor, write: Write) -> Editor:
    editor.open(write("exp_lr.md", JOURNAL))
    editor.lua(TOLD, editor.nvim.channel_id)
    return editor


def other(editor: Editor, name: str) -> str:
    """The text of another buffer."""
    lines: list[str] = editor.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, true)", f"{Path(name)}")
    return "\n".join(lines)


@pytest.mark.parametrize("asked", [True, False], ids=["chosen", "named"])
def test_promote(opened: Editor, project: Path, asked: bool) -> None:
    """Linked both ways; the guide is a buffer until it is written."""
    editor = opened
    editor.put_cursor("val_accuracy 95.2")
    editor.choose("best_practices.md")
    editor.command("Tflsp promote" if asked else "Tflsp promote best-practices")
    if asked:
        assert "best_practices.md" in editor.told("offered")[0]
    said: Any = editor.told("notified")[0]
    assert "best_practices.md" in said
    assert ":wall" in said
    guide = project / "best_practices.md"
    assert "慢一点" in other(editor, str(guide))
    assert "exp_lr.md" in other(editor, str(guide))
    assert "best_practices.md" in editor.text
    editor.command("wall")
    assert "慢一点" in guide.read_text("utf-8")
    assert "best_practices.md" in (project / "exp_lr.md").read_text("utf-8")


def test_there_is_nothing_to_promote(opened: Editor) -> None:
    opened.put_cursor("日志")
    opened.command("Tflsp promote summary")
    assert opened.told("notified")[0].startswith("tflsp: ")
    assert opened.text == JOURNAL


def test_renumber(opened: Editor) -> None:
    opened.command("Tflsp renumber")
    opened.until(lambda: "### 调试步骤 #2：快一点" in opened.text)
    assert opened.text == JOURNAL.replace("#3", "#2")
    opened.command("Tflsp renumber")
    assert opened.told("notified")[0].startswith("tflsp: ")
    opened.type("u")
    opened.until(lambda: opened.text == JOURNAL)


def test_summary(opened: Editor, project: Path) -> None:
    opened.command("Tflsp summary")
    assert "SUMMARY.md" in opened.told("notified")[0]
    opened.command("wall")
    assert "exp_lr.md" in (project / "SUMMARY.md").read_text("utf-8")
    assert opened.text == JOURNAL


def test_the_timeline(opened: Editor) -> None:
    editor = opened
    editor.command("Tflsp timeline")
    editor.until(
        lambda: editor.lua("return vim.b.current_syntax or vim.bo.filetype") == "markdown" and "95.2" in editor.text
    )
    editor.until(lambda: "tflsp://timeline" in str(editor.nvim.current.buffer.name))
    text = editor.text
    assert "val_accuracy  ▁█  0.952 → 0.974" in text
    assert text.index("#1 慢一点") < text.index("✗ OOM") < text.index("#3 快一点")
    editor.put_cursor("#3 快一点")
    editor.type("<CR>")
    editor.until(lambda: editor.nvim.current.line.startswith("### 调试步骤 #3"))
    assert editor.text == JOURNAL


def test_the_timeline_in_the_browser(opened: Editor) -> None:
    opened.command("Tflsp timeline html")
    path = Path(opened.told("notified")[0].removeprefix("tflsp: "))
    assert opened.lua("return vim.g.opened") == str(path)
    page = path.read_text("utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert "慢一点" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_no_journal_has_no_timeline(opened: Editor, write: Write) -> None:
    opened.open(write("README.md", "# Nothing\n"))
    opened.command("Tflsp timeline")
    assert opened.told("notified")[0] == "tflsp: no journal here"


def test_comparing_a_step_that_is_not_there(opened: Editor) -> None:
    opened.command("Tflsp compare 9")
    assert opened.told("notified")[0].startswith("tflsp: ")


def test_promotion_by_code_action(opened: Editor) -> None:
    """Offered beside fixes; the server carries it out, and the plugin says what waits to be written."""
    opened.put_cursor("val_accuracy 95.2")
    (title,) = [each for each in opened.titles() if "best_practices.md" in each]
    opened.act(title)
    assert "best_practices.md" in opened.told("notified")[0]
    assert "best_practices.md" in opened.text
