"""How long it takes from a click in a page to a new cell that has the keyboard: the code above it, and the clock.

Measured inside the page, from the click event to the first picture after the heading is in the editor that has the
keyboard.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_FIT = 'print("Epoch 1/1")\nprint("10/10 [==============================] - 1s 5ms/step - loss: 0.3 - accuracy: 0.95")'
_HEADING = "Debug step #1"
_WATCH = """
(heading) => {
  window.tookForStep = new Promise((resolve, reject) => {
    const look = (began) => requestAnimationFrame(() => {
      if ((TEXTS).some((text) => text.includes(heading))) {
        requestAnimationFrame(() => resolve(performance.now() - began));
      } else if (performance.now() - began > 30000) {
        reject(new Error('no cell after 30 s'));
      } else look(began);
    });
    document.addEventListener('click', () => look(performance.now()), { once: true, capture: true });
  });
}
"""


def write_run(path: Path) -> None:
    """A notebook with a goal and, as cell 1, a run that no step tells of."""
    from tests.e2e.vscode.seeing import cell, write_notebook

    printed = _FIT.replace('print("', "").replace('")', "")
    output = {"output_type": "stream", "name": "stdout", "text": printed}
    goal = cell("markdown", "## Goal\n\nWhy?\n\nTarget: accuracy > 97%\n")
    write_notebook(path, goal, cell("code", _FIT, [output], 1), cell("markdown", "The end."))


def watch(page: Page, texts: str) -> None:
    """Time the next click. ``texts`` is JavaScript: an array of what stands in editors that have the keyboard."""
    page.evaluate(_WATCH.replace("TEXTS", texts), _HEADING)


def took(page: Page) -> float:
    """Milliseconds from the click that was watched to the first step's heading."""
    found: float = page.evaluate("window.tookForStep")
    return found
