"""Editors that know LSP and nothing of ours, as docs/guides/editors.md has them set up: all of the journal without an
extension, by code actions and, where the editor lets a server edit, by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.lsp.editor import editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_journal import JOURNAL, offered, run

PLAIN = ("eglot", "helix", "kate", "sublime", "zed")
SCRIPT = "# %% [markdown]\n# ## Goal\n#\n# Why?\n\n# %%\nx = 1\n"


@pytest.mark.parametrize("name", PLAIN)
async def test_a_fix(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        text = session.open("start.sh", "echo 😀; docker pull tensorflow/tensorflow:latest\n", "shellscript")
        (action,) = [each for each in await session.actions_for(text, "TFL101") if each.title == "Pin to `2.9.0`"]
        await session.choose(action)
        assert text.text == "echo 😀; docker pull tensorflow/tensorflow:2.9.0\n"


@pytest.mark.parametrize("name", PLAIN)
async def test_every_entry_by_code_action(workspace: Path, name: str) -> None:
    """Each is one edit, complete and without a command of ours."""
    async with editor(profile(name), workspace) as session:
        text = session.open("journal.md", "# Notes\n", "markdown")
        for kind in ("goal", "step", "error", "conclusion"):
            found = await offered(session, text, len(text.text), ["refactor"])
            (action,) = [each for title, each in found.items() if kind in title.lower()]
            assert action.command is None
            await session.choose(action)
        order = [text.text.index(each) for each in ("## Goal", "### Debug step #1", "## ❌ Error log", "## Conclusion")]
        assert order == sorted(order)
        assert "${" not in text.text.replace("$HOME", "")


@pytest.mark.parametrize("name", PLAIN)
async def test_a_step_in_a_script_and_in_raw_json(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        script = session.open("exp.py", SCRIPT, "python")
        (action,) = [
            each
            for title, each in (await offered(session, script, len(SCRIPT), ["refactor"])).items()
            if "step" in title.lower()
        ]
        await session.choose(action)
        assert script.text.startswith(SCRIPT + "\n# %% [markdown]\n# ### Debug step #1")
        cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A 😀"}
        book = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        raw = session.open("exp.ipynb", book, "json")
        found = await offered(session, raw, book.index("# A"), ["refactor"])
        (action,) = [each for title, each in found.items() if "step" in title.lower()]
        await session.choose(action)
        cells = json.loads(raw.text)["cells"]
        assert cells[0] == cell
        assert "".join(cells[1]["source"]).startswith("### Debug step #1")


@pytest.mark.parametrize("name", PLAIN)
async def test_a_step_by_command(workspace: Path, name: str) -> None:
    """What the editor's own configuration binds to a key. Kate does not say that a server may edit: code actions."""
    async with editor(profile(name), workspace) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        answer = await run(session, "insertStep", text, position={"line": 0, "character": 0})
        if name == "kate":
            assert answer["applied"] is False
            assert answer["reason"]
            assert text.text == JOURNAL
        else:
            assert answer["applied"] is True
            assert "insertSnippet" not in answer
            assert "### 调试步骤 #2" in text.text


@pytest.mark.parametrize("name", PLAIN)
async def test_nothing_of_ours_is_sent(workspace: Path, name: str) -> None:
    """No notification that only our own clients know."""
    async with editor(profile(name), workspace) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        await session.diagnostics(text)
        await run(session, "insertStep", text)
        assert session.client.journal_changes == []
