"""What was learned, in the real VS Code: promotion into guides, steps compared, numbers and the summary kept up."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.seeing import cell, rows, show_side_bar, sources, webview, write_notebook

JOURNAL = """---
type: journal
---

# Learning rate 🔧

## Goal

Why does accuracy stop at 92 %?

✅ Target: accuracy > 97%

## Debug step #1: as it was

- learning_rate: 0.1 → 0.01
- Result: accuracy 0.9300
- Analysis: it overshoots

## Debug step #{second}: lower it 准

- learning_rate: 0.01 → 0.001
- Result: accuracy 0.9810
- Analysis: steady

## ❌ Error log: out of memory

```text
ResourceExhaustedError: OOM when allocating tensor with shape[60000,784] and type float
```

- Cause: all images at once
- Solution: batch(32)
"""
NAMES = (f"journal_{number}.md" for number in itertools.count(1))
GUIDES = ["SUMMARY.md", "best_practices.md", "troubleshooting_guide.md"]


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    return {"tflsp.codeLens": True}


@pytest.fixture
def journal(window: Window) -> Path:
    """A journal with two steps and an error, in the side bar and in an editor, which keeps the keyboard: where that
    goes elsewhere within a quarter of a second, VS Code does not ask for lenses.

    Each with a name of its own: of a file that it has had before VS Code may hold an earlier text.
    """
    path = window.folder / next(NAMES)
    path.write_text(JOURNAL.format(second=2), "utf-8")
    show_side_bar(window.page)
    window.open(path.name)
    expect(row(window, "#2 lower it")).to_be_visible(timeout=TIMEOUT)
    return path


def row(window: Window, text: str) -> Locator:
    """A row of the side bar."""
    return window.page.locator(".sidebar .monaco-list-row", has_text=text)


def lens(window: Window, text: str, beside: str = "") -> Locator:
    """A lens, by its text and another's of the same step."""
    lenses = window.page.locator(".editor-instance .codelens-decoration", has_text=beside)
    return lenses.locator("a", has_text=text)


def choices(window: Window) -> list[str]:
    """What is asked where to."""
    expect(window.page.locator(".quick-input-list .monaco-list-row").nth(2)).to_be_visible(timeout=TIMEOUT)
    return rows(window.page, ".quick-input-list")


def test_a_lens_promotes_a_step_with_links_both_ways(window: Window, journal: Path) -> None:
    lens(window, "promote", beside="compare with #1").click()
    assert choices(window) == GUIDES
    window.choose("best_practices.md")
    expect(window.toast("Promoted into best_practices.md")).to_be_visible(timeout=TIMEOUT)
    window.save_all(journal.name, "best_practices.md")
    guide = (window.folder / "best_practices.md").read_text("utf-8")
    assert "\n## lower it 准\n\nsteady\n\n- learning_rate: 0.01 → 0.001\n- Result: accuracy 0.9810\n" in guide
    source = f"[{journal.name}, step #2]({journal.name}#debug-step-2-lower-it-准)"
    assert f"- Source: {source} <!-- tflsp: entry " in guide
    back = "- Promoted to: [best_practices.md](best_practices.md#lower-it-准)\n\n## ❌ Error log"
    assert journal.read_text("utf-8").count(back) == 1


def test_the_tree_promotes_and_compares(window: Window, journal: Path) -> None:
    step = row(window, "#1 as it was")
    step.hover()
    window.press(step.get_by_label("Promote into a Guide..."))
    assert choices(window) == GUIDES
    window.choose("SUMMARY.md")
    expect(window.toast("Promoted into SUMMARY.md")).to_be_visible(timeout=TIMEOUT)
    window.save_all(journal.name, "SUMMARY.md")
    guide = (window.folder / "SUMMARY.md").read_text("utf-8")
    assert f"([{journal.name}, step #1]({journal.name}#debug-step-1-as-it-was)) <!--" in guide
    assert "- Promoted to: [SUMMARY.md](SUMMARY.md" in journal.read_text("utf-8")
    second = row(window, "#2 lower it")
    second.hover()
    window.press(second.get_by_label("Compare with the Step Before"))
    told = webview(window.page, panel=True, extension="vscode.markdown-language-features")
    expect(told.locator("td", has_text="learning_rate")).to_be_visible(timeout=TIMEOUT)
    expect(told.locator("tr", has_text="accuracy")).to_contain_text("0.981", timeout=TIMEOUT)


def test_a_lens_compares_and_the_palette_promotes_an_error(window: Window, journal: Path) -> None:
    lens(window, "compare with #1").click()
    told = webview(window.page, panel=True, extension="vscode.markdown-language-features")
    expect(told.locator("td", has_text="learning_rate")).to_be_visible(timeout=TIMEOUT)
    window.tab(journal.name).click()
    window.go_to(journal.read_text("utf-8").split("\n").index("- Cause: all images at once") + 1)
    window.command("tflsp: Promote into a Guide...")
    assert choices(window) == ["troubleshooting_guide.md", *GUIDES[:2]]  # what errors go to comes first
    window.choose("troubleshooting_guide.md")
    expect(window.toast("Promoted into troubleshooting_guide.md")).to_be_visible(timeout=TIMEOUT)
    window.save_all(journal.name, "troubleshooting_guide.md")
    guide = (window.folder / "troubleshooting_guide.md").read_text("utf-8")
    assert "out of memory" in guide
    assert "\n- Fingerprint: `" in guide
    assert "- Promoted to: [troubleshooting_guide.md](troubleshooting_guide.md#" in journal.read_text("utf-8")


def test_steps_are_renumbered_in_a_notebook(window: Window) -> None:
    parts = JOURNAL.format(second=5).partition("# Learning rate")
    title, first, second = ("".join(parts[1:]).split("\n## Debug step")[number] for number in range(3))
    texts = [
        title.strip(),
        f"## Debug step{first}".strip(),
        f"## Debug step{second.split(chr(10) + '## ❌')[0]}".strip(),
    ]
    path = write_notebook(window.folder / "exp.ipynb", *[cell("markdown", text) for text in texts])
    window.open(path.name)
    show_side_bar(window.page)
    expect(row(window, "#5 lower it")).to_be_visible(timeout=TIMEOUT)
    window.command("tflsp: Renumber Steps")
    expect(row(window, "#2 lower it")).to_be_visible(timeout=TIMEOUT)
    window.save_all(path.name)
    assert sources(path) == [*texts[:2], texts[2].replace("#5", "#2")]


def test_the_summary_lists_the_experiments(window: Window, journal: Path) -> None:
    window.command("tflsp: Update SUMMARY.md")
    expect(window.tab("SUMMARY.md")).to_be_visible(timeout=TIMEOUT)
    window.save_all("SUMMARY.md")
    told = (window.folder / "SUMMARY.md").read_text("utf-8")
    [line] = [line for line in told.splitlines() if line.startswith("|") and journal.name in line]
    assert "Learning rate" in line
    assert "98.1 % (#2)" in line
