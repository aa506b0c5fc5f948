"""Fixtures: JupyterLab's environment, the extension's wheel, a project, Chromium; a picture where a test fails."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests import components
from tests.components import ROOT
from tests.e2e import chromium
from tests.e2e.jupyter import lab as labs
from tests.gpu_stub.machine import Machine

CELLS = (
    ("markdown", "# Learning rate 😀 学习率"),
    ("markdown", "## Goal\n\nWhy does the loss stop?\n\n✅ Target: mae < 0.1"),
    ("markdown", "😀 Start it:\n\n```bash\ndocker run -p 8888:8888 tensorflow/tensorflow:latest\n```"),
    (
        "code",
        "import numpy as np, tensorflow as tf\n"
        "tf.random.set_seed(1)\n"
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(4,))])\n"
        'model.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss="mse", metrics=["mae"])\n'
        "model.fit(np.ones((32, 4)), np.ones((32, 1)), epochs=2, batch_size=8, verbose=2)",
    ),
    ("code", "model.predict(np.ones((2, 7)))"),
    ("code", "names: list[int] = []  # 😀"),
    ("code", "!false && docker run -p 8888:8888 tensorflow/tensorflow:latest  # 😀"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def lab_python() -> Path:
    """The interpreter that has what the container's has: JupyterLab, jupyterlab-lsp, python-lsp-server."""
    python = labs.OWN / "bin" / "python"
    lock, stamp = ROOT / "requirements" / "container.txt", labs.OWN / ".lock"
    made = python.exists() and stamp.exists() and stamp.read_bytes() == lock.read_bytes()
    return components.require("JupyterLab's environment", python if made else None, "make jupyterlab")


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The extension's wheel, built from the sources of this moment."""
    components.program("npm", "apt-get install nodejs npm (Node.js 18 or later)")
    subprocess.run([ROOT / "scripts" / "build-labextension"], check=True, stdin=subprocess.DEVNULL, timeout=600)
    [found] = (ROOT / "editor-client" / "jupyterlab" / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(lab_python: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prefix with the extension."""
    return labs.install(lab_python, wheel, tmp_path_factory.mktemp("prefix"))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project."""
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """GPUs without a GPU: NVML's stub, whose state a test may change."""
    return Machine(tmp_path_factory.mktemp("gpus"))


@pytest.fixture(scope="session")
def lab(
    installed: Path,
    tensorflow_python: Path,
    workspace: Path,
    machine: Machine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[labs.Lab]:
    """JupyterLab over the project, on a machine with that GPU."""
    folder = tmp_path_factory.mktemp("lab")
    with labs.serving(folder, installed, tensorflow_python, workspace, machine.environment) as started:
        yield started


@pytest.fixture
def cells() -> tuple[tuple[str, str], ...]:
    """The cells of the notebook; a test may have others."""
    return CELLS


@pytest.fixture
def own_browser() -> bool:
    """Whether a test does something to its browser that others would notice."""
    return False


@pytest.fixture(scope="module")
def visited(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has JupyterLab's scripts already, as a user's has on the second day."""
    with chromium.page(browser, patience=labs.PATIENCE) as first:
        yield first.context


@pytest.fixture
def page(browser: Browser, visited: BrowserContext, own_browser: bool) -> Iterator[Page]:
    """A new page, in which nobody is logged in."""
    if own_browser:
        with chromium.page(browser, patience=labs.PATIENCE) as only:
            yield only
        return
    visited.clear_cookies()
    made = visited.new_page()
    yield made
    made.close()


@pytest.fixture
def window(
    page: Page,
    lab: labs.Lab,
    workspace: Path,
    cells: tuple[tuple[str, str], ...],
    request: pytest.FixtureRequest,
) -> Iterator[labs.Window]:
    """A window with a notebook of the test's own."""
    name = f"exp_lr_{len(list(workspace.glob('*.ipynb'))) + 1}.ipynb"
    write_notebook(workspace / name, cells)
    failed = request.session.testsfailed
    with labs.opened(page, lab, name) as made:
        yield made
        if request.session.testsfailed > failed:
            try:
                made.picture(f"failed-{request.node.name}")
            except Error as error:
                print(f"no picture: {error}")  # noqa: T201


def write_notebook(path: Path, cells: tuple[tuple[str, str], ...]) -> None:
    """Write a notebook that was never run."""
    kinds: dict[str, Callable[[str], nbformat.NotebookNode]] = {
        "markdown": nbformat.v4.new_markdown_cell,
        "code": nbformat.v4.new_code_cell,
    }
    spec = {"name": "python3", "display_name": "Python 3 (TensorFlow)", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=[kinds[kind](text) for kind, text in cells],
        metadata={"kernelspec": spec, "language_info": {"name": "python"}},
    )
    nbformat.write(notebook, path)
