"""Places in notebooks that are not open, in the real VS Code: symbols, known errors, links and renamed titles; and the
tree, which leads to where an entry stands now."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, rows, show_side_bar, sources, write_notebook

BEFORE = "\n\n".join(f"Paragraph {number}." for number in range(60))
STEP = "### Debug step #4: {}\n\n- batch_size: 256 → 32\n- Result: accuracy 0.9000"
OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)
ERROR = f"## ❌ OOM error log\n\n> {OOM.format(64)}\n\n💡 Solution: batch(32)"


def notebook(window: Window, name: str, *texts: str) -> Path:
    """A notebook of Markdown cells, the first of which is longer than the window."""
    return write_notebook(window.folder / name, *[cell("markdown", text) for text in (BEFORE, *texts)])


def at_cell(window: Window, path: Path, number: int) -> None:
    """The notebook is shown at a cell."""
    expect(window.tab(path.name)).to_have_class(re.compile(r"\bactive\b"), timeout=TIMEOUT)
    expect(window.cell(number)).to_have_class(re.compile(r"\bfocused\b"), timeout=TIMEOUT)
    expect(window.cell(number)).to_be_in_viewport(timeout=TIMEOUT)


def in_tree(window: Window, text: str | re.Pattern[str]) -> None:
    """Wait until the tree has an entry: by then the server knows the file."""
    show_side_bar(window.page)
    expect(window.page.locator(".sidebar .monaco-list-row", has_text=text)).to_be_visible(timeout=TIMEOUT)


def test_a_symbol_of_the_workspace_leads_to_its_cell(window: Window) -> None:
    path = notebook(window, "exp_symbol.ipynb", STEP.format("symbolic batches"))
    in_tree(window, "#4 symbolic batches")
    window.quick_input("#symbolic")
    window.choose("symbolic batches")
    at_cell(window, path, 1)


def test_an_error_that_was_seen_before_leads_to_its_cell(window: Window) -> None:
    path = notebook(window, "exp_seen.ipynb", STEP.format("seen"), ERROR)
    in_tree(window, "#4 seen")
    pasted = window.folder / "exp_other.md"
    pasted.write_text(f"# Other\n\n## Debug step #1: again\n\n```text\n{OOM.format(8)}\n```\n", "utf-8")
    window.open(pasted.name)
    window.command("Problems: Focus on Problems View")
    seen = window.page.locator(".markers-panel .monaco-list-row", has_text="exp_seen.ipynb")
    expect(seen.first).to_be_visible(timeout=TIMEOUT)
    seen.first.dblclick()
    at_cell(window, path, 2)


def test_a_link_of_a_script_leads_to_its_cell(window: Window) -> None:
    path = notebook(window, "exp_linked.ipynb", STEP.format("linked"))
    script = window.folder / "notes.py"
    script.write_text("# %% [markdown]\n# See [it](exp_linked.ipynb#debug-step-4-linked).\n", "utf-8")
    window.open(script.name)
    window.connected()
    link = window.page.locator(".editor-instance .detected-link, .editor-instance .detected-link-active").first
    expect(link).to_be_visible(timeout=TIMEOUT)
    window.go_to(2, 14)
    window.command("Open Link")
    at_cell(window, path, 1)


def test_links_in_a_closed_notebook_follow_a_renamed_title(window: Window) -> None:
    title = "Debug step #2: lower it"
    link = f'## Debug step #4: "other"\n\n- Result: 准 as "[{title}](exp_run.py#debug-step-2-lower-it)"'
    path = notebook(window, "exp_follows.ipynb", link)
    script = window.folder / "exp_run.py"
    script.write_text(f"# %% [markdown]\n# ### {title}\n#\n# - Result: accuracy 0.9000\n", "utf-8")
    in_tree(window, '#4 "other"')
    window.open(script.name)
    window.connected()
    window.go_to(2, 24)
    window.page.keyboard.press("F2")
    box = window.page.locator(".rename-box input")
    expect(box).to_have_value("lower it", timeout=TIMEOUT)
    box.fill("lower still")
    box.press("Enter")
    # The tree has it from the file: VS Code has saved what it has edited there.
    in_tree(window, re.compile("#4 .*lower still"))
    assert sources(path) == [BEFORE, link.replace("lower it", "lower still").replace("lower-it", "lower-still")]


def test_the_tree_opens_a_closed_notebook_at_its_cell(window: Window) -> None:
    path = notebook(window, "exp_tree.ipynb", STEP.format("first"), STEP.format("same").replace("#4", "#5"), ERROR)
    in_tree(window, "OOM")
    shown = "\n".join(rows(window.page, ".sidebar .pane-body"))
    assert shown.index("#4 first") < shown.index("#5 same") < shown.index("OOM")
    window.press(window.page.locator(".sidebar .monaco-list-row", has_text="#5 same"))
    at_cell(window, path, 2)


def test_the_tree_leads_to_where_a_step_stands_now(window: Window) -> None:
    path = window.folder / "journal.md"
    steps = "\n\n".join(f"## Debug step #{number}: part {number}\n\n- Result: accuracy 0.9" for number in (1, 2, 3))
    path.write_text(f"---\ntype: journal\n---\n\n# a\n\n{steps}\n", "utf-8")
    window.open(path.name)
    in_tree(window, "#3 part 3")
    window.tab(path.name).click()
    window.go_to(5, 4)
    window.page.keyboard.type("\n\nOne\n\nTwo\n")
    window.press(window.page.locator(".sidebar .monaco-list-row", has_text="#2 part 2"))
    line = path.read_text("utf-8").split("\n").index("## Debug step #2: part 2") + 1 + 5
    expect(window.status(f"Ln {line}, Col 1")).to_be_visible(timeout=TIMEOUT)
