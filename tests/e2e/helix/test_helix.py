"""A real Helix: findings at the right characters, fixes, and a journal's entries by code action."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests import components
from tests.e2e.helix.terminal import Helix, helix

SCRIPT = 'echo "😀 中文"; docker pull tensorflow/tensorflow:latest\n'
JOURNAL = "# 💡 日志\n\n## 实验目标\n\n为什么？\n\n### 调试步骤 #1：慢一点\n\n- 结果：95 %\n"


class Open(Protocol):
    """Opens a file in a Helix that ends with the test."""

    def __call__(self, name: str, text: str) -> tuple[Helix, Path]: ...


@pytest.fixture(scope="session")
def program() -> Path:
    """Helix of PATH, or what `make editors` has brought."""
    found = components.newer("Helix", components.NEWER_HELIX, shutil.which("hx"), shutil.which("helix"))
    return found.resolve()  # it finds its runtime folder beside itself


@pytest.fixture
def opened(program: Path, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:

        def run(name: str, text: str) -> tuple[Helix, Path]:
            project = tmp_path / "项目 😀"
            (project / ".git").mkdir(parents=True)
            (project / name).write_bytes(text.encode())
            return stack.enter_context(helix(program, tmp_path / "home", project / name)), project / name

        yield run


def write(editor: Helix) -> None:
    editor.type(":w\r")
    editor.until(lambda: bool(editor.sent("textDocument/didSave")))


def choose(editor: Helix, title: str) -> None:
    """Open the code actions at the selection, and take one: the first is marked already."""
    before = len(editor.sent("textDocument/didChange"))
    editor.type(" a")
    editor.until_drawn(title)
    offered = [line for answer in editor.messages("<-") for line in titles(answer)]
    shown = sorted(filter(editor.drawn.__contains__, offered), key=editor.drawn.index)
    editor.type("\x0e" * shown.index(title) + "\r")
    editor.until(lambda: len(editor.sent("textDocument/didChange")) > before)


def titles(answer: dict[str, object]) -> list[str]:
    """The titles of code actions, where an answer holds some."""
    result = answer.get("result")
    return [item["title"] for item in result if "title" in item] if isinstance(result, list) else []


def test_a_finding_is_selected_to_the_character(opened: Open) -> None:
    """`]d` goes to the next finding and selects it, behind emoji and Chinese; what is typed replaces just that."""
    editor, path = opened("start.sh", SCRIPT)
    editor.until_drawn("latest` moves")
    editor.type("]dc2.9.3\x1b")
    editor.until(lambda: bool(editor.sent("textDocument/didChange")))
    write(editor)
    assert path.read_text("utf-8") == SCRIPT.replace("latest", "2.9.3")


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_fix(opened: Open, ending: str) -> None:
    text = SCRIPT.replace("\n", ending) * 2
    editor, path = opened("start.sh", text)
    editor.until_drawn("latest` moves")
    editor.type("]d")
    choose(editor, "Pin to `2.9.0`")
    write(editor)
    assert path.read_bytes().decode() == text.replace("latest", "2.9.0", 1)


def test_a_step_in_a_journal(opened: Open) -> None:
    editor, path = opened("journal.md", JOURNAL)
    editor.until(lambda: bool(editor.sent("textDocument/didOpen")))
    editor.type("ge")
    choose(editor, "Insert debug step #2")
    write(editor)
    assert path.read_text("utf-8").startswith(JOURNAL + "\n### 调试步骤 #2")
