"""Fixtures: the packed extension, the server, a browser, windows; a picture of each window whose test fails."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests import components
from tests.e2e.vscode import harness, install, kernel

ROOT = Path(__file__).parents[3]
SETTINGS = {"tflsp.path": str(ROOT / ".venv/bin/tflsp")}

OpenWindow = Callable[..., harness.Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, packed as `make dist` packs it."""
    target = tmp_path_factory.mktemp("vsix") / "tflsp.vsix"
    command = ["make", "vsix", f"VSIX={target}"]
    with (ROOT / ".cache/vsix.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of the same run pack it too, in the same folder
        packing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert packing.returncode == 0, packing.stdout + packing.stderr
    return target


@pytest.fixture(scope="session")
def vscode(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Server]:
    """VS Code's server with the extension and a kernel, in English."""
    if not install.installed() and not components.in_ci():
        components.missing("VS Code (code-server)", "python -m tests.e2e.vscode.install")
    install.install()
    home = tmp_path_factory.mktemp("vscode")
    with harness.serving(home, vsix, kernel.packed(home / "kernel.vsix")) as server:
        yield server


@pytest.fixture
def open_window(browser: Browser, vscode: harness.Server, request: pytest.FixtureRequest) -> Iterator[OpenWindow]:
    """Opens windows: ``open_window(folder, settings={...}, dark=True)``."""
    with ExitStack() as windows:
        opened: list[harness.Window] = []

        def open_one(folder: Path, *, settings: dict[str, object] | None = None, dark: bool = True) -> harness.Window:
            theme = "Default Dark Modern" if dark else "Default Light Modern"
            vscode.settings({**SETTINGS, "workbench.colorTheme": theme, **(settings or {})})
            opened.append(windows.enter_context(harness.window(browser, vscode, folder, dark=dark)))
            return opened[-1]

        failed = request.session.testsfailed
        yield open_one
        if request.session.testsfailed > failed:
            _keep_pictures(request.node.name, opened)


def _keep_pictures(test: str, windows: list[harness.Window]) -> None:
    name = re.sub(r"[^\w-]+", "-", test)
    for number, window in enumerate(windows):
        try:
            target = window.picture(f"failed-{name}-{number}")
        except Error as error:
            print(f"no picture: {error}")  # noqa: T201
        else:
            print(f"a picture of the window: {os.path.relpath(target, ROOT)}")  # noqa: T201
