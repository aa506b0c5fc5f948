"""`%load_ext tflsp` in the real classic notebook, of the version that TensorFlow's own image runs, in Chromium."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import components
from tests.components import ROOT
from tests.e2e import chromium
from tests.e2e.jupyter import lab as labs
from tests.e2e.jupyter.conftest import write_notebook
from tests.e2e.jupyter.kernels import write_kernel

OWN = ROOT / ".cache" / "classic-notebook"
CELLS = (
    ("code", "%load_ext tflsp"),
    ("code", "batch = 32 // 0  # 😀"),
    ("code", "%tflsp error"),
    ("code", '%tflsp goal "为什么？ Why?"'),
)
_CONNECTED = "window.Jupyter?.notebook?._fully_loaded && Jupyter.notebook.kernel?.info_reply?.protocol_version"


@pytest.fixture(scope="module")
def classic_python() -> Path:
    """The interpreter that has the classic notebook."""
    python = OWN / "bin" / "python"
    lock, stamp = ROOT / "requirements" / "classic-notebook.txt", OWN / ".lock"
    made = python.exists() and stamp.exists() and stamp.read_bytes() == lock.read_bytes()
    return components.require("the classic notebook's environment", python if made else None, "make jupyterlab")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project 项目"
    folder.mkdir()
    write_notebook(folder / "exp 实验.ipynb", CELLS)
    return folder


@pytest.fixture
def page(
    classic_python: Path, tensorflow_python: Path, project: Path, tmp_path: Path, browser: Browser
) -> Iterator[Page]:
    """The notebook, open and with its kernel."""
    write_kernel(tmp_path / "kernel", tensorflow_python)
    port = 20_000 + secrets.randbelow(10_000)
    token = secrets.token_hex(16)
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--KernelManager.transport=ipc"]
    command: list[str | Path] = [classic_python, "-m", "notebook", *options]
    around = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "JPY"))}
    own = {
        "HOME": str(tmp_path),
        "JUPYTER_PATH": str(tmp_path / "kernel"),
        "JUPYTER_TOKEN": token,
    }
    with (
        labs.listening(command, around | own, project, tmp_path / "log.txt") as found,
        chromium.page(browser, patience=labs.PATIENCE) as made,
    ):
        answer = made.goto(f"http://127.0.0.1:{found}/notebooks/exp 实验.ipynb?token={token}")
        assert answer is not None
        assert answer.ok
        made.wait_for_function(_CONNECTED)
        yield made


def cell(page: Page, number: int) -> Locator:
    return page.locator("#notebook .cell").nth(number)


def run(page: Page, number: int) -> None:
    """Run a cell for the first time, and wait until it has ended."""
    cell(page, number).locator(".CodeMirror").click()
    page.keyboard.press("Control+Enter")
    expect(cell(page, number).locator(".input_prompt")).to_have_text(re.compile(r"In\s\[\d+\]:"))


def test_entries_come_as_markdown_cells_and_are_saved(page: Page, project: Path) -> None:
    for number in (0, 1):
        run(page, number)
    expect(cell(page, 1)).to_contain_text("ZeroDivisionError")
    run(page, 2)
    error = cell(page, 3)
    expect(error).to_have_class(re.compile(r"\btext_cell\b"))
    expect(error).to_contain_text("ZeroDivisionError")
    # What the extension puts after its own cell comes before those that were there.
    run(page, 4)
    goal = cell(page, 5)
    expect(goal).to_have_class(re.compile(r"\btext_cell\b"))
    expect(goal).to_contain_text("为什么？ Why?")
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.keyboard.press("Control+s")
    saved = json.loads((project / "exp 实验.ipynb").read_text("utf-8"))
    kinds = [each["cell_type"] for each in saved["cells"]]
    assert kinds == ["code", "code", "code", "markdown", "code", "markdown"]
    assert all("%%markdown" not in "".join(each["source"]) for each in saved["cells"])


def test_the_notebook_is_known_without_being_told(page: Page, project: Path) -> None:
    """The classic server does not tell a kernel which notebook it has: it is asked."""
    run(page, 0)
    cell(page, 1).locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("%tflsp notebook")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 1).locator(".output")).to_contain_text("exp 实验.ipynb")
