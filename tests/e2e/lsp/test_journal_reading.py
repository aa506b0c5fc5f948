"""What is asked before the workspace was read: answered when the journals are known, or when they will not be."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import PATIENCE, Editor, Text, editor
from tests.e2e.lsp.gate import Gate
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_journal_navigation import at, hover, indexed, write
from tests.e2e.lsp.test_journal_progress import told

PYTHON = f'exec "{sys.executable}" "$@"'
SERVED = "import sys; sys.executable = sys.argv[1]; from tflsp.server import serve; raise SystemExit(serve())"
JOURNAL = "# Journal\n\n### Debug step #1: slower\n\n- Result: 95 %\n\nSee #1.\n"
GUIDE = "# Guide\n\n- [slower](journal.md#debug-step-1-slower)\n"
SCANNING = "tflsp: reading the workspace"


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    made = Gate(tmp_path)
    yield made
    made.open()


@pytest.fixture
def written(workspace: Path) -> Path:
    write(workspace, "journal.md", JOURNAL)
    write(workspace, "guide.md", GUIDE)
    return workspace


def server(gate: Gate, command: str = PYTHON) -> tuple[str, ...]:
    """The server, whose reading process waits at the gate."""
    return (sys.executable, "-c", SERVED, str(gate.program("reader", command)))


def references(session: Editor, text: Text) -> asyncio.Future[Any]:
    params = types.ReferenceParams(types.ReferenceContext(include_declaration=False), **at(session, text, "Debug step"))
    return asyncio.ensure_future(session.client.text_document_references_async(params))


def rename(session: Editor, text: Text) -> asyncio.Future[Any]:
    params = types.RenameParams(new_name="lower", **at(session, text, "Debug step"))
    return asyncio.ensure_future(session.client.text_document_rename_async(params))


def places(found: Any) -> list[str]:
    return sorted(Path(each.uri).name for each in found or ())


async def test_the_links_of_files_that_were_not_read_yet_are_waited_for(written: Path, gate: Gate) -> None:
    async with editor(profile("neovim"), written, command=server(gate)) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked, renaming = references(session, text), rename(session, text)
        # What needs no other file is answered meanwhile.
        assert "95 %" in await hover(session, text, "See #1", 5)
        assert not asked.done()
        assert not renaming.done()
        gate.open()
        assert places(await asyncio.wait_for(asked, PATIENCE)) == ["guide.md", "journal.md"]
        session.apply(await asyncio.wait_for(renaming, PATIENCE))
        assert text.text == JOURNAL.replace("slower", "lower")
        assert (written / "guide.md").read_text("utf-8") == GUIDE.replace("step-1-slower", "step-1-lower")


async def test_a_heading_that_is_typed_in_meanwhile_is_not_renamed(written: Path, gate: Gate) -> None:
    async with editor(profile("neovim"), written, command=server(gate)) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked = rename(session, text)
        assert "95 %" in await hover(session, text, "See #1", 5)
        session.change(text, 0, 0, "More.\n\n")
        gate.open()
        assert await asyncio.wait_for(asked, PATIENCE) is None


async def test_a_reading_that_fails_keeps_nobody_waiting(written: Path, gate: Gate) -> None:
    async with editor(profile("neovim"), written, command=server(gate, "exit 1")) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked = references(session, text)
        gate.open()
        assert places(await asyncio.wait_for(asked, PATIENCE)) == ["journal.md"]


async def test_a_reading_that_is_cancelled_keeps_nobody_waiting(written: Path, gate: Gate) -> None:
    async with editor(profile("neovim"), written, command=server(gate)) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked = references(session, text)
        await session.client.until(lambda: bool(told(session, SCANNING)[1]))
        assert not asked.done()
        token, _ = told(session, SCANNING)
        session.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert places(await asyncio.wait_for(asked, PATIENCE)) == ["journal.md"]


async def test_the_tree_grows_when_the_files_were_read(written: Path, gate: Gate) -> None:
    write(written, "exp_other.md", JOURNAL)
    async with editor(profile("neovim"), written, command=server(gate)) as session:
        session.open("journal.md", JOURNAL, "markdown")
        assert list(await indexed(session, 1)) == ["journal"]
        gate.open()
        assert list(await indexed(session, 2)) == ["exp_other", "journal"]


async def test_files_that_go_on_changing_are_read_all_the_same(workspace: Path) -> None:
    """A program may write for hours; what it has written is shown meanwhile."""
    write(workspace, "exp_first.md", JOURNAL)
    async with editor(profile("neovim"), workspace) as session:
        await indexed(session, 1)
        path = write(workspace, "exp_second.md", JOURNAL)
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed)]
        found = asyncio.ensure_future(indexed(session, 2))
        while not found.done():
            session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
            await asyncio.wait({found}, timeout=0.1)
        assert list(await found) == ["exp_first", "exp_second"]
