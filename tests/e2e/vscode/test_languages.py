"""VS Code in Chinese: the extension's own words, findings and entries follow it, in a light window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.vscode import chinese, kernel, serving
from tests.e2e.vscode.conftest import LIGHT, ensure_installed
from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, rows, show_side_bar, sources, webview, write_notebook

GOAL = "# 学习率 🔧\n\n## 实验目标\n\n为什么准确率停在 92%？\n\n✅ 目标指标：accuracy > 97%\n"
STEP = "## 调试步骤 #1：基线\n\n- learning_rate: 0.1 → 0.01\n- 结果: accuracy 0.9300\n- 分析: 震荡\n"
LATER = "## 调试步骤 #2：降低学习率\n\n- learning_rate: 0.01 → 0.001\n- 结果: accuracy 0.9560\n- 分析: 平稳\n"


@pytest.fixture(scope="module")
def vscode(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Server]:
    """VS Code's server in Chinese."""
    ensure_installed()
    home = tmp_path_factory.mktemp("vscode-chinese")
    packs = kernel.packed(home / "kernel.vsix"), chinese.language_pack(home)
    with serving.serving(home, vsix, *packs, locale=chinese.LOCALE, without=serving.IDLE) as server:
        yield server


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    return {"workbench.colorTheme": LIGHT}


def test_findings_and_entries_in_chinese(window: Window) -> None:
    launch = cell("code", "!docker run --rm tensorflow/tensorflow:latest")
    path = write_notebook(window.folder / "findings.ipynb", cell("markdown", GOAL), launch)
    window.open(path.name)
    expect(window.squiggles().first).to_be_visible(timeout=TIMEOUT)
    window.command("Problems: Focus on Problems View")
    panel = window.page.locator(".markers-panel-container .monaco-list-row")
    expect(panel.filter(has_text="TFL101").filter(has_text="会变动").first).to_be_visible(timeout=TIMEOUT)
    window.edit(1)
    window.in_toolbar("插入调试步骤")
    window.tab_stops()
    window.save()
    assert "调试步骤 #1" in sources(path)[2]


def test_the_extensions_own_words_are_chinese(window: Window) -> None:
    write_notebook(window.folder / "exp.ipynb", *[cell("markdown", text) for text in (GOAL, STEP, LATER)])
    (window.folder / "空.md").write_text("# 空\n", "utf-8")
    window.open("exp.ipynb")
    toolbar = window.page.locator(".notebook-toolbar-container")
    expect(toolbar.get_by_label("插入调试步骤").first).to_be_visible(timeout=TIMEOUT)
    window.open("空.md")
    # The status bar's item, as screen readers are told it.
    item = window.status("tflsp")
    expect(item.locator(".codicon-check")).to_be_visible(timeout=TIMEOUT)
    expect(item.locator("[aria-label*='本机服务器']")).to_be_attached(timeout=TIMEOUT)
    # The palette.
    window.quick_input(">tflsp")
    offered = window.page.locator(".quick-input-list .monaco-list-row")
    expect(offered.filter(has_text="tflsp: 插入调试步骤")).to_be_visible(timeout=TIMEOUT)
    titles = [row for row in rows(window.page, ".quick-input-list") if row.startswith("tflsp: ")]
    titles = [title for title in titles if not title.startswith("tflsp: Focus on")]  # VS Code's own, of each view
    assert len(titles) >= 8
    assert [title for title in titles if not re.search(r"[\u4e00-\u9fff]", title)] == []
    window.page.keyboard.press("Escape")
    # A notification.
    window.command("tflsp: 显示时间线")
    expect(window.toast("这里还没有带步骤的实验")).to_be_visible(timeout=TIMEOUT)
    # The side bar and the timeline.
    show_side_bar(window.page)
    expect(window.page.locator(".sidebar .pane-header", has_text="日志")).to_be_visible(timeout=TIMEOUT)
    expect(window.page.locator(".sidebar .monaco-list-row", has_text="学习率 🔧")).to_be_visible(timeout=TIMEOUT)
    window.press(window.page.locator(".sidebar .monaco-list-row", has_text="#1 基线"))
    expect(window.tab("exp.ipynb")).to_have_class(re.compile(r"\bactive\b"), timeout=TIMEOUT)
    window.in_toolbar("显示时间线")
    page = webview(window.page, panel=True)
    expect(page.locator("svg .step")).to_have_count(2, timeout=TIMEOUT)
    expect(page.locator("html")).to_have_attribute("lang", chinese.LOCALE, timeout=TIMEOUT)
    expect(page.locator("th", has_text="步骤")).to_be_visible(timeout=TIMEOUT)
    expect(page.locator(".unmet")).to_have_text("尚未达成", timeout=TIMEOUT)
    window.command("Notifications: Clear All Notifications")
    window.scene("chinese")
