"""TFL412 in editors: what other files hold counts as it stands there, saved or not, and is looked at again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_workspace import asked, codes

STEP = "### Debug step #2: Slower\n\n- lr: 0.1 → 0.01\n- Result: 95 %\n\nAnalysis: It overshot.\n"
LINKED = STEP + "\n- Promoted to: [best_practices.md](best_practices.md#slower)\n"
GUIDE = (
    "# Best practices\n\n## Slower\n\nIt overshot.\n\n"
    "- Source: [journal.md, step #2](journal.md#debug-step-2-slower) <!-- tflsp: entry a1b2 -->\n"
)
OLD = "### Debug step #1: baseline\n\n- Result: 92 %\n\nAnalysis: see [{0}]({1}).\n"


async def links(session: Editor, text: Text, wanted: Callable[[list[str]], bool]) -> list[str]:
    """The messages of the rule, when they are what is waited for: links are followed when typing has settled."""

    def messages(found: list[types.Diagnostic]) -> list[str]:
        return [item.message for item in found if item.code == "TFL412"]

    return messages(await session.diagnostics_when(text, lambda found: wanted(messages(found))))


@pytest.mark.parametrize("name", ["eglot", "helix", "neovim", "vscode"])
async def test_a_link_is_judged_against_the_text_that_is_open(workspace: Path, name: str) -> None:
    (workspace / "best_practices.md").write_text(GUIDE, "utf-8")
    async with editor(profile(name), workspace) as session:
        journal = session.open("journal.md", LINKED, "markdown")
        guide = session.open("best_practices.md", GUIDE, "markdown")
        at = guide.text.index("Slower")
        session.change(guide, at, at + len("Slower"), "Smaller steps")
        (message,) = await links(session, journal, bool)
        assert "#slower" in message
        session.change(guide, at, at + len("Smaller steps"), "Slower")
        assert await links(session, journal, lambda found: not found) == []
        # What was never saved is gone with the editor's text.
        session.change(guide, at, at + len("Slower"), "Smaller steps")
        assert await links(session, journal, bool)
        session.close(guide)
        assert await links(session, journal, lambda found: not found) == []


async def test_the_missing_link_is_inserted(workspace: Path) -> None:
    (workspace / "best_practices.md").write_text(GUIDE, "utf-8")
    async with editor(profile("neovim"), workspace) as session:
        journal = session.open("journal.md", STEP.replace("\n", "\r\n"), "markdown")
        (message,) = await links(session, journal, bool)
        assert "best_practices.md" in message
        actions = await session.actions_for(journal, "TFL412")
        action = next(action for action in actions if "best_practices.md" in action.title)
        await session.choose(action)
        assert journal.text == LINKED.replace("\n", "\r\n")
        assert await links(session, journal, lambda found: not found) == []


async def test_a_dead_link_is_led_to_where_it_meant(workspace: Path) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["## 调试步骤 #2：更慢\n"]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (workspace / "实验 1.ipynb").write_text(json.dumps(notebook), "utf-8")
    async with editor(profile("neovim"), workspace) as session:
        fragment = "%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-2%E6%85%A2"
        journal = session.open(
            "journal.md", OLD.format("there", f"%E5%AE%9E%E9%AA%8C%201.ipynb#{fragment}"), "markdown"
        )
        (message,) = await links(session, journal, bool)
        assert "实验 1.ipynb" in message
        assert "#调试步骤-2慢" in message
        (action,) = [each for each in await session.actions_for(journal, "TFL412") if "更慢" in each.title]
        await session.choose(action)
        assert journal.text.endswith("#%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-2%E6%9B%B4%E6%85%A2).\n")
        assert await links(session, journal, lambda found: not found) == []


async def test_files_that_go_and_come_are_followed(workspace: Path) -> None:
    (workspace / "exp.md").write_text("# Experiment\n", "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        cells = [(1, OLD.format("x", "exp.md#experiment")), (2, "x = 1")]
        notebook, (text, _) = session.open_notebook("exp_lr.ipynb", cells)
        assert notebook
        journal = session.open("journal.md", OLD.format("x", "exp.md#experiment"), "markdown")
        assert await links(session, journal, lambda found: not found) == []
        (workspace / "exp.md").unlink()
        events = [types.FileEvent(session.uri("exp.md"), types.FileChangeType.Deleted)]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        assert await links(session, journal, bool) == ["There is no file exp.md."]
        assert await links(session, text, bool) == ["There is no file exp.md."]
        (workspace / "exp.md").write_text("# Another\n", "utf-8")
        events = [types.FileEvent(session.uri("exp.md"), types.FileChangeType.Created)]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        assert await links(session, journal, lambda found: "#experiment" in "".join(found))


async def test_files_that_are_not_open_follow_those_that_they_lead_to(workspace: Path) -> None:
    (workspace / "best_practices.md").write_text(GUIDE, "utf-8")
    (workspace / "journal.md").write_text(LINKED, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        seen = dict(reports)
        (workspace / "journal.md").write_text(LINKED.replace("Slower\n", "Slow\n"), "utf-8")
        events = [types.FileEvent(session.uri("journal.md"), types.FileChangeType.Changed)]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        guide = session.uri("best_practices.md")
        while guide not in seen or "TFL412" not in codes(seen[guide]):
            seen |= await asked(session, {uri: report.result_id for uri, report in seen.items()})
