"""The extension in the real VS Code: how long its activation takes, and a step from the click to the cell.

Activation is what VS Code itself tells (*Developer: Show Running Extensions*); beside it stand the extensions that VS
Code brings along, as peers of the same windows. A step is measured inside the page, from the button's click event to
the first picture that has the new cell in it, ready to be typed into.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bench import clicks
from bench.figures import milliseconds, summary, table
from bench.options import Goal, Options, Results, listing, recorded

if TYPE_CHECKING:
    from tests.e2e.vscode.harness import Window

ROOT = Path(__file__).parent.parent
# What stands in the editors that have the keyboard.
_TEXTS = (
    "[...document.querySelectorAll('.cell-list-container .monaco-editor.focused')]"
    ".map((each) => each.innerText.replaceAll('\\u00a0', ' '))"
)
_ACTIVATION = re.compile(r"Activation: (\d+)ms")


def run(options: Options) -> Results:
    """Opens windows of VS Code's server in a browser, one after the other."""
    if options.peers_only:
        return {}
    from tests.e2e import chromium
    from tests.e2e.vscode import harness, install, serving

    install.install()
    activations: list[int] = []
    peers: list[int] = []
    steps: list[float] = []
    windows, inserted = (2, 3) if options.quick else (7, 7)
    with tempfile.TemporaryDirectory() as folder, chromium.running() as browser:
        home, packed = Path(folder) / "home", Path(folder) / "tflsp.vsix"
        subprocess.run(["make", "-s", "vsix", f"VSIX={packed}"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        with serving.serving(home, packed) as server:
            server.settings({"tflsp.path": str(ROOT / ".venv/bin/tflsp")})
            for number in range(windows):
                project = Path(folder) / f"project{number}"
                project.mkdir()
                clicks.write_run(project / "exp_lr.ipynb")
                with harness.window(browser, server, project) as window:
                    window.open("exp_lr.ipynb")
                    window.status("tflsp").wait_for()
                    if number == 0:
                        steps = [_step(window) for _ in range(inserted + 1)][1:]  # the first one warms up
                    own, others = _activations(window)
                    activations.append(own)
                    peers += others
    results: Results = {
        "activation": _plain(activations),
        "peers": _plain(peers),
        "step": _plain(steps),
    }
    results["goals"] = [
        recorded(Goal("activation of the extension, median", results["activation"]["p50"], 150, "ms")),
        recorded(Goal("VS Code: a step from the click to its cell, median", results["step"]["p50"], 300, "ms")),
    ]
    return results


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return ""
    rows = [
        [name, *(milliseconds(results[key][each]) for each in ("p50", "p95")), str(results[key]["count"])]
        for name, key in (
            ("activation of tflsp", "activation"),
            ("activation of an extension that VS Code brings", "peers"),
            ("a step, from the click to its cell", "step"),
        )
    ]
    return f"{table(['VS Code', 'p50', 'p95', 'times'], rows)}\n\n{listing(results['goals'])}"


def _plain(values: Sequence[float]) -> Results:
    return asdict(summary(values))


def _step(window: Window) -> float:
    """Milliseconds for a step below the code cell; it is taken back, since the same is not told twice."""
    window.cell(1).locator(".view-line").first.click()
    clicks.watch(window.page, _TEXTS)
    window.page.locator(".notebook-toolbar-container").get_by_label("Insert Debug Step").first.click()
    took = clicks.took(window.page)
    window.page.locator(".monaco-editor.focused .snippet-placeholder").first.wait_for(state="attached")
    window.cell(2).locator(".codicon-notebook-delete-cell").click()
    window.cell(3).wait_for(state="detached")
    return took


def _activations(window: Window) -> tuple[int, list[int]]:
    """Milliseconds of our extension's activation, and those of the others, as VS Code shows them."""
    window.command("Developer: Show Running Extensions")
    rows = window.page.locator(".runtime-extensions-editor .monaco-list-row")
    rows.first.wait_for()
    rows.first.click()
    found: dict[str, int] = {}
    # The list keeps only the rows that are to be seen.
    while True:
        shown = {row.strip().split("\n")[0]: _ACTIVATION.search(row) for row in rows.all_inner_texts()}
        new = {name: int(told[1]) for name, told in shown.items() if told is not None and name not in found}
        if not new:
            break
        found |= new
        window.page.keyboard.press("PageDown")
        window.page.keyboard.press("PageDown")
        window.page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")
    [ours] = [name for name in found if "tflsp" in name.lower()]
    return found.pop(ours), list(found.values())
