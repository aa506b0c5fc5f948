"""Errors that somebody has pasted into Markdown: offered where they stand, and the entry tells of that very error."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_journal_cells import CODE, MARKDOWN, OPTIONS, argument_of, put_behind, ran, run, unasked

TRACE = (
    "Traceback (most recent call last):\n"
    '  File "train.py", line 7, in <module>\n'
    "    model.fit(x, y)\n"
    "ResourceExhaustedError: OOM when allocating tensor with shape[512,1024] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:MatMul]\n"
)
SHAPES = "InvalidArgumentError: Incompatible shapes: [32,10] vs. [32,5] [Op:AddV2]\n"
ZERO = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
HEADINGS = {"en": "# Log\n\n## Goal\n\nWhy?\n\n### Notes\n", "zh": "# 日志\n\n## 实验目标\n\n为什么？\n\n### 记录\n"}
JUPYTEXT = "---\njupyter:\n  jupytext:\n    text_representation:\n      extension: .md\n---\n\n"
# What an entry tells of it: the error, the place, causes and remedies.
TOLD = {
    "en": [
        "## ❌ Out of memory error log",
        "OOM when allocating tensor with shape[512,1024]",
        "`train.py:7: model.fit",
    ],
    "zh": [
        "## ❌ 内存（显存）不足 错误日志",
        "OOM when allocating tensor with shape[512,1024]",
        "出错位置：`train.py:7",
    ],
}
LIKELY = {"en": ("Likely causes", "To try:"), "zh": ("可能原因", "可以尝试：")}


@pytest.fixture
async def rich(workspace: Path) -> AsyncIterator[Editor]:
    """VS Code with an extension that inserts cells."""
    async with editor(profile("vscode").with_params(initializationOptions=OPTIONS), workspace) as session:
        yield session


def fenced(text: str) -> str:
    return f"```\n{text}```\n"


def commented(text: str) -> str:
    """A Markdown cell of a percent script."""
    return "# %% [markdown]\n" + "".join(f"# {line}".rstrip() + "\n" for line in text.split("\n"))


async def offer(session: Editor, text: Text, at: str) -> types.CodeAction:
    """The one action that lights a bulb at a place, complete."""
    offset = text.text.index(at)
    context = types.CodeActionContext([], trigger_kind=types.CodeActionTriggerKind.Automatic)
    identifier = types.TextDocumentIdentifier(text.uri)
    params = types.CodeActionParams(identifier, session.range(text, offset, offset), context)
    found = await session.client.text_document_code_action_async(params)
    (action,) = (
        each for each in found or () if isinstance(each, types.CodeAction) and each.title.startswith("Log this")
    )
    return action


def holds(text: str, language: str) -> None:
    for each in (*TOLD[language], *LIKELY[language]):
        assert each in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("notes.md", ""),
        ("exp.md", JUPYTEXT),
    ],
    ids=["markdown", "jupytext"],
)
async def test_the_offer_in_markdown_inserts_its_error(rich: Editor, language: str, name: str, begin: str) -> None:
    source = f"{begin}{HEADINGS[language]}\n{fenced(SHAPES)}\n### 2\n\n{fenced(TRACE)}\n### 3\n\n{fenced(SHAPES)}"
    text = rich.open(name, source, "markdown")
    action = await offer(rich, text, "OOM when")
    assert action.title == "Log this error: Out of memory"
    await rich.choose(action)
    holds(text.text, language)
    assert text.text.count("Incompatible shapes") == 2
    assert await unasked(rich, text, "OOM when") == []
    assert await unasked(rich, text, "Incompatible") == ["Log this error: Shapes do not fit together"]


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_offer_in_a_percent_script_inserts_its_error(rich: Editor, language: str) -> None:
    cells = [HEADINGS[language], fenced(TRACE), fenced(SHAPES)]
    text = rich.open("exp.py", "".join(map(commented, cells)) + "# %%\nx = 1\n", "python")
    await rich.choose(await offer(rich, text, "OOM when"))
    added = re.sub(r"^# ?", "", text.text, flags=re.MULTILINE)
    holds(added, language)
    assert text.text.count("Incompatible shapes") == 1
    assert await unasked(rich, text, "OOM when") == []
    assert len(await unasked(rich, text, "# InvalidArgumentError")) == 1
    assert await unasked(rich, text, "x = 1") == []


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_offer_in_a_markdown_cell_comes_before_the_errors_of_runs(rich: Editor, language: str) -> None:
    cells = [(MARKDOWN, HEADINGS[language]), (CODE, "1 / 0"), (MARKDOWN, f"Seen:\n\n{fenced(TRACE)}"), (CODE, "x")]
    notebook, (goal, code, pasted, _) = rich.open_notebook("exp.ipynb", cells)
    ran(rich, notebook, code, 3, ZERO)
    action = await offer(rich, pasted, "OOM when")
    assert action.title == "Log this error: Out of memory"
    done = await rich.client.code_action_resolve_async(action)
    assert done.command is not None
    payload = argument_of(done.command)
    holds(payload["text"], language)
    assert "division by zero" not in payload["text"]
    assert payload["afterCell"] == pasted.uri
    # Named without a place in it, the cell's error is meant as well; elsewhere that of the run.
    assert (await run(rich, "insertError", notebook, cell=pasted.uri))["insertCell"]["text"] == payload["text"]
    assert "division by zero" in (await run(rich, "insertError", notebook, cell=goal.uri))["insertCell"]["text"]
    put_behind(rich, payload, 7)
    assert await unasked(rich, pasted, "OOM when") == []
    assert await unasked(rich, code) == ["Log this error: ZeroDivisionError"]
    where = {"line": 3, "character": 0}
    again = await run(rich, "insertError", notebook, cell=pasted.uri, position=where)
    assert "entry already" in again["reason"]


async def test_the_offer_in_the_json_of_a_notebook(rich: Editor) -> None:
    def cell(kind: str, source: str, **more: Any) -> dict[str, Any]:
        return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **more}

    trace = ["Traceback (most recent call last)", "ZeroDivisionError: division by zero"]
    zero = cell("code", "1 / 0", execution_count=1, outputs=[{**ZERO, "traceback": trace}])
    made = [cell("markdown", HEADINGS["en"]), cell("markdown", fenced(TRACE)), zero]
    book = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    text = rich.open("exp.ipynb", json.dumps(book, indent=1), "json")
    await rich.choose(await offer(rich, text, "OOM when"))
    added = "".join(json.loads(text.text)["cells"][2]["source"])
    holds(added, "en")
    assert await unasked(rich, text, "OOM when") == []
    assert await unasked(rich, text, "1 / 0") == ["Log this error: ZeroDivisionError"]


async def test_errors_in_quotes_and_below_an_entry_are_offered_and_an_entrys_own_are_not(rich: Editor) -> None:
    quote = "".join(f"> {line}\n" for line in TRACE.splitlines())
    text = rich.open("notes.md", f"# Log\n\n{quote}", "markdown")
    await rich.choose(await offer(rich, text, "OOM when"))
    holds(text.text, "en")
    own = text.text.rindex("OOM when")
    assert await unasked(rich, text, text.text[own:]) == []
    # What follows the last entry of a file stands in its section.
    rich.change(text, len(text.text), len(text.text), f"\n{fenced(SHAPES)}")
    await rich.choose(await offer(rich, text, "Incompatible"))
    assert text.text.count("Incompatible shapes") == 2
    assert "## ❌ Shapes do not fit together error log" in text.text
    assert await unasked(rich, text, "Incompatible") == []


async def test_without_a_place_the_last_error_without_an_entry_is_meant(rich: Editor) -> None:
    code = '```python\nraise ValueError("Incompatible shapes: [1] vs. [2]")  # OOM when allocating\n```\n'
    text = rich.open("notes.md", f"# Log\n\n{fenced(SHAPES)}\n{fenced(TRACE)}\n{code}", "markdown")
    answer = await run(rich, "insertError", text.uri, dryRun=True)
    holds(answer["text"], "en")
    await rich.choose(await offer(rich, text, "OOM when"))
    answer = await run(rich, "insertError", text.uri, dryRun=True)
    assert answer["text"].startswith("## ❌ Shapes do not fit together error log\n")
    await rich.choose(await offer(rich, text, "InvalidArgument"))
    # All that was pasted is told: what is inserted then is a form.
    assert (await run(rich, "insertError", text.uri, dryRun=True))["text"].startswith("## ❌ Error log\n")
