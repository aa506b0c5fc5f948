"""JupyterLab below a path, as JupyterHub and proxies serve it: the browser finds its half in the server there."""

from __future__ import annotations

from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect

from tests.e2e.jupyter import lab as labs
from tests.e2e.jupyter.conftest import CELLS, write_notebook
from tests.gpu_stub.machine import Machine

BASE = "/user/ann%40b/proxy/8888/"


def test_all_of_it_works_below_a_path(
    installed: Path, tensorflow_python: Path, machine: Machine, page: Page, tmp_path: Path
) -> None:
    """An entry, the journal, a fix and the GPUs are asked for there; language servers are reached there."""
    workspace = tmp_path / "work"
    workspace.mkdir()
    write_notebook(workspace / "exp.ipynb", CELLS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tflsp/" in request.url else None)
    with (
        labs.serving(tmp_path, installed, tensorflow_python, workspace, machine.environment, BASE) as lab,
        labs.opened(page, lab, "exp.ipynb") as window,
    ):
        expect(page.locator(".jp-tflsp-gpu")).to_contain_text("GPU")
        shell = window.cell(6)
        expect(shell.locator(".cm-lintRange-warning").last).to_have_text("latest")
        window.choose(1)
        window.command("Insert debug step")
        expect(window.cell(2)).to_contain_text("### Debug step #1")
        window.is_edited(2)
        window.save()
        assert nbformat.read(window.file, 4).cells[2].source.startswith("### Debug step #1")
        window.command("Show journal")
        expect(page.locator("#tflsp-journal .jp-tflsp-entry")).to_have_count(2)
        window.command("Fix all that is safe to fix")
        window.is_told("Cells that were fixed")
        assert {url.rpartition("/")[2].partition("?")[0] for url in asked} >= {"entry", "entries", "fixes", "gpu"}
        assert [url for url in asked if not url.startswith(lab.address("tflsp/"))] == []
        assert lab.ask("GET", "tflsp/gpu", None, {})[0] == 403
