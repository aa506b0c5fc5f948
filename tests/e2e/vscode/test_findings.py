"""Findings and fixes in the real VS Code: under the right characters, each once, mended as promised."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, see_underlined, sources, write_notebook

LAUNCH = 'note = "🔧💡 准确率"; get_ipython().system("docker run --rm tensorflow/tensorflow:latest")'
MARKDOWN = (
    "# 🔧 环境\n\n`💡 运行` 一下：\n\n```bash\necho 🎯 中文 && docker run --rm tensorflow/tensorflow:latest\n```\n"
)


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    return {
        "editor.codeActionsOnSave": {"source.fixAll.tflsp": "explicit"},
        "notebook.codeActionsOnSave": {"notebook.source.fixAll.tflsp": "explicit"},
    }


def test_underlined_are_the_characters_that_are_meant(window: Window) -> None:
    write_notebook(window.folder / "marked.ipynb", cell("code", LAUNCH), cell("markdown", "# a\n"))
    (window.folder / "marked.md").write_text(MARKDOWN, "utf-8")
    window.open("marked.ipynb")
    expect(window.cell(0).locator(".squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    see_underlined(window.page, "latest")
    window.close_all()
    window.open("marked.md")
    expect(window.page.locator(".editor-instance .squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    see_underlined(window.page, "latest")


def test_each_finding_is_shown_once(window: Window) -> None:
    """Cells are told of by pushing, files by pulling, the closed ones by asking for the workspace."""
    window.command("Problems: Focus on Problems View")
    panel = window.page.locator(".markers-panel-container")
    expect(panel.get_by_text("No problems have been detected")).to_be_visible(timeout=TIMEOUT)  # of files that are gone
    write_notebook(window.folder / "once.ipynb", cell("code", LAUNCH), cell("markdown", MARKDOWN))
    (window.folder / "once.md").write_text(MARKDOWN, "utf-8")
    (window.folder / "closed.md").write_text(MARKDOWN, "utf-8")
    window.open("once.md")
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.open("once.ipynb")
    expect(window.cell(0).locator(".squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    expect(panel.locator(".monaco-list-row", has_text="closed.md")).to_be_visible(timeout=TIMEOUT)
    moving = panel.locator(".monaco-list-row", has_text="TFL101")
    expect(moving.filter(has_text="[Ln 1, ")).to_have_count(1, timeout=TIMEOUT)  # a cell
    expect(moving).to_have_count(4, timeout=TIMEOUT)  # two cells, an open file, a closed one


def test_a_fix_in_a_cell_is_in_the_saved_file(window: Window) -> None:
    path = write_notebook(window.folder / "fixed.ipynb", cell("code", LAUNCH), cell("markdown", "# a\n"))
    window.open(path.name)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.edit(0)
    window.page.keyboard.press("End")
    for _ in '")t':  # into the word that is underlined
        window.page.keyboard.press("ArrowLeft")
    # Until VS Code has asked for what it shows by itself, it may drop what it is asked for.
    expect(window.page.locator(".monaco-editor.focused [class*='lightbulb']").first).to_be_visible(timeout=TIMEOUT)
    window.quick_fix("Pin to")
    expect(window.squiggles()).to_have_count(0, timeout=TIMEOUT)
    window.save()
    assert sources(path) == [LAUNCH.replace("latest", "2.9.0"), "# a\n"]


def test_safe_fixes_of_a_whole_notebook_on_save(window: Window) -> None:
    cells = cell("code", LAUNCH), cell("code", LAUNCH), cell("code", "x = 1")
    path = write_notebook(window.folder / "safe.ipynb", *cells)
    window.open(path.name)
    expect(window.cell(1).locator(".squiggly-warning").first).to_be_visible(timeout=TIMEOUT)
    window.edit(2)
    window.page.keyboard.press("End")
    window.page.keyboard.type("0")
    window.save()
    pinned = LAUNCH.replace("latest", "2.9.0")
    assert sources(path) == [pinned, pinned, "x = 10"]


def test_safe_fixes_of_a_text_on_save(window: Window) -> None:
    path = window.folder / "safe.sh"
    path.write_text("echo 🎯\ndocker run --rm tensorflow/tensorflow:latest\n", "utf-8")
    window.open(path.name)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.page.keyboard.press("End")
    window.page.keyboard.type("0")
    window.save()
    assert path.read_text("utf-8") == "echo 🎯0\ndocker run --rm tensorflow/tensorflow:2.9.0\n"
