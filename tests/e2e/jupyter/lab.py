"""The real JupyterLab as the image runs it: its lock file, its configuration, a kernel of TensorFlow's Python, and the
extension from its wheel. Plain functions; everything waits for what is to be seen."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from playwright.sync_api import Browser, Locator, Page, expect

from tests.components import ROOT
from tests.e2e.jupyter.kernels import write_kernel

PATIENCE = 90
OWN = ROOT / ".cache" / "jupyterlab"
PICTURES = ROOT / ".cache" / "pictures" / "jupyterlab"
expect.set_options(timeout=60_000)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/lab")


class NotStarted(Exception):
    """JupyterLab did not start; the text is what it printed."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and its project."""

    port: int
    token: str
    workspace: Path

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


def install(python: Path, wheel: Path, folder: Path) -> Path:
    """Install the extension's wheel below a folder, with nothing that it depends on; gives the folder."""
    pip = [python, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-compile", "--prefix", folder, wheel]
    subprocess.run([*pip, "--disable-pip-version-check"], check=True)
    return folder


def environment(prefix: Path, home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a Jupyter program is started with, so that it finds the extension and leaves this user's files alone."""
    [site] = prefix.glob("lib/python3*/site-packages")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON", "JPY"))}
    return {
        **own,
        "HOME": str(home),
        "PYTHONPATH": str(site),
        "JUPYTER_PATH": os.pathsep.join((str(home / "kernel"), str(prefix / "share/jupyter"))),
        "JUPYTER_CONFIG_PATH": str(prefix / "etc/jupyter"),
        "JUPYTER_NO_CONFIG": "",
        "TFLSP_COMMAND": str(Path(sys.executable).with_name("tflsp")),
        "IPYTHONDIR": str(home / "ipython"),
        **(more or {}),
    }


def configuration(folder: Path, workspace: Path) -> Path:
    """The image's own configuration, with the places of this machine."""
    text = (ROOT / "container/jupyter_server_config.json").read_text("utf-8")
    text = text.replace("/opt/tflsp/bin/tflsp", str(Path(sys.executable).with_name("tflsp")))
    text = text.replace("/opt/tflsp/bin/", f"{OWN / 'bin'}/")
    own = json.loads(text)
    own["ServerApp"] |= {"root_dir": str(workspace), "port": 0, "allow_root": True}
    (folder / "settings").mkdir(exist_ok=True)
    shutil.copy(ROOT / "container/jupyterlab_settings.json", folder / "settings/overrides.json")
    own["LabApp"]["app_settings_dir"] = str(folder / "settings")
    place = folder / "jupyter_server_config.json"
    place.write_text(json.dumps(own), "utf-8")
    return place


@contextmanager
def serving(
    folder: Path, prefix: Path, tensorflow: Path, workspace: Path, more: Mapping[str, str] | None = None
) -> Iterator[Lab]:
    """JupyterLab over a workspace; it and its kernels have ended afterwards."""
    write_kernel(folder / "kernel", tensorflow)
    token = secrets.token_hex(16)
    command = [OWN / "bin/jupyter-lab", "--no-browser", "--config", configuration(folder, workspace)]
    started = environment(prefix, folder, {**(more or {}), "JUPYTER_TOKEN": token})
    process = subprocess.Popen(
        command, env=started, cwd=workspace, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    ports: SimpleQueue[int | None] = SimpleQueue()
    said: list[str] = []

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.decode(errors="replace"))
            if found := _ADDRESS.search(said[-1]):
                ports.put(int(found[1]))
        ports.put(None)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        try:
            port = ports.get(timeout=PATIENCE)
        except Empty:
            port = None
        if port is None:
            raise NotStarted("".join(said[-40:]))
        yield Lab(port, token, workspace)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(10)
        process.stdout.close()
        (folder / "log.txt").write_text("".join(said), "utf-8")


@contextmanager
def window(browser: Browser, lab: Lab, notebook: str, *, dark: bool = False) -> Iterator[Window]:
    """A window with a notebook open and its kernel idle; closed at the end."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    try:
        page.goto(lab.address(f"lab/tree/{notebook}?token={lab.token}&reset"))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        made = Window(page, lab, notebook)
        made.ready()
        yield made
    finally:
        context.close()


class Window:
    """A notebook in JupyterLab, in a user's words. ``page`` is Playwright's, for what has no word here."""

    def __init__(self, page: Page, lab: Lab, notebook: str) -> None:
        self.page = page
        self.lab = lab
        self.file = lab.workspace / notebook

    def ready(self) -> None:
        """The kernel is idle, language servers have begun, and the extension is there."""
        status = self.page.locator("#jp-bottom-panel")
        expect(status).to_contain_text("| Idle", timeout=PATIENCE * 1000)
        expect(status).to_contain_text("Fully initialized", timeout=PATIENCE * 1000)
        expect(self.page.locator("#tflsp-journal")).to_be_attached()

    def cell(self, number: int) -> Locator:
        """A cell by its number, counted from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(number)

    @property
    def cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell")

    def choose(self, number: int) -> None:
        """Make a cell the active one, in command mode."""
        self.cell(number).locator(".jp-InputPrompt").first.click()
        expect(self.cell(number)).to_have_class(re.compile(r"\bjp-mod-active\b"))

    def run(self, number: int) -> None:
        """Run a cell and wait until it has ended."""
        self.choose(number)
        self.page.keyboard.press("Control+Enter")
        prompt = self.cell(number).locator(".jp-InputArea-prompt")
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE * 1000)

    def command(self, title: str) -> None:
        """Choose a command in the palette."""
        self.page.keyboard.press("Control+Shift+C")
        field = self.page.locator(".lm-CommandPalette-input")
        expect(field).to_be_visible()
        field.fill(title)
        item = self.page.locator(".lm-CommandPalette-item:not(.lm-mod-hidden)", has_text=title).first
        item.click()

    def save(self) -> None:
        """Save, and wait until the file is written."""
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Control+s")
        tab = self.page.locator(
            ".lm-TabBar-tab.jp-mod-current.jp-mod-dirty, .lm-TabBar-tab.lm-mod-current.jp-mod-dirty"
        )
        expect(tab).to_have_count(0)

    def picture(self, name: str) -> None:
        """Keep a picture, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")
