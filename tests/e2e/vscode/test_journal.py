"""The journal in the real VS Code: a run becomes a step in a cell of its own, and the tree and the timeline show it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.vscode.conftest import OpenWindow
from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, rows, sources, webview, write_notebook

GOAL = """## 🎯 Goal

Why does accuracy stop at 92 %?

### Hypotheses

1. The learning rate is too high.

✅ Target: accuracy > 97%
"""
FIRST = """## Debug step #1: as it was

- learning_rate: 0.1 → 0.01
- Result: accuracy 0.9300
- Analysis: it overshoots 🔧
"""
FIT = """learning_rate = 0.001
print("Epoch 1/1")
print("10/10 [==============================] - 1s 5ms/step - loss: 0.3000 - accuracy: 0.9560")"""
OOM = """class ResourceExhaustedError(Exception): pass
raise ResourceExhaustedError("OOM when allocating tensor with shape[60000,784] and type float")"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """An experiment with a goal, a step, two cells that can be run, and text behind them."""
    cells = [cell("markdown", GOAL), cell("markdown", FIRST), cell("code", FIT), cell("code", OOM)]
    return write_notebook(tmp_path / "exp_lr.ipynb", *cells, cell("markdown", "The end. 完"))


def run(window: Window, number: int) -> None:
    """Run a cell, and wait until it has run."""
    code = window.cell(number)
    code.locator(".view-line").first.click()
    code.locator(".run-button-container .codicon-notebook-execute").first.click()
    ended = ".codicon-notebook-state-success, .codicon-notebook-state-error"
    expect(code.locator(ended).first).to_be_visible(timeout=TIMEOUT)


def tab_stops(window: Window) -> None:
    """Wait until the placeholders of an entry can be typed into."""
    expect(window.page.locator(".monaco-editor.focused .snippet-placeholder").first).to_be_attached(timeout=TIMEOUT)


def test_a_run_that_is_not_logged_becomes_a_step_below_it(open_window: OpenWindow, notebook: Path) -> None:
    before = json.loads(notebook.read_text("utf-8"))
    window = open_window(notebook.parent)
    window.open(notebook.name)
    run(window, 2)
    offered = window.cell(2).locator(".cell-statusbar-container .cell-status-item-has-command", has_text="#2")
    expect(offered).to_be_visible(timeout=TIMEOUT)
    offered.click()
    tab_stops(window)
    window.page.keyboard.type("Lower it 准")
    window.save()
    after = json.loads(notebook.read_text("utf-8"))
    assert [each["cell_type"] for each in after["cells"]] == ["markdown"] * 2 + ["code", "markdown", "code", "markdown"]
    step = "".join(after["cells"][3]["source"])
    assert step.startswith("## Debug step #2: Lower it 准\n"), step
    assert "0.9560" in step  # of outputs that had not been saved
    rest = after["cells"][:3] + after["cells"][4:]
    assert [each["source"] for each in rest] == [each["source"] for each in before["cells"]]
    assert len({each["id"] for each in after["cells"]}) == 6
    expect(offered).to_have_count(0, timeout=TIMEOUT)


def test_an_error_is_archived_from_its_cell(open_window: OpenWindow, notebook: Path) -> None:
    window = open_window(notebook.parent)
    window.open(notebook.name)
    run(window, 3)
    button = window.cell(3).locator(".cell-statusbar-container .cell-status-item-has-command .codicon-error")
    expect(button).to_be_visible(timeout=TIMEOUT)
    button.click()
    expect(window.cell(4).locator(".monaco-editor.focused")).to_be_visible(timeout=TIMEOUT)
    window.save()
    entry = sources(notebook)[4]
    assert "[60000,784]" in entry
    assert "ResourceExhaustedError" in entry


def test_the_notebooks_toolbar_inserts_below_the_selected_cell(open_window: OpenWindow, notebook: Path) -> None:
    window = open_window(notebook.parent)
    window.open(notebook.name)
    window.cell(2).locator(".view-line").first.click()
    window.page.locator(".notebook-toolbar-container").get_by_label("Insert Debug Step").first.click()
    tab_stops(window)
    window.save()
    assert "Debug step #2" in sources(notebook)[3]


def test_a_step_in_markdown_has_live_tab_stops(open_window: OpenWindow, tmp_path: Path) -> None:
    text = f"---\ntype: journal\n---\n\n# 实验\n\n{GOAL}\n{FIRST}"
    path = tmp_path / "journal.md"
    path.write_text(text, "utf-8")
    window = open_window(tmp_path)
    window.open("journal.md")
    expect(window.status("tflsp")).to_be_visible(timeout=TIMEOUT)
    window.go_to(1)
    window.page.keyboard.press("Control+End")
    window.page.keyboard.press("Control+Alt+j")
    window.page.keyboard.press("s")
    tab_stops(window)
    window.page.keyboard.type("Second")
    window.save()
    assert path.read_text("utf-8").startswith(text.rstrip("\n"))
    assert "Debug step #2: Second\n" in path.read_text("utf-8")


def show_journal(window: Window) -> None:
    """Show tflsp's side bar."""
    window.page.locator(".activitybar a[aria-label='tflsp']").click()
    expect(window.page.locator(".sidebar .monaco-list-row").first).to_be_visible(timeout=TIMEOUT)


def test_the_tree_follows_the_journal_and_opens_its_entries(open_window: OpenWindow, notebook: Path) -> None:
    window = open_window(notebook.parent)
    show_journal(window)
    step = window.page.locator(".sidebar .monaco-list-row", has_text="#1 as it was")
    expect(step).to_be_visible(timeout=TIMEOUT)
    step.click()
    expect(window.tab(notebook.name)).to_be_visible(timeout=TIMEOUT)
    run(window, 2)
    window.command("Insert Debug Step")
    tab_stops(window)
    window.page.keyboard.type("Lower it")
    expect(window.page.locator(".sidebar .monaco-list-row", has_text="#2 Lower it")).to_be_visible(timeout=TIMEOUT)
    assert [row for row in rows(window.page, ".sidebar .pane-body") if row.startswith("#")] != []
    window.picture("journal")


def test_the_timeline_draws_every_step(open_window: OpenWindow, notebook: Path) -> None:
    second = FIRST.replace("#1: as it was", "#2: lower").replace("0.9300", "0.9810")
    second = second.replace("0.1 → 0.01", "0.01 → 0.001")
    write_notebook(notebook, cell("markdown", GOAL), cell("markdown", FIRST), cell("markdown", second))
    window = open_window(notebook.parent)
    window.open(notebook.name)
    window.page.locator(".notebook-toolbar-container").get_by_label("Show Timeline").first.click()
    page = webview(window.page, panel=True)
    expect(page.locator("svg .step")).to_have_count(2, timeout=TIMEOUT)
    expect(page.locator("svg .target")).to_have_count(1)
    expect(page.locator("table tbody tr")).to_have_count(2)
    told = "Step 2: lower, 0.981\nlearning_rate 0.01 → 0.001\nit overshoots 🔧"
    expect(page.locator("svg .best")).to_have_attribute("aria-label", told)
    window.picture("timeline")
