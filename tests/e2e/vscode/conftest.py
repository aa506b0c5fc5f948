"""Fixtures: the packed extension, the server, a browser, windows; a picture of each window whose test fails."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests import components
from tests.e2e.vscode import harness, install, kernel, serving

ROOT = Path(__file__).parents[3]
DARK = "Dark Modern"
LIGHT = "Light Modern"
SETTINGS: dict[str, object] = {"tflsp.path": str(ROOT / ".venv/bin/tflsp"), "workbench.colorTheme": DARK}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(500))


@pytest.fixture(scope="session")
def vsix() -> Path:
    """The extension, packed as `make dist` packs it; once for a state of its files."""
    with (ROOT / ".cache/vsix.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other processes of the same run want it too
        target = ROOT / f".cache/vsix/{_state(ROOT / 'editor-client/vscode')}.vsix"
        if not target.exists():
            for old in sorted(target.parent.glob("*.vsix"), key=lambda path: path.stat().st_mtime)[:-8]:
                old.unlink()
            command = ["make", "vsix", f"VSIX={target}"]
            packing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
            assert packing.returncode == 0, packing.stdout + packing.stderr
    return target


def _state(folder: Path) -> str:
    """A digest of all that a package is made of: names and contents, except of what is made from them."""
    made = {"node_modules", "dist", "out"}
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] not in made and path.is_file():
            digest.update(f"{'/'.join(parts)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def ensure_installed() -> None:
    """VS Code's server is there, or the test ends here."""
    if not install.installed() and not components.in_ci():
        components.missing("VS Code (code-server)", "python -m tests.e2e.vscode.install")
    install.install()


@pytest.fixture(scope="session")
def vscode(vsix: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Server]:
    """VS Code's server with the extension and a kernel, in English."""
    ensure_installed()
    home = tmp_path_factory.mktemp("vscode")
    with serving.serving(home, vsix, kernel.packed(home / "kernel.vsix"), without=serving.IDLE) as server:
        yield server


@pytest.fixture(scope="module")
def settings() -> dict[str, object]:
    """The settings of a file's window, besides those of all; a file says its own."""
    return {}


@pytest.fixture(scope="module")
def file_window(
    browser: Browser, vscode: serving.Server, settings: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], harness.Window]]:
    """Gives the window that a file's tests share; opened when it is first wanted, or after it was closed."""
    folder = tmp_path_factory.mktemp("project") / "mnist"
    folder.mkdir()
    with ExitStack() as windows:
        current: list[harness.Window] = []

        def give() -> harness.Window:
            if not current or current[-1].page.is_closed():
                vscode.settings({**SETTINGS, **settings})
                harness.empty(folder)
                current.append(windows.enter_context(harness.window(browser, vscode, folder)))
            return current[-1]

        yield give


@pytest.fixture
def window(file_window: Callable[[], harness.Window], request: pytest.FixtureRequest) -> Iterator[harness.Window]:
    """A window on an empty folder with nothing open in it: the file's, anew only after a test that failed."""
    given = file_window()
    failed = request.session.testsfailed
    yield given
    if request.session.testsfailed > failed:
        _keep_picture(request.node.name, given)
        given.page.context.close()
        return
    try:
        given.clear()
    except (Error, AssertionError):
        _keep_picture(request.node.name, given)
        given.page.context.close()
        raise


def _keep_picture(test: str, window: harness.Window) -> None:
    name = re.sub(r"[^\w-]+", "-", test)
    try:
        target = window.picture(f"failed-{name}")
    except Error as error:
        print(f"no picture: {error}")  # noqa: T201
    else:
        print(f"a picture of the window: {os.path.relpath(target, ROOT)}")  # noqa: T201
