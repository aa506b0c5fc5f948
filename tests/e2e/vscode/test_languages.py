"""The extension in Chinese, in a light window: its own words, the manifest's, and the server's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.components import ROOT
from tests.e2e.vscode import harness, kernel
from tests.e2e.vscode.harness import TIMEOUT
from tests.e2e.vscode.seeing import cell, rows, sources, write_notebook

GOAL = "# 实验目标\n\n为什么准确率停在 92%？\n"


@pytest.fixture
def chinese(vsix: Path, vscode: harness.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Server]:
    """VS Code's server in Chinese. (`vscode` installs the program.)"""
    home = tmp_path_factory.mktemp("chinese")
    # A language pack as VS Code keeps it once it is installed, with nothing of VS Code's own translated.
    words = home / "words.json"
    words.write_text(json.dumps({"": [], "version": "1.0.0", "contents": {}}), "utf-8")
    known = {"hash": "0", "extensions": [], "translations": {"vscode": str(words)}, "label": "中文(简体)"}
    (home / "data").mkdir()
    (home / "data/languagepacks.json").write_text(json.dumps({"zh-cn": known}), "utf-8")
    with harness.serving(home, vsix, kernel.packed(home / "kernel.vsix"), locale="zh-cn") as server:
        yield server


def test_everything_that_is_ours_is_chinese(browser: Browser, chinese: harness.Server, tmp_path: Path) -> None:
    launch = cell("code", "!docker run --rm tensorflow/tensorflow:latest")
    path = write_notebook(tmp_path / "exp.ipynb", cell("markdown", GOAL), launch)
    chinese.settings({"tflsp.path": str(ROOT / ".venv/bin/tflsp"), "workbench.colorTheme": "Default Light Modern"})
    with harness.window(browser, chinese, tmp_path, dark=False) as window:
        window.open("exp.ipynb")
        expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
        window.command("Problems: Focus on Problems View")
        panel = window.page.locator(".markers-panel-container .monaco-list-row")
        expect(panel.filter(has_text="TFL101")).to_be_visible(timeout=TIMEOUT)
        assert any("TFL101" in row and "会变动" in row for row in rows(window.page, ".markers-panel-container"))
        window.cell(1).locator(".view-line").first.click()
        window.page.locator(".notebook-toolbar-container").get_by_label("插入调试步骤").first.click()
        expect(window.cell(2).locator(".monaco-editor.focused")).to_be_visible(timeout=TIMEOUT)
        window.save()
        assert sources(path)[2].startswith("## 调试步骤 #1")
        window.status("tflsp").click()
        offered = window.page.locator(".quick-input-list .monaco-list-row")
        expect(offered.filter(has_text="重启服务器")).to_be_visible(timeout=TIMEOUT)
