"""What a window shows, measured: which characters are underlined, what stands in lists, pages inside of the page."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page, TimeoutError, expect

# The text under each wavy line: of the line at its height those characters whose middle lies between its ends.
_UNDERLINED = """
(kind) => [...document.querySelectorAll('.squiggly-' + kind)].map((mark) => {
  const box = mark.getBoundingClientRect();
  const lines = [...mark.closest('.monaco-editor').querySelectorAll('.view-line')];
  const line = lines.find((each) => {
    const { top, bottom } = each.getBoundingClientRect();
    return top <= (box.top + box.bottom) / 2 && (box.top + box.bottom) / 2 <= bottom;
  });
  let text = '';
  if (line === undefined) return text;
  const nodes = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    let index = 0;
    for (const char of node.data) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index += char.length);
      const { left, right } = range.getBoundingClientRect();
      if (box.left <= (left + right) / 2 && (left + right) / 2 <= box.right) text += char;
    }
  }
  return text.replaceAll('\\u00a0', ' ');
})
"""


def underlined(page: Page, kind: str = "warning") -> list[str]:
    """The texts that are underlined as ``error``, ``warning``, ``info`` or ``hint``."""
    found: list[str] = page.evaluate(_UNDERLINED, kind)
    return found


def see_underlined(page: Page, text: str, kind: str = "warning") -> None:
    """Wait until exactly this is underlined somewhere."""
    with suppress(TimeoutError):
        page.wait_for_function(f"([text, kind]) => ({_UNDERLINED})(kind).includes(text)", arg=[text, kind])
    assert text in underlined(page, kind)


def rows(page: Page, selector: str) -> list[str]:
    """The texts of a list's rows, from top to bottom."""
    found: list[str] = page.locator(f"{selector} .monaco-list-row").evaluate_all(
        "rows => rows.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)"
        ".map(row => row.innerText.replace(/\\s+/g, ' ').trim())"
    )
    return found


def webview(page: Page, *, panel: bool, extension: str = "tflsp.tflsp") -> FrameLocator:
    """The inside of an extension's panel, or of its view; there are two frames around each."""
    view = "[src*='purpose=webviewView']"
    ours = f"iframe.webview.ready[src*='extensionId={extension}']" + (f":not({view})" if panel else view)
    return page.frame_locator(ours).frame_locator("#active-frame")


def cell(
    kind: str, source: str, outputs: list[dict[str, Any]] | None = None, count: int | None = None
) -> dict[str, Any]:
    """A cell as nbformat has it."""
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return made if kind == "markdown" else {**made, "outputs": outputs or [], "execution_count": count}


def write_notebook(path: Path, *cells: dict[str, Any]) -> Path:
    """A notebook of nbformat 4.5."""
    numbered = [{"id": f"cell-{number}", **each} for number, each in enumerate(cells)]
    language = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": numbered, "metadata": language, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def sources(path: Path) -> list[str]:
    """The texts of a saved notebook's cells."""
    return ["".join(each["source"]) for each in json.loads(path.read_text("utf-8"))["cells"]]


def show_side_bar(page: Page, title: str = "tflsp") -> None:
    """Show a side bar by its name in the activity bar."""
    item = page.locator(".activitybar .action-item", has=page.locator(f"a[aria-label^='{title}']"))
    if "checked" not in (item.get_attribute("class") or "").split():
        item.locator("a").dispatch_event("click")  # drawn anew with each number that VS Code puts on it
    expect(item).to_have_class(re.compile(r"\bchecked\b"), timeout=120_000)
    expect(page.locator(".sidebar .pane-header").first).to_be_visible(timeout=120_000)
