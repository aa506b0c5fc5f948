"""The tree of journals, where events overtake each other: what was deleted or closed leaves it, and nothing is in it
twice."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types

from tests.e2e.lsp.editor import Editor, editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_journal_navigation import asked, indexed, plain, write

STEP = "# Journal\n\n### Debug step #{0}: slower\n\n- Result: 95 %\n"
GOAL = "## Goal\n\n✅ Target: accuracy > 97%"
LONG = "# Journal\n\n" + "".join(f"### Debug step #{number}\n\n- Result: 95 %\n\n" for number in range(1, 300))


def titles(answer: dict[str, Any]) -> list[str]:
    return sorted(each["title"] for each in answer["experiments"])


def deleted(session: Editor, path: Path) -> None:
    path.unlink()
    event = types.FileEvent(path.as_uri(), types.FileChangeType.Deleted)
    session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


async def test_what_came_and_went_between_two_looks_is_told(workspace: Path) -> None:
    """A client has asked in between, and shows what no longer is; who looked before and after has never seen it."""
    async with editor(profile("vscode"), workspace) as session:
        await indexed(session, 0)
        text = session.open("passing.md", STEP.format(1), "markdown")
        assert titles(await asked(session, {})) == ["passing"]
        before = len(session.client.journal_changes)
        session.close(text)
        await session.client.until(lambda: len(session.client.journal_changes) > before)
        await indexed(session, 0)


async def test_what_is_closed_while_the_tree_is_asked_for_is_in_it_once(workspace: Path) -> None:
    write(workspace, "closing.md", STEP.format(1))
    write(workspace, "large.md", STEP.format(1))
    async with editor(profile("vscode"), workspace) as session:
        await indexed(session, 2)
        session.open("large.md", LONG, "markdown")  # read anew for the answer, which takes a while
        text = session.open("closing.md", STEP.format(1), "markdown")
        asking = session.client.protocol.send_request("tflsp/journal", {})
        session.close(text)
        assert titles(plain(await asyncio.wrap_future(asking))) == ["closing", "large"]


async def test_a_deleted_notebook_stays_away_when_only_its_run_changes(workspace: Path) -> None:
    """An editor that holds it may tell of a cell that has ended, or of its metadata; only texts are somebody's work."""
    path = write(workspace, "exp.ipynb", "{}\n")
    async with editor(profile("vscode"), workspace) as session:
        notebook, cells = session.open_notebook("exp.ipynb", [(1, GOAL), (1, STEP.format(1)), (2, "x = 1")])
        await indexed(session, 1)
        deleted(session, path)
        await indexed(session, 0)
        ran = types.NotebookCell(
            types.NotebookCellKind.Code,
            cells[2].uri,
            execution_summary=types.ExecutionSummary(execution_order=1, success=True),
        )
        session.notebook_changed(notebook, types.NotebookDocumentCellChanges(data=[ran]))
        assert titles(await asked(session, {})) == []
        session.change_cell(notebook, cells[1], [(0, 0, "More.\n\n")])
        assert titles(await asked(session, {})) == ["exp"]
