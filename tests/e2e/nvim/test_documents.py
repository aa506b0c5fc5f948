"""Every kind of document in a real Neovim: the findings are there, at the right bytes behind emoji and Chinese text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Diagnostic, Editor
from tests.e2e.nvim.marked import Mark, unmarked

Write = Callable[[str, str], Path]

# Nothing here is anybody's password, and no line looks as if it were one.
PASSWORD = "123" + "456"

JOURNAL = f"""\
# 调试 😀 journal

```bash
echo "😀 开始" && docker run -p 127.0.0.1:8888:8888 tensorflow/tensorflow:⟦TFL101 latest-jupyter⟧
```

> - 引用 😀
>   ```console
>   $ docker pull tensorflow/tensorflow:⟦TFL101 latest⟧
>   ```

数据库 😀 连接:mysql://admin:⟦TFL301 {PASSWORD}⟧@prod-db:3306/ml_data
"""
SCRIPT = """\
#!/bin/bash
echo "环境 😀"; docker pull tensorflow/tensorflow:⟦TFL101 latest-gpu-jupyter⟧  # 拉取
"""
DOCKERFILE = """\
# 镜像 😀
FROM tensorflow/tensorflow:⟦TFL101 latest-jupyter⟧ AS 基础
RUN echo "😀 中文" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧
"""
COMPOSE = """\
# 服务 😀
services:
  "笔记本 😀": {image: tensorflow/tensorflow:⟦TFL101 latest-jupyter⟧, ports: ["127.0.0.1:8888:8888"]}
"""
DEVCONTAINER = """\
{
  // 开发容器 😀
  "name": "😀", "image": "tensorflow/tensorflow:⟦TFL101 latest-jupyter⟧",
}
"""
PYTHON = """\
import subprocess

subprocess.run(["echo", "😀 中文"]); subprocess.run(["docker", "pull", "tensorflow/tensorflow:⟦TFL101 latest⟧"])
"""
PERCENT = """\
# %% [markdown]
# # 目标 😀
# 连接:mysql://admin:⟦TFL301 {PASSWORD}⟧@prod-db/ml

# %%
!echo "😀" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧
""".replace("{PASSWORD}", PASSWORD)
NOTEBOOK = r"""{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "# 目标 😀\n",
    "\t连接 \"😀\"\n",
    "\n",
    "```bash\n",
    "echo \"😀 中文\" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧\n",
    "```"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "!echo \"\u4e2d\ud83d\ude00 😀\" && docker pull tensorflow/tensorflow:⟦TFL101 latest⟧\n"
   ]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
"""
SSHD = "# 服务器 😀\n⟦TFL305 PermitRootLogin yes⟧\n"
SETTINGS = '⟦TFL002 lagnuage⟧ = "zh"\n'

DOCUMENTS = {
    "journal.md": JOURNAL,
    "start.sh": SCRIPT,
    "Dockerfile": DOCKERFILE,
    "gpu.Dockerfile": DOCKERFILE,
    "compose.yaml": COMPOSE,
    "docker-compose.override.yml": COMPOSE,
    ".devcontainer/devcontainer.json": DEVCONTAINER,
    "train.py": PYTHON,
    "exp.py": PERCENT,
    "notebooks/exp 学习率.ipynb": NOTEBOOK,
    "container/sshd_config": SSHD,
    "container/sshd_config.d/10-root.conf": SSHD,
    "tflsp.toml": SETTINGS,
}


def places(found: list[Diagnostic]) -> list[Mark]:
    return [Mark(each.code, each.row, each.start, each.end, each.text) for each in found]


def findings_in(editor: Editor, marked: str, path: Path) -> tuple[list[Mark], list[Mark]]:
    """Open a document; what is shown of the codes that are expected, and what is expected."""
    text, marks = unmarked(marked)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    editor.open(path)
    editor.until(editor.diagnostics)
    return places(editor.settled(*{mark.code for mark in marks})), marks


@pytest.mark.parametrize("name", DOCUMENTS)
def test_findings_stand_at_their_bytes(warm: tuple[Editor, Path], name: str) -> None:
    editor, project = warm
    found, expected = findings_in(editor, DOCUMENTS[name], project / name)
    assert found == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_in_each_encoding(start: Start, project: Path, encoding: str) -> None:
    """Bytes are Neovim's own units; the others are what it agrees on where another server in the buffer counts so."""
    only = f"{{ capabilities = {{ general = {{ positionEncodings = {{ '{encoding}' }} }} }} }}"
    editor = start(f"{INIT}vim.lsp.config('tflsp', {only})\n")
    found, expected = findings_in(editor, JOURNAL, project / "journal.md")
    assert [client["encoding"] for client in editor.clients()] == [encoding]
    assert found == expected


def test_while_typing(editor: Editor, project: Path, write: Write) -> None:
    """Half a command is no finding; the whole one is, and it goes when it is undone."""
    editor.open(write("journal.md", "# 😀\n\n```bash\n```\n"))
    editor.type("3Go😀=1 docker run tensorflow/tensorflow:2.9.0-jup<Esc>")
    editor.until(lambda: "2.9.0-jup" in editor.text)
    assert editor.settled("TFL101") == []
    editor.type("ccdocker pull tensorflow/tensorflow:latest<Esc>")
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert (found.row, found.start, found.text) == (3, 34, "latest")
    editor.type("u")
    editor.until(lambda: not editor.diagnostics("TFL101"))
    assert "2.9.0-jup" in editor.text


def test_a_buffer_that_was_changed_in_the_background(editor: Editor, write: Write) -> None:
    """By a server's edit of another file, say: when it is shown again, its findings are those of its text."""
    first = editor.open(write("start.sh", "docker pull tensorflow/tensorflow:latest\n"))
    editor.until(lambda: editor.diagnostics("TFL101"))
    editor.open(write("journal.md", "# 😀\n"))
    later = "echo 😀; docker pull tensorflow/tensorflow:latest"
    editor.lua("vim.api.nvim_buf_set_lines(..., 0, 0, true, { 'echo 1', select(2, ...) })", first, later)
    editor.command(f"buffer {first}")
    editor.until(
        lambda: [(each.row, each.text) for each in editor.diagnostics("TFL101")] == [(1, "latest"), (2, "latest")]
    )


@pytest.mark.parametrize(
    ("locale", "english"), [("C.UTF-8", True), ("en_GB.UTF-8", True), ("zh_CN.UTF-8", False), ("zh_TW", False)]
)
def test_messages_in_the_language_of_the_editor(start: Start, write: Write, locale: str, english: bool) -> None:
    """Neovim tells servers no locale, so the plugin does."""
    editor = start(environment={"LANG": locale})
    editor.open(write("start.sh", "docker pull tensorflow/tensorflow:latest\n"))
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert found.message.isascii() == english


def test_the_language_setting_stands_above_the_locale(start: Start, write: Write) -> None:
    settings = "{ tflsp = { language = 'en' } }"
    init = f"{INIT}vim.lsp.config('tflsp', {{ settings = {settings} }})\n"
    editor = start(init, environment={"LANG": "zh_CN.UTF-8"})
    editor.open(write("start.sh", "docker pull tensorflow/tensorflow:latest\n"))
    (found,) = editor.until(lambda: editor.diagnostics("TFL101"))
    assert found.message.isascii()
