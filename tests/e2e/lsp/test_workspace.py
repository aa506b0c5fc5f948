"""Files that are not open: found, shown, followed as they change."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import PATIENCE, Client, Editor, editor
from tests.e2e.lsp.profiles import profile

BAD = "# 💡\n\n```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


async def asked(session: Editor, previous: dict[str, str] | None = None, token: str | None = None) -> dict[str, Any]:
    """URI -> report of the files that are not open."""
    ids = [types.PreviousResultId(uri, value) for uri, value in (previous or {}).items()]
    params = types.WorkspaceDiagnosticParams(ids, partial_result_token=token)
    report = await asyncio.wait_for(session.client.workspace_diagnostic_async(params), PATIENCE)
    return {item.uri: item for item in report.items}


def codes(report: Any) -> list[str]:
    return [item.code for item in report.items]


async def test_files_that_are_not_open_are_judged(workspace: Path) -> None:
    (workspace / "sub 中").mkdir()
    (workspace / "sub 中" / "a.md").write_text(BAD, "utf-8")
    (workspace / "ignored.md").write_text(BAD, "utf-8")
    (workspace / ".gitignore").write_text("ignored.md\n")
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        name = session.uri("sub 中/a.md")
        assert list(reports) == [name]
        assert "TFL101" in codes(reports[name])
        assert reports[name].version is None


async def test_a_request_without_news_waits_for_some(workspace: Path) -> None:
    (workspace / "a.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        ids = {uri: report.result_id for uri, report in reports.items()}
        waiting = asyncio.ensure_future(asked(session, ids))
        text = session.open("b.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        assert not waiting.done()
        (workspace / "a.md").write_text("# A\n", "utf-8")
        (workspace / "c.md").write_text(BAD, "utf-8")
        events = [types.FileEvent(session.uri(name), types.FileChangeType.Changed) for name in ("a.md", "c.md")]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        news: dict[str, Any] = await waiting
        while session.uri("c.md") not in news or session.uri("a.md") not in news:
            news |= await asked(session, ids | {uri: report.result_id for uri, report in news.items()})
        assert codes(news[session.uri("a.md")]) == []
        assert "TFL101" in codes(news[session.uri("c.md")])


async def test_a_deleted_file_loses_its_findings(workspace: Path) -> None:
    (workspace / "a.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        (workspace / "a.md").unlink()
        events = [types.FileEvent(session.uri("a.md"), types.FileChangeType.Deleted)]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        news = await asked(session, {uri: report.result_id for uri, report in reports.items()})
        assert codes(news[session.uri("a.md")]) == []


@pytest.mark.parametrize("question", ["before", "meanwhile", "after"])
async def test_a_file_that_goes_when_it_is_closed_loses_its_findings(workspace: Path, question: str) -> None:
    """VS Code asks a last time, keeps what it shows, and forgets the result's id: it relies on the workspace's.

    It does so when the tab closes, which may be before the document does, or after it; until it has its answer it
    passes over what the workspace's report says.
    """
    (workspace / "a.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        await asked(session)
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        report = asyncio.ensure_future(asked(session))
        last = None
        if question == "meanwhile":
            session.change(text, 0, 0, "!")
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(text.uri))
            last = asyncio.ensure_future(session.client.text_document_diagnostic_async(params))
        session.close(text)
        (workspace / "a.md").unlink()
        events = [types.FileEvent(text.uri, types.FileChangeType.Deleted)]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        news = (await report)[text.uri]
        if last is not None:
            await asyncio.wait_for(last, PATIENCE)
        if question == "after":
            assert await session.codes(text) == []
        while question == "after" or codes(news):
            known = {} if news.result_id is None else {text.uri: news.result_id}
            news = (await asked(session, known))[text.uri]
            question = "answered"


async def test_what_is_read_comes_bit_by_bit(workspace: Path) -> None:
    for number in range(6):
        (workspace / f"{number}.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        parts: list[Any] = []

        def take(client: Client, params: types.ProgressParams) -> None:
            if params.token == "partial":
                parts.append(params.value)

        session.client.protocol.fm.features.pop(types.PROGRESS)
        session.client.feature(types.PROGRESS)(take)
        rest = await asked(session, token="partial")
        uris = [item["uri"] for part in parts for item in part["items"]] + list(rest)
        assert sorted(uris) == [session.uri(f"{number}.md") for number in range(6)]


async def test_an_open_file_is_not_reported(workspace: Path) -> None:
    (workspace / "a.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("a.md", "# fine\n", "markdown")
        assert await session.codes(text) == []
        assert await asked(session) == {}


async def test_an_image_that_an_unopened_file_builds_is_known(workspace: Path) -> None:
    (workspace / "compose.yaml").write_text("services:\n  a:\n    build: .\n    image: acme/trainer\n")
    async with editor(profile("neovim"), workspace) as session:
        text = session.open("start.sh", "docker run --rm -it acme/trainer\n", "sh")
        await session.client.until(
            lambda: (
                text.uri in session.client.published
                and "TFL102" not in [item.code for item in session.client.published[text.uri].items]
            )
        )


async def test_a_renamed_folder_takes_its_findings_along(workspace: Path) -> None:
    (workspace / "old").mkdir()
    (workspace / "old" / "a.md").write_text(BAD, "utf-8")
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        (workspace / "old").rename(workspace / "new")
        files = [types.FileRename(session.uri("old"), session.uri("new"))]
        session.client.workspace_did_rename_files(types.RenameFilesParams(files))
        ids = {uri: report.result_id for uri, report in reports.items()}
        news = await asked(session, ids)
        while session.uri("new/a.md") not in news:
            news |= await asked(session, ids | {uri: report.result_id or "" for uri, report in news.items()})
        assert codes(news[session.uri("old/a.md")]) == []
        assert "TFL101" in codes(news[session.uri("new/a.md")])


async def test_the_findings_of_a_notebook_move_to_its_cells_while_it_is_open(workspace: Path) -> None:
    """VS Code would show both, those of the JSON and those of the cells, under one name."""
    source = json.dumps({"cell_type": "markdown", "metadata": {}, "source": BAD})
    (workspace / "a.ipynb").write_text(f'{{"cells": [{source}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 4}}')
    async with editor(profile("vscode"), workspace) as session:
        reports = await asked(session)
        uri = session.uri("a.ipynb")
        assert "TFL101" in codes(reports[uri])
        waiting = asyncio.ensure_future(asked(session, {uri: reports[uri].result_id}))
        notebook, _ = session.open_notebook("a.ipynb", [(1, BAD)])
        assert codes((await waiting)[uri]) == []
        waiting = asyncio.ensure_future(asked(session, {}))
        closed = types.DidCloseNotebookDocumentParams(types.NotebookDocumentIdentifier(notebook), [])
        session.client.notebook_document_did_close(closed)
        assert "TFL101" in codes((await waiting)[uri])
