"""`python -m tests.e2e.vscode.pictures VSIX`: the extension in the real VS Code, for README and the guide.

The example project with an experiment, GPUs by the tests' stub of NVML: a step that is being written, the timeline in
the light, and both views. Words and numbers come from the real server.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.components import ROOT, program
from tests.e2e.vscode import harness, install, kernel
from tests.e2e.vscode.harness import TIMEOUT, Window
from tests.e2e.vscode.programs import program_with
from tests.e2e.vscode.seeing import cell, webview, write_notebook
from tests.gpu_stub.machine import GIB, T4, Machine

IMAGES = ROOT / "docs/images"
GOAL = """# MNIST: the learning rate

## Goal

Why does accuracy stop at 92 %?

### Hypotheses

1. The learning rate is too high.

✅ Target: accuracy > 97%
"""
STEPS = (
    ("as it was", "learning_rate: 0.1", "0.9214", "It overshoots: the loss jumps from epoch to epoch."),
    ("a tenth of it", "learning_rate: 0.1 → 0.01", "0.9532", "Calmer, and still not at rest."),
    ("larger batches", "batch_size: 32 → 128", "0.9488", "Less noise, fewer updates."),
    ("lower once more", "learning_rate: 0.01 → 0.001", "0.9761", "That was it."),
)
FIT = """learning_rate = 0.0005
model.compile(optimizer=Adam(learning_rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=5, batch_size=128)"""
OUTPUT = "Epoch 5/5\n469/469 [==============================] - 2s 4ms/step - loss: 0.0712 - accuracy: 0.9788\n"


def step(number: int, title: str, change: str, accuracy: str, analysis: str) -> str:
    """A step as the template has it."""
    return f"## Debug step #{number}: {title}\n\n- {change}\n- Result: accuracy {accuracy}\n\n💡 Analysis: {analysis}\n"


def project(folder: Path) -> Path:
    """A project with an experiment."""
    shutil.copytree(ROOT / "examples/mnist_debugging", folder)
    entries = [cell("markdown", step(number, *told)) for number, told in enumerate(STEPS, 1)]
    run = cell("code", FIT, [{"output_type": "stream", "name": "stdout", "text": OUTPUT.splitlines(keepends=True)}], 7)
    write_notebook(folder / "exp_learning_rate.ipynb", cell("markdown", GOAL), *entries, run)
    return folder


@contextmanager
def shown(browser: Browser, server: harness.Server, folder: Path, tflsp: str, *, dark: bool) -> Iterator[Window]:
    """A window with the experiment in it, its server and GPU there."""
    theme = "Default Dark Modern" if dark else "Default Light Modern"
    server.settings({"tflsp.path": tflsp, "workbench.colorTheme": theme, "window.commandCenter": False})
    with harness.window(browser, server, folder, dark=dark) as window:
        window.open("exp_learning_rate.ipynb")
        expect(window.status("GPU")).to_be_visible(timeout=TIMEOUT)
        window.page.locator(".activitybar a[aria-label='tflsp']").click()
        expect(window.page.locator(".sidebar .monaco-list-row", has_text="#4").first).to_be_visible(timeout=TIMEOUT)
        yield window


def take(vsix: Path) -> None:
    """Write the pictures."""
    install.install()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        home = Path(name)
        machine = Machine(home, [{**T4, "memory.used": int(3.2 * GIB), "utilization.gpu": 47}])
        tflsp = program_with(home, machine.environment)
        browser = harness.browser_of(playwright, program("chromium"))
        with harness.serving(home / "vscode", vsix, kernel.packed(home / "kernel.vsix")) as server:
            with shown(browser, server, project(home / "mnist"), tflsp, dark=True) as window:
                journal(window)
            with shown(browser, server, project(home / "mnist_2"), tflsp, dark=False) as window:
                timeline(window)
        browser.close()


def journal(window: Window) -> None:
    """A step that is being written below its run."""
    run = window.cell(5)
    window.page.keyboard.press("Control+End")
    run.locator(".view-line").first.click()
    expect(run.locator(".cell-statusbar-container", has_text="#5")).to_be_visible(timeout=TIMEOUT)
    window.page.locator(".notebook-toolbar-container").get_by_label("Insert Debug Step").first.click()
    expect(window.page.locator(".monaco-editor.focused .snippet-placeholder").first).to_be_attached(timeout=TIMEOUT)
    window.page.keyboard.type("half of that")
    window.page.keyboard.press("Tab")
    row = window.page.locator(".sidebar .monaco-list-row", has_text="#5 half of that")
    expect(row).to_be_visible(timeout=TIMEOUT)
    expect(webview(window.page, panel=False).locator("svg").first).to_be_visible(timeout=TIMEOUT)
    window.page.screenshot(path=IMAGES / "vscode.png")


def timeline(window: Window) -> None:
    """The chart."""
    window.page.locator(".notebook-toolbar-container").get_by_label("Show Timeline").first.click()
    page = webview(window.page, panel=True)
    expect(page.locator("svg .step").first).to_be_visible(timeout=TIMEOUT)
    window.page.locator(".tab.active .codicon-close").first.hover()
    window.command("View: Maximize Editor Group")
    expect(page.locator("svg .step")).to_have_count(len(STEPS), timeout=TIMEOUT)
    window.page.screenshot(path=IMAGES / "vscode-timeline.png")


if __name__ == "__main__":
    take(Path(sys.argv[1]).resolve())
