"""A window of the real VS Code: what a user sees in it and can do, in words of VS Code.

Everything waits for what is to be seen; nothing waits for time. A failing test leaves a picture of its window.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.vscode import install

TIMEOUT = 60_000  # milliseconds that something may take on a busy machine until it is to be seen
PICTURES = Path(__file__).parents[3] / ".cache/pictures/vscode"
QUIET = (
    "--auth",
    "none",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-workspace-trust",
    "--disable-proxy",
)
# What would be asked, shown or fetched and has no part in what is tested.
SETTINGS: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.occurrencesHighlight": "off",
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "files.simpleDialog.enable": True,
    "git.enabled": False,
    "notebook.experimental.remoteSaving": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.newWindowDimensions": "maximized",
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.settings.enableNaturalLanguageSearch": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


class NotStarted(Exception):
    """The server did not start; says what it printed."""


@dataclass(frozen=True)
class Server:
    """VS Code's server, with its own settings, extensions and data below ``home``."""

    port: int
    home: Path

    @property
    def logs(self) -> Path:
        """Where its windows log, the extensions' output channels among it."""
        return self.home / "data/logs"

    def settings(self, values: Mapping[str, Any]) -> None:
        """The user's settings, besides what keeps the window quiet."""
        write_settings(self.home, values)


def write_settings(home: Path, values: Mapping[str, Any]) -> None:
    """Write the settings of a server at ``home``: the user's, and the machine's for what is a machine's own (paths)."""
    for scope, settings in (("User", {**SETTINGS, **values}), ("Machine", values)):
        target = home / "data" / scope / "settings.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(settings, indent=2), "utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _command(home: Path, *arguments: str) -> list[str]:
    return [
        str(install.node()),
        str(install.entry()),
        "--config",
        str(home / "config.yaml"),
        "--user-data-dir",
        str(home / "data"),
        "--extensions-dir",
        str(home / "extensions"),
        *arguments,
    ]


@contextmanager
def serving(
    home: Path, *extensions: Path, locale: str = "en", environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Install .vsix files and serve. Raises NotStarted."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text("auth: none\ncert: false\n")
    write_settings(home, {})
    made = {**os.environ, "HOME": str(home), **(environment or {})}
    wanted = [part for extension in extensions for part in ("--install-extension", str(extension))]
    installing = subprocess.run(_command(home, *wanted), env=made, capture_output=True, text=True, timeout=120)
    if installing.returncode != 0:
        raise NotStarted(installing.stdout + installing.stderr)
    port = _free_port()
    options = [*QUIET, "--bind-addr", f"127.0.0.1:{port}", "--locale", locale, "--reconnection-grace-time", "5"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            _command(home, *options), env=made, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _listening(process, port, output)
            yield Server(port, home)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _listening(process: subprocess.Popen[bytes], port: int, output: Any) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
    output.seek(0)
    raise NotStarted(output.read().decode(errors="replace"))


@contextmanager
def window(browser: Browser, server: Server, folder: Path, *, dark: bool = True) -> Iterator[Window]:
    """A window on a folder; closed at the end, and with it its extension host."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, color_scheme="dark" if dark else "light", locale="en-US"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(TIMEOUT)
    page = context.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.port}/?folder={quote(str(folder))}")
        page.wait_for_selector(".monaco-workbench")
        made = Window(page, server, folder)
        made.ready()
        yield made
    finally:
        context.close()


class Window:
    """A window of VS Code on a folder. ``page`` is Playwright's, for what has no word here."""

    def __init__(self, page: Page, server: Server, folder: Path) -> None:
        self.page, self.server, self.folder = page, server, folder

    def ready(self) -> None:
        """Wait until the explorer shows the folder: commands are there from then on."""
        expect(self.page.locator(".explorer-folders-view .monaco-list-row").first).to_be_visible(timeout=TIMEOUT)

    # what one does

    def command(self, title: str) -> None:
        """Run a command by its title, as the palette shows it."""
        self.quick_input(f">{title}")
        row = self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=title).first
        row.click()

    def quick_input(self, text: str) -> None:
        """Open the palette with this text in it."""
        self.page.keyboard.press("F1")
        box = self.page.locator(".quick-input-widget input").first
        expect(box).to_be_visible(timeout=TIMEOUT)
        box.fill(text)

    def choose(self, text: str) -> None:
        """Take the item with this text of the list that is open."""
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=text).first.click()

    def open(self, name: str) -> None:
        """Open a file of the folder, and wait for its editor."""
        self.quick_input(name)
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=Path(name).name).first.click()
        expect(self.tab(Path(name).name)).to_be_visible(timeout=TIMEOUT)

    def save(self) -> None:
        """Save what is edited, and wait until it is."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".tab.active.dirty")).to_have_count(0, timeout=TIMEOUT)

    def go_to(self, line: int, column: int = 1) -> None:
        """Put the cursor of the text editor at a line and column, both from 1."""
        self.page.keyboard.press("Control+g")
        box = self.page.locator(".quick-input-widget input").first
        expect(box).to_be_visible(timeout=TIMEOUT)
        box.fill(f":{line}:{column}")
        self.page.keyboard.press("Enter")
        expect(box).to_be_hidden(timeout=TIMEOUT)

    def quick_fix(self, title: str) -> None:
        """Take a code action at the cursor by (a part of) its title."""
        expect(self.page.locator(".monaco-editor.focused").first).to_be_visible(timeout=TIMEOUT)
        self.page.keyboard.press("Control+.")
        widget = self.page.locator(".action-widget .monaco-list-row.action").filter(has_text=title).first
        expect(widget).to_be_visible(timeout=TIMEOUT)
        widget.click()

    def picture(self, name: str) -> Path:
        """Keep a picture of the window as it is."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        target = PICTURES / f"{name}.png"
        self.page.screenshot(path=target)
        return target

    # what one sees

    def tab(self, name: str) -> Locator:
        """The tab of an editor."""
        return self.page.locator(f".tab[data-resource-name='{name}']").first

    def squiggles(self, kind: str = "warning") -> Locator:
        """The wavy lines in the editors: ``error``, ``warning``, ``info`` or ``hint``."""
        return self.page.locator(f".squiggly-{kind}")

    def cell(self, number: int) -> Locator:
        """A cell of the open notebook, from 0."""
        return self.page.locator(f".notebookOverlay .cell-list-container .monaco-list-row[data-index='{number}']")

    def status(self, text: str) -> Locator:
        """An item of the status bar with this text."""
        return self.page.locator(".statusbar-item").filter(has_text=text).first

    def toast(self, text: str) -> Locator:
        """A notification with this text."""
        return self.page.locator(".notification-toast").filter(has_text=text).first

    def output(self, channel: str) -> str:
        """What the extension wrote into an output channel, as it is on disk."""
        return "\n".join(
            path.read_text("utf-8", "replace") for path in sorted(self.server.logs.rglob(f"*{channel}*.log"))
        )
