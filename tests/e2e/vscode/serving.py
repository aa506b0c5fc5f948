"""VS Code's server for tests: its own settings, extensions and data below a folder, quiet, and gone afterwards."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.e2e.vscode import install

QUIET = ("--auth", "none", "--disable-telemetry", "--disable-update-check")
# What would be asked, shown or fetched and has no part in what is tested; what moves costs a window as much as work.
SETTINGS: dict[str, Any] = {
    "chat.disableAIFeatures": True,
    "editor.cursorBlinking": "solid",
    "editor.occurrencesHighlight": "off",
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": "off",
    "extensions.ignoreRecommendations": True,
    "files.autoSave": "off",
    "files.hotExit": "off",
    "files.simpleDialog.enable": True,
    "git.enabled": False,
    "notebook.experimental.remoteSaving": False,
    "remote.autoForwardPorts": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.newWindowDimensions": "maximized",
    "workbench.editor.restoreViewState": False,
    "workbench.enableExperiments": False,
    "workbench.reduceMotion": "on",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.settings.enableNaturalLanguageSearch": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


# Extensions that VS Code brings and every window would start: other languages, version control, accounts, debuggers.
IDLE = (
    "copilot",
    "css-language-features",
    "debug-auto-launch",
    "debug-server-ready",
    "emmet",
    "git",
    "git-base",
    "github",
    "github-authentication",
    "grunt",
    "gulp",
    "html-language-features",
    "jake",
    "merge-conflict",
    "microsoft-authentication",
    "ms-vscode.js-debug",
    "ms-vscode.js-debug-companion",
    "ms-vscode.vscode-js-profile-table",
    "npm",
    "php-language-features",
    "terminal-suggest",
    "tunnel-forwarding",
    "typescript-language-features",
)


# The settings of each file, as they were written.
_written: dict[Path, bytes] = {}
_ADDRESS = re.compile(rb"HTTP server listening on http://127\.0\.0\.1:(\d+)/")


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
        text = json.dumps(settings, indent=2).encode()
        if target.exists():
            # VS Code writes settings by itself where one has an old name, over what a test has just changed.
            assert target.read_bytes().rstrip() == _written[target], f"VS Code wrote {target}: {target.read_text()}"
            # Written over in one go: who reads it meanwhile finds the one or the other, never a part.
            with target.open("r+b") as file:
                file.write(text.ljust(target.stat().st_size))
        else:
            target.write_bytes(text)
        _written[target] = text


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
    home: Path,
    *extensions: Path,
    locale: str = "en",
    environment: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> Iterator[Server]:
    """Install .vsix files and serve, `without` some of the extensions that VS Code brings. Raises NotStarted."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text("auth: none\ncert: false\n")
    write_settings(home, {})
    made = {**os.environ, "HOME": str(home), **(environment or {})}
    wanted = [part for extension in extensions for part in ("--install-extension", str(extension))]
    installing = subprocess.run(_command(home, *wanted), env=made, capture_output=True, text=True, timeout=300)
    if installing.returncode != 0:
        raise NotStarted(installing.stdout + installing.stderr)
    options = [*QUIET, "--bind-addr", "127.0.0.1:0", "--locale", locale, "--reconnection-grace-time", "5"]
    options += ["--builtin-extensions-dir", str(_brought(home, without))] if without else []
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            _command(home, *options), env=made, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield Server(_listening(process, output), home)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _brought(home: Path, without: Collection[str]) -> Path:
    """A folder with the extensions that VS Code brings, but for some."""
    folder = home / "brought"
    folder.mkdir()
    for path in (install.entry().parents[2] / "lib/vscode/extensions").iterdir():
        if path.name not in without:
            (folder / path.name).symlink_to(path)
    return folder


def _listening(process: subprocess.Popen[bytes], output: IO[bytes]) -> int:
    """Wait until the server says at which port it listens."""
    deadline = time.monotonic() + 120
    said = b""
    while time.monotonic() < deadline and process.poll() is None:
        # Not by seeking: the position is the process's too.
        said = os.pread(output.fileno(), 1 << 20, 0)
        if found := _ADDRESS.search(said):
            return int(found[1])
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    raise NotStarted(said.decode(errors="replace"))
