"""The extension in the real JupyterLab: a step from the click in the cell's toolbar to its cell.

Measured inside the page, from the button's click event to the first picture in which the editor that has the keyboard
shows the step's heading.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bench import clicks
from bench.figures import milliseconds, summary, table
from bench.options import Goal, Options, Results, listing, recorded

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.e2e.jupyter.lab import Window

ROOT = Path(__file__).parent.parent
# What stands in the editors that have the keyboard.
_TEXTS = "[document.activeElement?.closest('.jp-Cell .cm-content')?.innerText ?? '']"


def run(options: Options) -> Results:
    """Opens JupyterLab with the extension of this moment in a browser."""
    if options.peers_only:
        return {}
    from tests.e2e import chromium

    subprocess.run([ROOT / "scripts/build-labextension"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    [wheel] = (ROOT / "editor-client/jupyterlab/dist").glob("*.whl")
    with chromium.running() as browser:
        steps = insertions(browser, wheel, 3 if options.quick else 20)
    results: Results = {"step": asdict(summary(steps))}
    results["goals"] = [
        recorded(Goal("JupyterLab: a step from the click to its cell, median", results["step"]["p50"], 300, "ms"))
    ]
    return results


def report(results: Results) -> str:
    """The results in Markdown."""
    if not results.get("goals"):
        return ""
    step = results["step"]
    row = ["a step, from the click to its cell", *(milliseconds(step[each]) for each in ("p50", "p95"))]
    return (
        f"{table(['JupyterLab', 'p50', 'p95', 'times'], [[*row, str(step['count'])]])}\n\n{listing(results['goals'])}"
    )


def insertions(browser: Browser, wheel: Path, count: int) -> list[float]:
    """Milliseconds of so many steps in a JupyterLab of its own; each is taken back before the next."""
    from tests import components
    from tests.e2e.jupyter import lab as labs

    with tempfile.TemporaryDirectory() as folder:
        prefix, project, home = (Path(folder) / name for name in ("prefix", "project", "home"))
        for made in (prefix, project, home):
            made.mkdir()
        labs.install(labs.OWN / "bin/python", wheel, prefix)
        clicks.write_run(project / "exp_lr.ipynb")
        with (
            labs.serving(home, prefix, components.tensorflow_python(), project) as server,
            labs.window(browser, server, "exp_lr.ipynb") as window,
        ):
            return [_step(window) for _ in range(count + 1)][1:]  # the first one warms up


def _step(window: Window) -> float:
    """Milliseconds for a step below the code cell; it is taken back, since the same is not told twice."""
    window.choose(1)
    clicks.watch(window.page, _TEXTS)
    window.cell(1).get_by_role("button", name="Insert debug step").click()
    took = clicks.took(window.page)
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("d")
    window.page.keyboard.press("d")
    window.cell(3).wait_for(state="detached")
    return took
