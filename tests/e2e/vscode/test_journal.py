"""The journal in the real VS Code: a run becomes a step in a cell of its own, and the tree and the timeline show it."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, rows, show_side_bar, sources, webview, write_notebook

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
PASTED = "ResourceExhaustedError: OOM when allocating tensor with shape[60000,784] and type float"


NAMES = (f"exp_lr_{number}.ipynb" for number in itertools.count(1))


@pytest.fixture
def notebook(window: Window) -> Path:
    """An experiment with a goal, a step, two cells that can be run, and text behind them.

    Each with a name of its own: of those it knows VS Code remembers where one was.
    """
    cells = [cell("markdown", GOAL), cell("markdown", FIRST), cell("code", FIT), cell("code", OOM)]
    return write_notebook(window.folder / next(NAMES), *cells, cell("markdown", "The end. 完"))


def test_a_run_that_is_not_logged_becomes_a_step_below_it(window: Window, notebook: Path) -> None:
    before = json.loads(notebook.read_text("utf-8"))
    window.open(notebook.name)
    code = window.run(2)
    offered = code.locator(".cell-statusbar-container .cell-status-item-has-command", has_text="#2")
    window.press(offered)
    window.tab_stops()
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


def test_an_error_is_archived_from_its_cell(window: Window, notebook: Path) -> None:
    window.open(notebook.name)
    code = window.run(3)
    offered = code.locator(".cell-statusbar-container .cell-status-item-has-command")
    window.press(offered.filter(has=window.page.locator(".codicon-error")))
    expect(window.cell(4).locator(".monaco-editor.focused")).to_contain_text("ResourceExhaustedError", timeout=TIMEOUT)
    window.save()
    entry = sources(notebook)[4]
    assert "[60000,784]" in entry
    assert "ResourceExhaustedError" in entry


def test_the_light_bulb_logs_a_run_and_a_pasted_error(window: Window, notebook: Path) -> None:
    window.open(notebook.name)
    code = window.run(2)
    expect(code.locator(".cell-statusbar-container .cell-status-item-has-command", has_text="#2")).to_be_visible(
        timeout=TIMEOUT
    )
    light = window.page.locator(".monaco-editor.focused [class*='lightbulb']").first
    window.edit(2)
    window.page.keyboard.press("ArrowRight")  # it is looked for where the cursor comes to
    expect(light).to_be_visible(timeout=TIMEOUT)
    window.quick_fix("debug step #2")
    window.tab_stops()
    window.save()
    assert sources(notebook)[3].startswith("## Debug step #2")
    path = window.folder / "pasted.md"
    path.write_text(f"---\ntype: journal\n---\n\n# a\n\n{FIRST}\n```text\n{PASTED}\n```\n", "utf-8")
    window.open(path.name)
    window.go_to(path.read_text("utf-8").split("\n").index(PASTED) + 1, 4)
    expect(light).to_be_visible(timeout=TIMEOUT)
    window.quick_fix("Insert error log")
    window.save()
    assert re.search("^## ❌.*\\[60000,784\\]", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_toolbars_insert_below_the_selected_cell(window: Window, notebook: Path) -> None:
    before = sources(notebook)
    window.open(notebook.name)
    window.edit(2)
    window.in_toolbar("Insert Debug Step")
    window.tab_stops()
    window.save()
    assert "Debug step #2" in sources(notebook)[3]
    # One undo takes it back, once the keyboard is the notebook's and no longer the cell's.
    while window.page.locator(".monaco-editor.focused").count():
        window.page.keyboard.press("Escape")
    window.page.keyboard.press("Control+z")
    expect(window.page.get_by_text("Debug step #2")).to_have_count(0, timeout=TIMEOUT)
    window.save()
    assert sources(notebook) == before
    # The cell's own toolbar.
    window.edit(2)
    window.press(window.cell(2).locator(".cell-title-toolbar").get_by_label("Insert Debug Step"))
    window.tab_stops()
    window.save()
    step, rest = sources(notebook)[3], sources(notebook)[:3] + sources(notebook)[4:]
    assert step.startswith("## Debug step #2")
    assert rest == before


def test_a_step_in_markdown_has_live_tab_stops(window: Window) -> None:
    text = f"---\ntype: journal\n---\n\n# 实验\n\n{GOAL}\n{FIRST}"
    path = window.folder / "steps.md"
    path.write_text(text, "utf-8")
    window.open(path.name)
    window.connected()
    window.go_to(text.count("\n") + 1)
    window.page.keyboard.press("Control+Alt+j")
    window.page.keyboard.press("s")
    window.tab_stops()
    window.page.keyboard.type("Second")
    window.save()
    assert path.read_text("utf-8").startswith(text.rstrip("\n"))
    assert "Debug step #2: Second\n" in path.read_text("utf-8")


def test_the_tree_follows_the_journal_and_opens_its_entries(window: Window, notebook: Path) -> None:
    first = FIRST.replace("as it was", "at first")  # a title of its own: VS Code may still hold an earlier notebook
    write_notebook(notebook, cell("markdown", GOAL), cell("markdown", first), cell("code", FIT))
    show_side_bar(window.page)
    step = window.page.locator(".sidebar .monaco-list-row", has_text="#1 at first")
    expect(step).to_be_visible(timeout=TIMEOUT)
    window.press(step)
    expect(window.tab(notebook.name)).to_have_class(re.compile(r"\bactive\b"), timeout=TIMEOUT)
    expect(window.cell(1)).to_have_class(re.compile(r"\bfocused\b"), timeout=TIMEOUT)
    window.run(2)
    window.command("tflsp: Insert Debug Step")
    window.tab_stops()
    window.page.keyboard.type("Lower it")
    expect(window.page.locator(".sidebar .monaco-list-row", has_text="#2 Lower it")).to_be_visible(timeout=TIMEOUT)
    assert [row for row in rows(window.page, ".sidebar .pane-body") if row.startswith("#")] != []
    window.scene("journal")


def set_theme(window: Window, name: str, kind: str) -> None:
    """Choose a colour theme, as its list has it, and wait until the window has it."""
    window.command("Preferences: Color Theme")
    box = window.page.locator(".quick-input-widget input").first
    expect(box).to_have_attribute("placeholder", re.compile("Color Theme"), timeout=TIMEOUT)
    box.fill(name)
    window.choose(name)
    expect(window.page.locator(f".monaco-workbench.{kind}")).to_be_visible(timeout=TIMEOUT)


_CONTRAST = """
body => {
  const light = color => color.match(/[\\d.]+/g).slice(0, 3).reduce((all, each) => all + Number(each) / 765, 0);
  const { color, backgroundColor } = getComputedStyle(body);
  return light(color) - light(backgroundColor);
}
"""


def lighter(page: FrameLocator) -> float:
    """How much lighter the timeline's words are than what is behind them: 1 is white on black, -1 black on white."""
    found: float = page.locator("body").evaluate(_CONTRAST)
    return found


def step(number: int, title: str, change: str, accuracy: str, analysis: str) -> dict[str, Any]:
    """A step's cell."""
    told = f"- learning_rate: {change}\n- Result: accuracy {accuracy}\n- Analysis: {analysis}\n"
    return cell("markdown", f"## Debug step #{number}: {title}\n\n{told}")


def test_the_timeline_draws_every_step(window: Window, notebook: Path) -> None:
    steps = [
        step(1, "as it was", "0.1 → 0.05", "0.9210", "it overshoots 🔧"),
        step(2, "lower", "0.05 → 0.01", "0.9560", "better, not there yet"),
        step(3, "lower still", "0.01 → 0.001", "0.9810", "steady"),
    ]
    error = cell("markdown", "## ❌ Error log: out of memory\n\n- Cause: all images at once\n- Solution: batch(32)\n")
    write_notebook(notebook, cell("markdown", GOAL), *steps[:2], error, steps[2])
    window.open(notebook.name)
    window.in_toolbar("Show Timeline")
    page = webview(window.page, panel=True)
    expect(page.locator("svg .step")).to_have_count(3, timeout=TIMEOUT)
    expect(page.locator("svg .target")).to_have_count(1, timeout=TIMEOUT)
    expect(page.locator("svg .incident")).to_have_count(1, timeout=TIMEOUT)
    expect(page.locator("table tbody tr")).to_have_count(4, timeout=TIMEOUT)
    told = "Step 3: lower still, 0.981\nlearning_rate 0.01 → 0.001\nsteady"
    expect(page.locator("svg .best")).to_have_attribute("aria-label", told, timeout=TIMEOUT)
    window.scene("timeline")
    assert lighter(page) > 0.5
    set_theme(window, "Light Modern", "vs")
    expect(page.locator("body.vscode-light")).to_be_visible(timeout=TIMEOUT)
    assert lighter(page) < -0.5
    window.scene("timeline-light")
    set_theme(window, "Dark Modern", "vs-dark")


def test_the_timeline_is_used_by_keyboard(window: Window, notebook: Path) -> None:
    window.open(notebook.name)
    window.connected()
    window.edit(2)
    window.page.keyboard.press("Control+Alt+j")
    window.page.keyboard.press("t")
    page = webview(window.page, panel=True)
    step = page.get_by_role("button", name="Step 1: as it was")
    expect(step).to_be_visible(timeout=TIMEOUT)
    page.locator("h1").click()
    window.page.keyboard.press("Tab")
    expect(step).to_be_focused(timeout=TIMEOUT)
    window.page.keyboard.press("Enter")
    expect(window.tab(notebook.name)).to_have_class(re.compile(r"\bactive\b"), timeout=TIMEOUT)
    expect(window.cell(1)).to_have_class(re.compile(r"\bfocused\b"), timeout=TIMEOUT)
    expect(window.page.locator(f".tab[data-resource-name='{notebook.name}']")).to_have_count(1)


@pytest.mark.parametrize(("key", "heading"), [("g", "goal"), ("e", "error log"), ("c", "conclusion")])
def test_entries_by_keyboard(window: Window, key: str, heading: str) -> None:
    path = window.folder / f"journal_{key}.md"
    text = f"---\ntype: journal\n---\n\n# a\n\n{FIRST}"
    path.write_text(text, "utf-8")
    window.open(path.name)
    window.connected()
    window.go_to(text.count("\n") + 1)
    window.page.keyboard.press("Control+Alt+j")
    window.page.keyboard.press(key)
    window.tab_stops()
    window.page.keyboard.press("Escape")
    window.save()
    assert re.search(f"^## .*{heading}", path.read_text("utf-8"), re.MULTILINE | re.IGNORECASE)
