"""Editors of every profile for the tests of this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.lsp.editor import Editor, editor
from tests.e2e.lsp.profiles import NAMES, profile


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty project: nothing above it decides on settings."""
    folder = tmp_path / "project 项目"
    folder.mkdir()
    (folder / ".git").mkdir()
    return folder


@pytest.fixture(params=NAMES)
async def any_editor(request: pytest.FixtureRequest, workspace: Path) -> AsyncIterator[Editor]:
    """An editor of each profile in turn."""
    async with editor(profile(request.param), workspace) as session:
        yield session


@pytest.fixture
async def vscode(workspace: Path) -> AsyncIterator[Editor]:
    async with editor(profile("vscode"), workspace) as session:
        yield session
