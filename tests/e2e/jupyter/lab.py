"""The real JupyterLab as the image runs it: its lock file, its configuration, a kernel of TensorFlow's Python, and the
extension from its wheel. Plain functions; everything waits for what is to be seen."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from tests.components import ROOT
from tests.e2e import chromium
from tests.e2e.jupyter.kernels import write_kernel

PATIENCE = 180
TRIES = (2_000, 5_000, 15_000, 30_000)  # milliseconds for what goes by itself, and is asked for anew
OWN = ROOT / ".cache" / "jupyterlab"
PICTURES = ROOT / ".cache" / "pictures" / "jupyterlab"
expect.set_options(timeout=120_000)
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
# Notifications go after some seconds: what they said is kept in the page.
_KEEP_NOTIFICATIONS = """
window.told = [];
new MutationObserver(() => {
  for (const each of document.querySelectorAll('.Toastify__toast')) {
    window.told.push(each.textContent);
  }
}).observe(document, { childList: true, subtree: true });
"""
# JupyterLab waits a second for the next key of a chord, which a busy machine may take: here it has a minute.
_WAIT_FOR_KEYS = """
window.ownTimeout = window.setTimeout;
window.setTimeout = (run, after, ...more) => window.ownTimeout(run, after === 1000 ? 60000 : after, ...more);
"""
_WAIT_NO_LONGER = "window.setTimeout = window.ownTimeout"


class NotStarted(Exception):
    """JupyterLab did not start; the text is what it printed."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and its project. ``base`` is the path that it is served below, with slashes around it."""

    port: int
    token: str
    workspace: Path
    base: str = "/"

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}{path}"

    @property
    def mine(self) -> dict[str, str]:
        """The headers of who is logged in."""
        return {"Authorization": f"token {self.token}"}

    def ask(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Ask the server; gives the status and what is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, f"{self.base}{path}", None if body is None else json.dumps(body), dict(headers))
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def end_kernels(self) -> None:
        """End all kernels; their notebooks stay."""
        for session in json.loads(self.ask("GET", "api/sessions", None, self.mine)[1]):
            self.ask("DELETE", f"api/sessions/{session['id']}", None, self.mine)


def install(python: Path, wheel: Path, folder: Path) -> Path:
    """Install the extension's wheel below a folder, with nothing that it depends on; gives the folder."""
    options = ["-q", "--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([python, "-m", "pip", "install", *options, "--prefix", folder, wheel], check=True)
    return folder


def environment(prefix: Path, home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a Jupyter program is started with beside `more`, so that it finds the extension and leaves this user's files
    alone: settings and layouts there are those of each JupyterLab of this user, of another test's as well."""
    [site] = prefix.glob("lib/python3*/site-packages")
    around = {**os.environ, **(more or {})}
    own = {name: value for name, value in around.items() if not name.startswith(("JUPYTER", "PYTHON", "JPY"))}
    return {
        **own,
        "HOME": str(home),
        "PYTHONPATH": str(site),
        "JUPYTER_PATH": os.pathsep.join((str(home / "kernel"), str(prefix / "share/jupyter"))),
        "JUPYTER_CONFIG_PATH": str(prefix / "etc/jupyter"),
        "JUPYTER_NO_CONFIG": "",
        "TFLSP_COMMAND": str(Path(sys.executable).with_name("tflsp")),
    }


def configuration(folder: Path, workspace: Path) -> Path:
    """The image's own configuration, with the places of this machine."""
    text = (ROOT / "container/jupyter_server_config.json").read_text("utf-8")
    text = text.replace("/opt/tflsp/bin/tflsp", str(Path(sys.executable).with_name("tflsp")))
    text = text.replace("/opt/tflsp/bin/", f"{OWN / 'bin'}/")
    own = json.loads(text)
    # Jupyter looks for a free port long before it listens: below those that the system gives to others meanwhile.
    port = 20_000 + secrets.randbelow(10_000)
    own["ServerApp"] |= {"root_dir": str(workspace), "port": port, "port_retries": 50, "allow_root": True}
    (folder / "settings").mkdir(exist_ok=True)
    shutil.copy(ROOT / "container/jupyterlab_settings.json", folder / "settings/overrides.json")
    # Sockets of its own: a free port may be another's before the kernel listens there.
    own["KernelManager"] = {"transport": "ipc"}
    own["LabApp"]["app_settings_dir"] = str(folder / "settings")
    place = folder / "jupyter_server_config.json"
    place.write_text(json.dumps(own), "utf-8")
    return place


@contextmanager
def serving(
    folder: Path,
    prefix: Path,
    tensorflow: Path,
    workspace: Path,
    more: Mapping[str, str] | None = None,
    base: str = "/",
) -> Iterator[Lab]:
    """JupyterLab over a workspace, below a path; it and its kernels have ended afterwards."""
    write_kernel(folder / "kernel", tensorflow)
    token = secrets.token_hex(16)
    command: list[str | Path] = [OWN / "bin/jupyter-lab", "--no-browser", "--config", configuration(folder, workspace)]
    command.append(f"--ServerApp.base_url={base}")
    around = {**environment(prefix, folder, more), "JUPYTER_TOKEN": token}
    with listening(command, around, workspace, folder / "log.txt") as port:
        yield Lab(port, token, workspace, base)


@contextmanager
def listening(command: Sequence[str | Path], environment: Mapping[str, str], cwd: Path, log: Path) -> Iterator[int]:
    """A Jupyter server, by the port that it tells; it has ended afterwards, and what it said is in ``log``."""
    runtime = Path(tempfile.mkdtemp(prefix="tflsp-"))  # sockets' paths are short: 107 bytes at most
    process = subprocess.Popen(
        command,
        env={**environment, "JUPYTER_RUNTIME_DIR": str(runtime)},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
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
        if port is None or not _listens(process, port):
            raise NotStarted("".join(said[-40:]))
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        listener.join(10)
        process.stdout.close()
        shutil.rmtree(runtime, ignore_errors=True)
        log.write_text("".join(said), "utf-8")


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until a server can be reached, or has ended: Jupyter tells its address before it listens there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
            return True
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            break
    return False


@contextmanager
def window(browser: Browser, lab: Lab, notebook: str) -> Iterator[Window]:
    """A window of a new browser with a notebook open and its kernel idle; closed at the end."""
    with chromium.page(browser, patience=PATIENCE) as page, opened(page, lab, notebook) as made:
        yield made


@contextmanager
def opened(page: Page, lab: Lab, notebook: str) -> Iterator[Window]:
    """A page with a notebook open and its kernel idle, which has ended afterwards."""
    page.add_init_script(_KEEP_NOTIFICATIONS)
    # Where one of its looks at the server fails JupyterLab says so above all else, and goes on by itself.
    lost = page.locator(".jp-Dialog", has_text="Server Connection Error")
    page.add_locator_handler(lost, lambda dialog: dialog.get_by_role("button", name="Close").click())
    try:
        page.goto(lab.address(f"lab/tree/{notebook}?token={lab.token}&reset"))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        made = Window(page, lab, notebook)
        made.ready()
        yield made
    finally:
        lab.end_kernels()


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

    def run(self, number: int, said: str) -> None:
        """Run a cell for the first time, and wait until it has ended and what it said is there."""
        self.choose(number)
        self.page.keyboard.press("Control+Enter")
        prompt = self.cell(number).locator(".jp-InputArea-prompt")
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE * 1000)
        expect(self.cell(number).locator(".jp-OutputArea")).to_contain_text(said)

    def command(self, title: str) -> None:
        """Choose a command by its whole title in the palette.

        JupyterLab closes the palette whenever a command has run or the keyboard goes elsewhere, and runs some of its
        own when a page is loaded or a kernel has come: then it is opened anew, as a user would.
        """
        field = self.page.locator(".lm-CommandPalette-input")
        label = self.page.locator(".lm-CommandPalette-itemLabel", has_text=re.compile(f"^{re.escape(title)}$"))
        for patience in TRIES:
            self.page.keyboard.press("Control+Shift+C")
            with suppress(TimeoutError):
                field.fill(title, timeout=patience)
                label.wait_for(timeout=patience)
                label.dispatch_event("click")  # found and clicked in one go: between the two it may be closed
                return expect(field).to_be_hidden()
        raise AssertionError(f"the palette does not stay open for {title!r}")

    def chord(self, first: str, then: str) -> None:
        """Press one key after the other."""
        self.page.evaluate(_WAIT_FOR_KEYS)
        self.page.keyboard.press(first)
        self.page.keyboard.press(then)
        self.page.evaluate(_WAIT_NO_LONGER)

    def is_told(self, text: str) -> None:
        """Wait until a notification has said this."""
        self.page.wait_for_function("text => window.told.some(each => each.includes(text))", arg=text)

    def is_edited(self, number: int) -> None:
        """Wait until an entry that was inserted has the cursor, its first stop selected: keys were commands before."""
        expect(self.cell(number).locator(".cm-content")).to_be_focused()

    def hover(self, place: Locator, said: str) -> None:
        """Point at a place until what is said of it is shown.

        It goes when findings are told anew, and comes back when the mouse is moved.
        """
        tooltip = self.page.locator(".cm-tooltip", has_text=said)
        for patience in TRIES:
            self.page.mouse.move(0, 0)
            place.hover()
            with suppress(TimeoutError):
                return tooltip.first.wait_for(timeout=patience)
        raise AssertionError(f"nothing says {said!r}")

    def save(self) -> None:
        """Save, and wait until the file is written and the page knows."""
        self.page.keyboard.press("Escape")
        with self.page.expect_request(lambda each: each.method == "PUT" and "/api/contents/" in each.url) as sent:
            self.page.keyboard.press("Control+s")
        answer = sent.value.response()
        assert answer is not None
        assert answer.ok, answer.status
        expect(self.page.locator(".lm-DockPanel .lm-mod-current.jp-mod-dirty")).to_have_count(0)

    def picture(self, name: str) -> None:
        """Keep a picture, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")
