"""Journal entries by code actions and commands, as each editor applies them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tflsp.server.capabilities import ENTRIES

JOURNAL = "# 💡 日志\n\n## 实验目标\n\n为什么？\n\n### 调试步骤 #1：慢一点\n\n- 结果：95 %\n"
WITH_ACTIONS = ("eglot", "helix", "neovim", "vscode")


async def offered(session: Editor, text: Text, at: int, only: list[str] | None = None) -> dict[str, types.CodeAction]:
    """The journal's actions that insert something, by title."""
    actions = await session.actions(text, session.range(text, at, at), only=only)
    return {
        action.title: action
        for action in actions
        if ".tflsp.journal" in kind_of(action) and not (action.command and action.command.command in ENTRIES)
    }


def kind_of(action: types.CodeAction | types.Command) -> str:
    kind = action.kind if isinstance(action, types.CodeAction) else ""
    return str(getattr(kind, "value", kind))


async def run(session: Editor, name: str, text: Text, **more: Any) -> Any:
    """Run a command, apply the edits that it asks for, and give its answer."""
    params = types.ExecuteCommandParams(f"tflsp.{name}", [{"uri": text.uri, **more}])
    answer = await session.client.workspace_execute_command_async(params)
    while session.client.edits:
        session.apply(session.client.edits.pop(0))
    return answer


@pytest.mark.parametrize("name", WITH_ACTIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_a_step_goes_where_the_cursor_is(workspace: Path, name: str, encoding: str) -> None:
    async with editor(profile(name).with_encoding(encoding), workspace) as session:
        text = session.open("journal.md", JOURNAL, "markdown")
        found = await offered(session, text, len(JOURNAL))
        (title,) = (each for each in found if "2" in each)
        assert len(found) == 3  # the goal is there
        await session.choose(found[title])
        # Where snippets are live the title has a stop behind its colon.
        assert text.text.removeprefix(JOURNAL).replace("#2：", "#2").startswith("\n### 调试步骤 #2\n\n- 时间：")


async def test_nothing_is_offered_where_nobody_asks(vscode: Editor) -> None:
    readme = vscode.open("README.md", "# Start\n\ntext\n", "markdown")
    assert await offered(vscode, readme, 10) == {}
    asked = await offered(vscode, readme, 10, ["refactor"])
    assert len(asked) == 4
    assert {kind_of(each) for each in asked.values()} == {"refactor.tflsp.journal"}
    assert len(await offered(vscode, readme, 10, ["source.tflsp"])) == 4
    assert await offered(vscode, readme, 10, ["quickfix"]) == {}
    assert await offered(vscode, readme, 10, ["source.fixAll"]) == {}
    journal = vscode.open("journal.md", JOURNAL, "markdown")
    (step,) = (each for title, each in (await offered(vscode, journal, 0)).items() if "2" in title)
    assert kind_of(step) == "refactor.tflsp.journal"  # VS Code shows no source actions in its menu
    context = types.CodeActionContext([], trigger_kind=types.CodeActionTriggerKind.Automatic)
    where = vscode.range(journal, 0, 0)
    params = types.CodeActionParams(types.TextDocumentIdentifier(journal.uri), where, context)
    unasked = await vscode.client.text_document_code_action_async(params)
    assert not [action for action in unasked or () if ".tflsp.journal" in kind_of(action)]
    script = vscode.open("journal.sh", "true\n", "shellscript")
    assert await offered(vscode, script, 0, ["source"]) == {}


@pytest.mark.parametrize("name", WITH_ACTIONS)
async def test_commands_insert_into_raw_notebooks_and_scripts(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        book = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
        raw = session.open("exp.ipynb", book, "json")
        assert (await run(session, "insertGoal", raw))["applied"] is True
        assert (await run(session, "insertStep", raw))["applied"] is True
        sources = ["".join(cell["source"]) for cell in json.loads(raw.text)["cells"]]
        assert [source.split("\n")[0] for source in sources] == ["## Goal", "### Debug step #1"]
        script = session.open("exp.py", "# %%\nx = 1\n", "python")
        assert (await run(session, "insertError", script, dryRun=True))["text"].startswith("## ❌ Error log\n")
        assert script.text == "# %%\nx = 1\n"
        assert (await run(session, "insertConclusion", script))["applied"] is True
        assert script.text.startswith("# %%\nx = 1\n\n# %% [markdown]\n# ## Conclusion\n")


async def test_a_cell_of_a_synced_notebook_gets_the_entry_at_its_end(vscode: Editor) -> None:
    cells = [(1, "## Goal\n\nWhy?"), (1, "### Debug step #4\n\n- Result: 95 %"), (2, "x = 1"), (1, "")]
    _, (goal, step, code, empty) = vscode.open_notebook("exp.ipynb", cells)
    assert len(await offered(vscode, step, 0)) == 3
    assert (await run(vscode, "insertStep", step))["applied"] is True
    assert step.text.startswith("### Debug step #4\n\n- Result: 95 %\n\n### Debug step #5: \n")
    assert not step.text.endswith("\n")
    assert (await run(vscode, "insertConclusion", empty))["applied"] is True
    assert empty.text.startswith("## Conclusion\n")
    assert "there is a goal already" in (await run(vscode, "insertGoal", goal))["reason"]
    assert "Markdown cell" in (await run(vscode, "insertStep", code))["reason"]
    assert await offered(vscode, code, 0, ["source"]) == {}


async def test_what_is_wrong_is_said(vscode: Editor, workspace: Path) -> None:
    own = workspace / ".tflsp/templates/en/step.md"
    own.parent.mkdir(parents=True)
    own.write_text("### {{ nothing }}\n", encoding="utf-8")
    text = vscode.open("journal.md", "", "markdown")
    assert "there is no field 'nothing'" in (await run(vscode, "insertStep", text))["reason"]
    own.write_text("### Debug step #{{ number }}\n\nMine.\n", encoding="utf-8")
    assert (await run(vscode, "insertStep", text))["text"] == "### Debug step #1\n\nMine.\n"
    assert text.text.startswith("### Debug step #1: \n\nMine.\n")
    vscode.close(text)
    assert "not open" in (await run(vscode, "insertStep", text))["reason"]
    nothing: Any = await vscode.client.workspace_execute_command_async(types.ExecuteCommandParams("tflsp.insertStep"))
    assert "not open" in nothing["reason"]


async def test_an_editor_that_refuses_the_edit_is_told(vscode: Editor, workspace: Path) -> None:
    async def refuse(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return types.ApplyWorkspaceEditResult(applied=False)

    vscode.client.protocol.fm.features.pop(types.WORKSPACE_APPLY_EDIT, None)
    vscode.client.feature(types.WORKSPACE_APPLY_EDIT)(refuse)
    script = vscode.open("exp.py", "# %%\nmodel.fit(x, y, epochs=2)\n", "python")
    answer = await run(vscode, "insertStep", script)
    assert answer["applied"] is False
    assert "nothing was inserted" in answer["reason"]
    assert not (workspace / ".tflsp").exists()
