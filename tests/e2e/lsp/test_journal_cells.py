"""New cells of notebooks: VS Code's client command, its unsaved outputs, and JupyterLab's virtual documents."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tests.snippets import expanded

MARKDOWN, CODE = 1, 2
INSERT_CELL = "tflsp.client.insertCell"
OPTIONS = {"clientCommands": [INSERT_CELL, "tflsp.client.openTimeline"], "unlogged": True}
FIT = "model.compile(optimizer=tf.keras.optimizers.Adam(0.01))\nmodel.fit(x, y, epochs=2, batch_size=32)\n"
EPOCHS = (
    "Epoch 1/2\n10/10 [==============================] - 1s 9ms/step - loss: 0.9 - val_accuracy: 0.8000\n"
    "Epoch 2/2\n10/10 [==============================] - 1s 9ms/step - loss: 0.5 - val_accuracy: 0.9711\n"
)
SHAPES = "InvalidArgumentError: Incompatible shapes: [32,10] vs. [32,5] [Op:AddV2]"


@pytest.fixture
async def rich(workspace: Path) -> AsyncIterator[Editor]:
    """VS Code with an extension that inserts cells."""
    async with editor(profile("vscode").with_params(initializationOptions=OPTIONS), workspace) as session:
        yield session


async def run(session: Editor, name: str, uri: str, **more: Any) -> Any:
    params = types.ExecuteCommandParams(f"tflsp.{name}", [{"uri": uri, **more}])
    return await session.client.workspace_execute_command_async(params)


def put_behind(session: Editor, payload: Any, number: int) -> Text:
    """What the extension does with a payload: a new cell, which the server is told of."""
    cells = session.notebooks[payload["notebook"]]
    at = payload["afterIndex"] + 1
    assert payload["afterCell"] == (cells[at - 1] if at else None)
    new = session.cell(payload["notebook"], number, MARKDOWN, payload["text"])
    cells.insert(at, new.uri)
    item = types.TextDocumentItem(new.uri, new.language, new.version, new.text)
    array = types.NotebookCellArrayChange(at, 0, [types.NotebookCell(types.NotebookCellKind.Markup, new.uri)])
    structure = types.NotebookDocumentCellChangeStructure(array, did_open=[item])
    session.notebook_changed(payload["notebook"], types.NotebookDocumentCellChanges(structure=structure))
    return new


def ran(session: Editor, notebook: str, cell: Text, count: int, *outputs: dict[str, Any]) -> None:
    """The extension tells what a run gave."""
    told = {"cell": cell.uri, "executionCount": count, "success": True, "outputs": list(outputs)}
    session.client.protocol.notify("tflsp/cellOutputs", {"notebook": notebook, "cells": [told]})


def argument_of(command: types.Command) -> dict[str, Any]:
    (argument,) = command.arguments or ()
    assert isinstance(argument, dict)
    return argument


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text.splitlines(keepends=True)}


async def test_a_step_is_a_payload_for_the_client(rich: Editor) -> None:
    cells = [
        (MARKDOWN, "# 💡 t\n\n## Goal\n\nWhy?\n\n✅ Target: val_accuracy > 97%"),
        (CODE, FIT),
        (MARKDOWN, "## Conclusion\n\nx"),
    ]
    notebook, (_, code, end) = rich.open_notebook("exp.ipynb", cells)
    ran(rich, notebook, code, 3, stream(EPOCHS))
    answer = await run(rich, "insertStep", notebook, cell=code.uri)
    payload = answer["insertCell"]
    assert answer["applied"] is False
    assert "reason" not in answer
    assert {key: payload[key] for key in ("notebook", "afterCell", "afterIndex", "kind")} == {
        "notebook": notebook,
        "afterCell": code.uri,
        "afterIndex": 1,
        "kind": "markdown",
    }
    assert "- Result: val_accuracy 0.9711 after epoch 2 of 2; loss 0.5000; goal met" in payload["text"]
    assert payload["text"].startswith("### Debug step #1\n")
    assert not payload["text"].endswith("\n")
    assert answer["text"] == payload["text"]
    shown, stops = expanded(payload["snippet"])
    assert shown.replace("#1: \n", "#1\n") == payload["text"]
    assert len(stops) == 3  # title, analysis, end
    # Without a cell it goes before the conclusion.
    assert (await run(rich, "insertStep", notebook))["insertCell"]["afterCell"] == code.uri
    # A cell by its own URI; a goal goes to the top, but there is one.
    assert (await run(rich, "insertStep", end.uri))["insertCell"]["afterIndex"] == 2
    assert "there is a goal already" in (await run(rich, "insertGoal", notebook))["reason"]


async def test_changes_are_told_against_the_step_that_was_inserted(rich: Editor, workspace: Path) -> None:
    notebook, (code,) = rich.open_notebook("exp.ipynb", [(CODE, FIT)])
    first = (await run(rich, "insertStep", notebook, cell=code.uri))["insertCell"]
    assert "→" not in first["text"]
    assert not (workspace / ".tflsp").exists()  # nobody knows yet whether it was inserted
    put_behind(rich, first, 7)
    rich.change_cell(notebook, code, [(FIT.index("0.01"), FIT.index("0.01") + 4, "0.001")])
    second = (await run(rich, "insertStep", notebook, cell=code.uri))["insertCell"]
    assert "- learning_rate: 0.01 → 0.001\n" in second["text"]
    assert second["text"].startswith("### Debug step #2\n")
    database = sqlite3.connect(workspace / ".tflsp" / "journal.db")
    assert [row[0] for row in database.execute("SELECT step FROM snapshots")] == [1]
    database.close()


@pytest.mark.parametrize("locale", ["en", "zh-cn"])
async def test_what_snapshots_could_not_keep_is_told_once(workspace: Path, locale: str) -> None:
    client = profile("vscode").with_params(initializationOptions=OPTIONS, locale=locale)
    (workspace / ".tflsp").mkdir()
    (workspace / ".tflsp" / "journal.db").write_text("no database, and long enough to be seen as something else")
    async with editor(client, workspace) as session:
        notebook, (code,) = session.open_notebook("exp.ipynb", [(CODE, FIT)])
        for number in (7, 8, 9):
            ran(session, notebook, code, number, stream(EPOCHS.replace("0.9711", f"0.{number}")))
            # An answer comes when what was inserted before is kept, or told not to be.
            answer = await run(session, "insertStep", notebook, cell=code.uri)
            assert "reason" not in answer
            put_behind(session, answer["insertCell"], number)
        said = [message.message for message in session.client.messages]
    why, commits, following = {
        "en": (
            "tflsp: .tflsp/journal.db is no database (remove it, and it is made again from git): ",
            "changes are those since the last commit, where there is one",
            "the next step cannot tell what has changed since this one",
        ),
        "zh-cn": (
            "tflsp: .tflsp/journal.db 不是数据库（可以删除，会根据 git 重新生成）：",
            "改动以最近一次提交（如果有）为准",
            "下一个步骤无法得知此后的改动",
        ),
    }[locale]
    assert said == [why + commits, why + following]


async def test_saved_outputs_count_until_newer_ones_are_told(rich: Editor, workspace: Path) -> None:
    saved = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": FIT, "outputs": [stream(EPOCHS)]}
    book = {"cells": [saved], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (workspace / "exp.ipynb").write_text(json.dumps(book), "utf-8")
    notebook, (code,) = rich.open_notebook("exp.ipynb", [(CODE, FIT)])
    assert "val_accuracy 0.9711" in (await run(rich, "insertStep", notebook))["insertCell"]["text"]
    ran(rich, notebook, code, 2, stream(EPOCHS.replace("0.9711", "0.5555")))
    text = (await run(rich, "insertStep", notebook))["insertCell"]["text"]
    assert "val_accuracy 0.5555" in text
    assert "0.9711" not in text
    ran(rich, notebook, code, 3)
    assert "val_accuracy" not in (await run(rich, "insertStep", notebook))["insertCell"]["text"]


async def test_an_error_of_a_run_that_was_not_saved(rich: Editor) -> None:
    notebook, (first, second) = rich.open_notebook("exp.ipynb", [(CODE, FIT), (CODE, "1 / 0")])
    trace = ["\x1b[0;31m---\x1b[0m", "Traceback (most recent call last)", SHAPES]
    ran(rich, notebook, first, 4, {"output_type": "error", "ename": "x", "evalue": "y", "traceback": trace})
    zero = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
    ran(rich, notebook, second, 5, zero)
    assert "division by zero" in (await run(rich, "insertError", notebook))["insertCell"]["text"]
    named = (await run(rich, "insertError", notebook, cell=first.uri))["insertCell"]
    assert "Incompatible shapes: [32,10] vs. [32,5]" in named["text"]
    assert named["afterCell"] == first.uri
    put_behind(rich, named, 8)
    assert "entry already" in (await run(rich, "insertError", notebook, cell=first.uri))["reason"]


async def test_code_actions_of_cells_are_complete_when_resolved(rich: Editor) -> None:
    _, (code,) = rich.open_notebook("exp.ipynb", [(CODE, FIT)])
    actions = await rich.actions(code, rich.range(code, 0, 0), only=["refactor.tflsp"])
    assert [action.title for action in actions] == [
        "Insert goal",
        "Insert debug step #1",
        "Insert error log",
        "Insert conclusion",
    ]
    assert all(action.command is None and action.edit is None for action in actions)
    done = await rich.client.code_action_resolve_async(actions[1])
    assert done.edit is None
    assert done.command is not None
    assert done.command.command == INSERT_CELL
    assert argument_of(done.command)["afterCell"] == code.uri


async def test_a_client_that_cannot_resolve_commands_gets_all_of_it_at_once(workspace: Path) -> None:
    simple = profile("vscode").with_params(initializationOptions=OPTIONS)
    simple = simple.with_capability(["edit"], "textDocument", "codeAction", "resolveSupport", "properties")
    async with editor(simple, workspace) as session:
        notebook, (code,) = session.open_notebook("exp.ipynb", [(CODE, FIT)])
        actions = await session.actions(code, session.range(code, 0, 0), only=["refactor.tflsp"])
        payloads = [argument_of(action.command) for action in actions if action.command]
        assert len(payloads) == 4
        assert [payload["afterCell"] for payload in payloads] == [code.uri] * 4
        assert {payload["notebook"] for payload in payloads} == {notebook}


async def test_what_goes_wrong_loses_nothing(rich: Editor, workspace: Path) -> None:
    (workspace / "exp.ipynb").write_text("{ broken", "utf-8")
    notebook, (code, other) = rich.open_notebook("exp.ipynb", [(CODE, FIT), (CODE, "x")])
    # A file that cannot be read has no outputs to tell; the entry is made of what is known.
    assert "### Debug step #1" in (await run(rich, "insertStep", notebook))["insertCell"]["text"]
    for nonsense in ({}, {"notebook": notebook}, {"notebook": notebook, "cells": [{"cell": 1, "outputs": [3, {}]}]}):
        rich.client.protocol.notify("tflsp/cellOutputs", nonsense)
    rich.client.protocol.notify("tflsp/cellOutputs", {"notebook": "file:///other.ipynb", "cells": []})
    assert (await run(rich, "insertStep", notebook, cell="file:///gone"))["insertCell"]["afterIndex"] == 1
    rich.notebook_changed(
        notebook,
        types.NotebookDocumentCellChanges(
            structure=types.NotebookDocumentCellChangeStructure(
                types.NotebookCellArrayChange(0, 1), did_close=[types.TextDocumentIdentifier(code.uri)]
            )
        ),
    )
    left = (await run(rich, "insertStep", notebook, cell=code.uri))["insertCell"]
    assert (left["afterCell"], left["afterIndex"]) == (other.uri, 0)


async def test_virtual_documents_of_jupyterlab(workspace: Path) -> None:
    async with editor(profile("jupyterlab"), workspace) as session:
        code = session.open(".virtual_documents/exp.ipynb", FIT, "python")
        folder = workspace / "exp.ipynb"
        saved = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": FIT, "outputs": [stream(EPOCHS)]}
        book = {"cells": [saved], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        folder.write_text(json.dumps(book), "utf-8")
        markdown = session.open(
            ".virtual_documents/exp.ipynb.python-markdown(1).md",
            "## 实验目标\n\n为什么？\n\n### 调试步骤 #4\n",
            "markdown",
        )
        for text in (code, markdown):
            actions = await session.actions(text, session.range(text, 0, 0), only=["refactor.tflsp.journal"])
            assert actions[0].title in ("Insert debug step #5", "插入调试步骤 #5")
            command = actions[0].command
            assert command is not None
            assert command.command == INSERT_CELL
            payload = argument_of(command)
            assert payload["notebook"] == session.uri("exp.ipynb")
            assert (payload["afterCell"], payload["afterIndex"]) == (None, None)
            assert payload["text"].startswith("### 调试步骤 #5\n")
            assert "val_accuracy 0.9711" in payload["text"]


async def test_what_is_not_logged_is_told_when_it_changes(rich: Editor) -> None:
    told: list[Any] = []

    @rich.client.feature("tflsp/unlogged")  # type: ignore[untyped-decorator]
    async def take(params: Any) -> None:
        told.append([(cell.cell, cell.kind, cell.title) for cell in params.cells])
        async with rich.client.news:
            rich.client.news.notify_all()

    notebook, (code, other) = rich.open_notebook("exp.ipynb", [(CODE, FIT), (CODE, "1 / 0")])
    ran(rich, notebook, code, 1, stream(EPOCHS))
    await rich.client.until(lambda: bool(told))
    assert told.pop() == [(code.uri, "step", "Log this run as debug step #1")]
    zero = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
    ran(rich, notebook, other, 2, zero)
    await rich.client.until(lambda: bool(told))
    error = (other.uri, "error", "Log this error: ZeroDivisionError")
    assert told.pop() == [(code.uri, "step", "Log this run as debug step #1"), error]
    # The light is on in these cells, and in no other place.
    assert await unasked(rich, code) == ["Log this run as debug step #1"]
    assert await unasked(rich, other) == ["Log this error: ZeroDivisionError"]
    new = put_behind(rich, (await run(rich, "insertStep", notebook, cell=code.uri))["insertCell"], 7)
    await rich.client.until(lambda: bool(told))
    assert told.pop() == [error]
    assert await unasked(rich, code) == []
    assert await unasked(rich, new) == []
    put_behind(rich, (await run(rich, "insertError", notebook, cell=other.uri))["insertCell"], 8)
    await rich.client.until(lambda: bool(told))
    assert told.pop() == []


async def test_the_last_saved_run_of_a_journal_is_told(rich: Editor, workspace: Path) -> None:
    saved = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": FIT, "outputs": [stream(EPOCHS)]}
    book = {"cells": [saved], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    for name in ("exp.ipynb", "other.ipynb"):
        (workspace / name).write_text(json.dumps(book), "utf-8")
    _, (journal,) = rich.open_notebook("exp.ipynb", [(CODE, FIT)])
    _, (other,) = rich.open_notebook("other.ipynb", [(CODE, FIT)])
    assert await unasked(rich, journal) == ["Log this run as debug step #1"]
    assert await unasked(rich, other) == []


async def test_changed_lines_and_pasted_tracebacks_are_evidence(rich: Editor) -> None:
    script = rich.open("exp.py", f"# %%\n{FIT}", "python")
    await rich.choose((await rich.actions(script, rich.range(script, 0, 0), only=["refactor.tflsp"]))[1])
    assert "# ### Debug step #1" in script.text
    assert await unasked(rich, script, "Adam(0.01)") == []
    at = script.text.index("0.01")
    rich.change(script, at, at + 4, "0.001")
    # The answer to a command comes when the snapshot is there.
    await run(rich, "insertStep", script.uri, dryRun=True)
    assert await unasked(rich, script, "0.001") == ["Log the changes as debug step #2"]
    assert await unasked(rich, script, "model.fit") == []
    trace = f"```\nTraceback (most recent call last):\n{SHAPES}\n```\n"
    page = rich.open("journal.md", f"# Log\n\n{trace}\ntext\n", "markdown")
    assert await unasked(rich, page, "Traceback") == ["Log this error: Shapes do not fit together"]
    assert await unasked(rich, page, "text") == []


async def unasked(session: Editor, text: Text, at: str = "") -> list[str]:
    """The journal's actions that light a bulb at a place."""
    offset = text.text.index(at)
    context = types.CodeActionContext([], trigger_kind=types.CodeActionTriggerKind.Automatic)
    identifier = types.TextDocumentIdentifier(text.uri)
    params = types.CodeActionParams(identifier, session.range(text, offset, offset), context)
    found = await session.client.text_document_code_action_async(params)
    actions = [action for action in found or () if isinstance(action, types.CodeAction)]
    return [action.title for action in actions if "tflsp.journal" in str(getattr(action.kind, "value", action.kind))]


async def test_the_last_run_of_raw_json_is_evidence_in_its_cell(rich: Editor) -> None:
    saved = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": FIT, "outputs": [stream(EPOCHS)]}
    other: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "source": "x = 1",
        "outputs": [],
    }
    book = json.dumps({"cells": [saved, other], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)
    raw = rich.open("exp.ipynb", book, "json")
    assert await unasked(rich, raw, "batch_size") == ["Log this run as debug step #1"]
    assert await unasked(rich, raw, "x = 1") == []
    assert await unasked(rich, raw, "nbformat") == []
