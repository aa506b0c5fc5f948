"""Into a notebook that is not open, in the real VS Code: a definition leads to the cell."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, write_notebook

BEFORE = "\n\n".join(f"Paragraph {number}." for number in range(60))
STEP = "### Debug step #4: smaller batches\n\n- batch_size: 256 → 32\n- Result: accuracy 0.9000"


def test_a_definition_opens_the_notebook_at_the_cell(window: Window) -> None:
    path = write_notebook(window.folder / "exp_far.ipynb", cell("markdown", BEFORE), cell("markdown", STEP))
    journal = window.folder / "leads.md"
    journal.write_text("# Notes\n\nSee [batches](exp_far.ipynb#debug-step-4-smaller-batches).\n", "utf-8")
    window.open(journal.name)
    window.connected()
    window.go_to(3, 8)
    window.page.keyboard.press("F12")
    expect(window.tab(path.name)).to_be_visible(timeout=TIMEOUT)
    expect(window.cell(1)).to_be_visible(timeout=TIMEOUT)
    expect(window.cell(1).locator(".monaco-editor, .cell-focus-indicator").first).to_be_attached(timeout=TIMEOUT)
    assert "{" not in (window.cell(1).inner_text() or "")
