"""A workspace that somebody else wrote: reading it runs nothing of it, writes nothing, asks nobody, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.lsp.editor import editor as lsp_editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.remote.audit import Audit
from tests.e2e.security.workspaces import SECRET, hostile

FILES = ("open", "os.rename", "os.chmod", "os.remove", "tempfile.mkstemp")
TFLSP = str(Path(sys.executable).with_name("tflsp"))


@pytest.fixture
def audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    made = Audit(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(made.folder))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    return made


def beyond_reading(audit: Audit, workspace: Path) -> list[str]:
    """What was done beyond reading and computing, in several processes; running modules of the workspace counts."""
    found = []
    for event in audit.events():
        match event.split()[1]:
            case "exec" | "compile":
                found += [event] if f"/{workspace.name[:9]}" in event and "/tflsp/server/" not in event else []
            case "os.fork" | "os.kill":
                pass  # its own workers; starting a program is another event
            case _:
                found.append(event)
    return found


def names(folder: Path) -> list[str]:
    return sorted(os.fsencode(path).decode("utf-8", "replace") for path in folder.rglob("*"))


def check(workspace: Path, *options: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [TFLSP, "check", *options, "."],
        cwd=workspace,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert SECRET not in done.stdout + done.stderr
    assert "root:" not in done.stdout + done.stderr
    assert "\x1b[31m" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize("format", ["full", "json", "sarif"])
def test_checking_reads_and_nothing_else(tmp_path: Path, audit: Audit, format: str) -> None:
    workspace = hostile(tmp_path)
    before = names(tmp_path)
    assert "TFL101" in check(workspace, "--output-format", format).stdout
    assert names(tmp_path) == before
    done = beyond_reading(audit, workspace)
    assert done == [], "\n".join(done)


def test_fixing_stays_in_the_workspace(tmp_path: Path, audit: Audit) -> None:
    workspace = hostile(tmp_path)
    before = names(tmp_path)
    outside = {path: path.read_bytes() for path in tmp_path.glob("secret.*")}
    script = (workspace / "Dockerfile").read_text()
    check(workspace, "--fix", "--unsafe-fixes")
    assert (workspace / "Dockerfile").read_text() != script
    assert {path: path.read_bytes() for path in outside} == outside
    assert names(tmp_path) == before
    done = [event for event in beyond_reading(audit, workspace) if event.split()[1] not in FILES]
    assert done == [], "\n".join(done)


async def test_serve(tmp_path: Path, audit: Audit) -> None:
    workspace = hostile(tmp_path, "workspace")
    before = names(tmp_path)
    async with lsp_editor(profile("neovim"), workspace, command=(TFLSP, "serve")) as editor:
        for name, language in (("run.sh", "shellscript"), ("journal.md", "markdown"), ("Dockerfile", "dockerfile")):
            text = editor.open(name, (workspace / name).read_text(), language)
            await editor.diagnostics(text)
    assert names(tmp_path) == before
    assert not (tmp_path / "came-in").exists()
    done = beyond_reading(audit, workspace)
    assert done == [], "\n".join(done)
