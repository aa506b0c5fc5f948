"""Notebooks that a plugin shows as text: the buffer keeps the name `x.ipynb`, and holds a script or Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Editor
from tests.e2e.nvim.marked import unmarked
from tests.e2e.nvim.test_documents import NOTEBOOK, PASSWORD, places

Write = Callable[[str, str], Path]

# What the plugins named jupytext.nvim do when they read a notebook: the buffer's text is another one, its filetype goes
# by that, its name stays, and an undo does not bring JSON.
SHOWS = """
vim.api.nvim_create_autocmd('BufReadCmd', {
  pattern = '*.ipynb',
  callback = function(event)
    local levels = vim.bo[event.buf].undolevels
    vim.bo[event.buf].undolevels = -1
    vim.api.nvim_buf_set_lines(event.buf, 0, -1, false, vim.fn.readfile(event.match .. '.shown'))
    vim.bo[event.buf].undolevels = levels
    vim.bo[event.buf].modified = false
    vim.bo[event.buf].filetype = vim.g.shown
  end,
})
"""
SCRIPT = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     name: python3
# ---

# %% [markdown]
# # 目标 😀
# 数据库 😀:mysql://admin:⟦TFL301 {PASSWORD}⟧@prod-db/ml

# %%
# !echo "😀" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧
import tensorflow as tf
""".replace("{PASSWORD}", PASSWORD)
MARKDOWN = """\
---
jupyter:
  jupytext:
    text_representation:
      extension: .md
      format_name: markdown
  kernelspec:
    name: python3
---

# 目标 😀

数据库 😀:mysql://admin:⟦TFL301 {PASSWORD}⟧@prod-db/ml

```python
!echo "😀" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧
```
""".replace("{PASSWORD}", PASSWORD)


def shown(start: Start, write: Write, filetype: str, marked: str) -> Editor:
    """A Neovim that shows a notebook as a text with marks, and has its findings at the marks."""
    text, marks = unmarked(marked)
    path = write("notebooks/exp_😀.ipynb", unmarked(NOTEBOOK)[0])
    write("notebooks/exp_😀.ipynb.shown", text)
    editor = start(f"{INIT}{SHOWS}vim.g.shown = '{filetype}'\n")
    editor.open(path)
    editor.until(editor.diagnostics)
    assert editor.nvim.current.buffer.name == str(path)
    assert editor.text == text
    assert places(editor.settled("TFL101", "TFL301")) == marks
    return editor


def test_as_a_script(start: Start, write: Write) -> None:
    editor = shown(start, write, "python", SCRIPT)
    pins_and_takes_back(editor)


def test_as_markdown(start: Start, write: Write) -> None:
    editor = shown(start, write, "markdown", MARKDOWN)
    pins_and_takes_back(editor)


def pins_and_takes_back(editor: Editor) -> None:
    original = editor.text
    editor.put_cursor("latest")
    editor.act("Pin to `2.9.0`")
    editor.until(lambda: editor.text != original)
    assert editor.text == original.replace("tensorflow:latest", "tensorflow:2.9.0")
    assert editor.settled("TFL101") == []
    editor.type("u")
    editor.until(lambda: editor.text == original)
