"""Progress of a capture that takes longer than a moment: an interpreter that does not answer yet, in a real session."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import PATIENCE, Editor, editor
from tests.e2e.lsp.gate import Gate
from tests.e2e.lsp.profiles import profile
from tflsp.checking.tensorflow_python import VARIABLE

TITLE = "tflsp: reading what happened since the last step"
JOURNAL = "# Journal\n\n## Goal\n\nWhy?\n"
NUMBERED = "# 💡 日志\n\n## 实验目标\n\n为什么？\n\n### 调试步骤 #1：慢一点\n\n- 结果：95 %\n"


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The user's interpreter answers when this is open."""
    made = Gate(tmp_path)
    monkeypatch.setenv(VARIABLE, str(made.program("python", f'exec "{sys.executable}" "$@"')))
    yield made
    made.open()


def insert_step(session: Editor, uri: str) -> asyncio.Future[Any]:
    params = types.ExecuteCommandParams("tflsp.insertStep", [{"uri": uri}])
    return asyncio.wrap_future(session.client.protocol.send_request(types.WORKSPACE_EXECUTE_COMMAND, params))


def told(session: Editor, title: str = TITLE) -> tuple[int | str, list[dict[str, Any]]]:
    """The token and the values of the progress with this title; that of the workspace is another."""
    values = [(each.token, dict(each.value)) for each in session.client.progresses if each.value is not None]
    token = next((token for token, value in values if value.get("title") == title), "")
    return token, [value for each, value in values if each == token]


@pytest.mark.parametrize(
    ("locale", "title"),
    [("en", TITLE), ("zh-cn", "tflsp：读取上一步之后发生的变化")],
)
async def test_a_long_capture_says_that_it_goes_on(workspace: Path, gate: Gate, locale: str, title: str) -> None:
    async with editor(profile("neovim").with_params(locale=locale), workspace) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked = insert_step(session, text.uri)
        await session.client.until(lambda: bool(told(session, title)[1]))
        assert not asked.done()
        (begun,) = told(session, title)[1]
        assert (begun["kind"], begun["cancellable"]) == ("begin", True)
        gate.open()
        assert (await asyncio.wait_for(asked, PATIENCE))["applied"] is True
        await session.client.until(lambda: told(session, title)[1][-1]["kind"] == "end")
        session.apply(session.client.edits.pop(0))
        assert "### Debug step #1" in text.text


async def test_a_long_capture_can_be_cancelled(workspace: Path, gate: Gate) -> None:
    async with editor(profile("neovim"), workspace) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        asked = insert_step(session, text.uri)
        await session.client.until(lambda: bool(told(session)[1]))
        token, _ = told(session)
        session.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        refused = await asyncio.wait_for(asked, PATIENCE)
        assert (refused["applied"], refused["reason"]) == (False, "cancelled: nothing was inserted")
        await session.client.until(lambda: told(session)[1][-1]["kind"] == "end")
        gate.open()
        assert session.client.edits == []
        assert text.text == JOURNAL
        # The next one is made as if nothing had been.
        again = insert_step(session, text.uri)
        assert (await asyncio.wait_for(again, PATIENCE))["applied"] is True


async def test_typing_while_an_entry_is_made_loses_nothing(workspace: Path, gate: Gate) -> None:
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("journal.md", NUMBERED, "markdown")
        asked = insert_step(session, text.uri)
        # Whatever else is answered: by now the server is at it, and waits for the interpreter.
        await session.client.until(lambda: bool(told(session)[1]))
        session.change(text, len(text.text), len(text.text), "\n### 调试步骤 #2：再慢\n")
        gate.open()
        answer = await asyncio.wait_for(asked, PATIENCE)
        # The edit carries the version of the text that it is made for; the step that came meanwhile counts.
        session.apply(session.client.edits.pop(0))
        assert answer["applied"] is True
        assert text.text.startswith(NUMBERED + "\n### 调试步骤 #2：再慢\n\n### 调试步骤 #3")
