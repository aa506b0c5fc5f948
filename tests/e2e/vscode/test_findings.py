"""Findings and fixes in the real VS Code: under the right characters, each once, mended as promised."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.vscode.conftest import OpenWindow
from tests.e2e.vscode.harness import TIMEOUT
from tests.e2e.vscode.seeing import cell, rows, sources, underlined, write_notebook

LAUNCH = 'note = "🔧💡 准确率"; get_ipython().system("docker run --rm tensorflow/tensorflow:latest")'
MARKDOWN = (
    "# 🔧 环境\n\n`💡 运行` 一下：\n\n```bash\necho 🎯 中文 && docker run --rm tensorflow/tensorflow:latest\n```\n"
)


def test_underlined_are_the_characters_that_are_meant(open_window: OpenWindow, tmp_path: Path) -> None:
    write_notebook(tmp_path / "exp.ipynb", cell("code", LAUNCH), cell("markdown", "# a\n"))
    (tmp_path / "notes.md").write_text(MARKDOWN, "utf-8")
    window = open_window(tmp_path)
    window.open("exp.ipynb")
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    assert "latest" in underlined(window.page)
    window.open("notes.md")
    expect(window.page.locator(".editor-instance .squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    assert "latest" in underlined(window.page)


def test_each_finding_is_shown_once(open_window: OpenWindow, tmp_path: Path) -> None:
    """Cells are told of by pushing, files by pulling, the closed ones by asking for the workspace."""
    write_notebook(tmp_path / "exp.ipynb", cell("code", LAUNCH), cell("markdown", MARKDOWN))
    (tmp_path / "notes.md").write_text(MARKDOWN, "utf-8")
    (tmp_path / "closed.md").write_text(MARKDOWN, "utf-8")
    window = open_window(tmp_path)
    window.open("notes.md")
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.open("exp.ipynb")
    expect(window.cell(0).locator(".squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    window.command("Problems: Focus on Problems View")
    panel = window.page.locator(".markers-panel-container")
    expect(panel.locator(".monaco-list-row", has_text="closed.md")).to_be_visible(timeout=TIMEOUT)
    found = rows(window.page, ".markers-panel-container")
    moving = [row for row in found if "TFL101" in row]
    assert len(moving) == 4, found  # two cells, an open file, a closed one


def test_a_fix_in_a_cell_is_in_the_saved_file(open_window: OpenWindow, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "exp.ipynb", cell("code", LAUNCH), cell("markdown", "# a\n"))
    window = open_window(tmp_path)
    window.open("exp.ipynb")
    mark = window.squiggles().first
    expect(mark).to_be_visible(timeout=TIMEOUT)
    box = mark.bounding_box()
    assert box is not None
    window.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # Until VS Code has asked for what it shows by itself, it may drop what it is asked for.
    expect(window.page.locator(".monaco-editor.focused [class*='lightbulb']").first).to_be_visible(timeout=TIMEOUT)
    window.quick_fix("Pin to")
    expect(window.squiggles()).to_have_count(0, timeout=TIMEOUT)
    window.save()
    assert sources(path) == [LAUNCH.replace("latest", "2.9.0"), "# a\n"]


def test_safe_fixes_of_a_whole_notebook_on_save(open_window: OpenWindow, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "exp.ipynb", cell("code", LAUNCH), cell("code", LAUNCH), cell("code", "x = 1"))
    window = open_window(
        tmp_path, settings={"notebook.codeActionsOnSave": {"notebook.source.fixAll.tflsp": "explicit"}}
    )
    window.open("exp.ipynb")
    expect(window.cell(1).locator(".squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    window.cell(2).locator(".view-line").first.click()
    window.page.keyboard.press("End")
    window.page.keyboard.type("0")
    window.save()
    pinned = LAUNCH.replace("latest", "2.9.0")
    assert sources(path) == [pinned, pinned, "x = 10"]
