"""Findings and entries in Chinese, in a light window. That the extension has all its own words, its unit tests say."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.vscode.conftest import OpenWindow
from tests.e2e.vscode.harness import TIMEOUT
from tests.e2e.vscode.seeing import cell, rows, sources, write_notebook

GOAL = "## 实验目标\n\n为什么准确率停在 92%？\n"


def test_findings_and_entries_in_chinese(open_window: OpenWindow, tmp_path: Path) -> None:
    launch = cell("code", "!docker run --rm tensorflow/tensorflow:latest")
    path = write_notebook(tmp_path / "exp.ipynb", cell("markdown", GOAL), launch)
    window = open_window(tmp_path, settings={"tflsp.language": "zh"}, dark=False)
    window.open("exp.ipynb")
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.command("Problems: Focus on Problems View")
    panel = window.page.locator(".markers-panel-container .monaco-list-row")
    expect(panel.filter(has_text="TFL101")).to_be_visible(timeout=TIMEOUT)
    assert any("TFL101" in row and "会变动" in row for row in rows(window.page, ".markers-panel-container"))
    window.cell(1).locator(".view-line").first.click()
    window.page.locator(".notebook-toolbar-container").get_by_label("Insert Debug Step").first.click()
    expect(window.page.locator(".monaco-editor.focused .snippet-placeholder").first).to_be_attached(timeout=TIMEOUT)
    window.save()
    assert "调试步骤 #1" in sources(path)[2]
