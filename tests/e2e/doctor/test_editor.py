"""The request `tflsp/doctor` of a real server."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lsp.editor import SERVER, Editor, editor
from tests.e2e.lsp.gate import Gate
from tests.e2e.lsp.profiles import profile

BAD = "# 💡\n\n```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    return folder


async def ask(session: Editor) -> Any:
    return await session.ask("tflsp/doctor", {})


async def test_an_editor_asks(workspace: Path) -> None:
    async with editor(profile("vscode"), workspace) as session:
        report = await ask(session)
    assert report.format == 1
    assert report.place == "host"
    found = {complaint.slug: complaint for complaint in report.complaints}
    assert str(workspace) in found["root-owned-files"].seen
    # An empty .git is no repository, and the check says that it could not tell.
    assert found["dubious-ownership"].state == "could not look"


async def test_typing_goes_on_meanwhile(workspace: Path, tmp_path: Path) -> None:
    """Checks wait for drivers, disks and commands; a keystroke does not wait for them."""
    programs, came = tmp_path / "programs", tmp_path / "came"
    programs.mkdir()
    os.mkfifo(came)
    arrivals = os.open(came, os.O_RDWR)
    gate = Gate(programs)
    # Each has so and so many seconds to answer; one after the other twenty.
    for name in ("git", "python3", "python"):
        gate.program(name, "exit 1", coming=f"echo >'{came}'")
    command = ("env", f"PATH={programs}:{os.environ['PATH']}", *SERVER)
    async with editor(profile("vscode"), workspace, command=command) as session:
        await session.codes(session.open("warm.md", BAD, "markdown"))  # everything is loaded now
        asked = asyncio.ensure_future(ask(session))
        await asyncio.to_thread(os.read, arrivals, 1)
        try:
            text = session.open("a.md", BAD, "markdown")
            assert "TFL101" in await session.codes(text)
            assert not asked.done()
        finally:
            gate.open()
        report = await asked
    os.close(arrivals)
    assert report.format == 1


async def test_in_the_language_of_the_project(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text('language = "zh"\n')
    async with editor(profile("vscode"), workspace) as session:
        report = await ask(session)
    assert next(each.title for each in report.complaints if each.slug == "disk-full").endswith("磁盘已满")
