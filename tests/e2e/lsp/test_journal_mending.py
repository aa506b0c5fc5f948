"""Findings of journals that no edit of their own text can mend: a conclusion below the last code, steps' numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.lsp.test_journal_cells import INSERT_CELL, OPTIONS, argument_of

GOAL = "# Slow\n\n## Goal\n\nWhy? I assume the rate.\n\n✅ Target: val_accuracy > 97%"
STEP = "### Debug step #{0}: lower\n\n- lr: 0.1 → 0.01\n- Result: val_accuracy 0.95\n\nAnalysis: too fast."
CODE = "model.fit(x, y)"
CELLS = [("markdown", GOAL), ("markdown", STEP.format(1)), ("code", CODE)]


def raw() -> str:
    """A notebook that ends with code, as a text."""
    cells: list[dict[str, Any]] = []
    for kind, text in CELLS:
        cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text.splitlines(keepends=True)}
        cells.append(cell | ({"execution_count": 1, "outputs": []} if kind == "code" else {}))
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


async def offered(session: Editor, text: Text, code: str, title: str) -> types.CodeAction:
    """The quick fix of a finding."""
    shown = [item for item in await session.diagnostics(text) if item.code == code]
    actions = [each for item in shown for each in await session.actions(text, item.range, [item], ["quickfix"])]
    (action,) = [each for each in actions if title in each.title]
    assert action.diagnostics
    return action


@pytest.mark.parametrize("name", ["eglot", "neovim"])
async def test_a_raw_notebook_that_ends_with_code_gets_a_cell(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        text = session.open("exp_a.ipynb", raw(), "json")
        await session.choose(await offered(session, text, "TFL401", "Insert conclusion"))
        cells = json.loads(text.text)["cells"]
        assert [cell["cell_type"] for cell in cells] == ["markdown", "markdown", "code", "markdown"]
        assert "Conclusion" in cells[-1]["source"][0]
        assert "TFL401" not in await session.codes(text)


async def test_a_synced_notebook_gets_a_new_cell_at_its_end(workspace: Path) -> None:
    async with editor(profile("vscode").with_params(initializationOptions=OPTIONS), workspace) as session:
        cells = [(1 if kind == "markdown" else 2, text) for kind, text in CELLS]
        notebook, texts = session.open_notebook("exp_a.ipynb", cells)
        action = await offered(session, texts[0], "TFL401", "Insert conclusion")
        if action.command is None:
            action = await session.client.code_action_resolve_async(action)
        assert action.command is not None
        assert action.command.command == INSERT_CELL
        told = argument_of(action.command)
        assert (told["notebook"], told["afterIndex"]) == (notebook, 2)
        assert "Conclusion" in told["text"]


async def test_a_gap_in_the_numbers_offers_to_number_anew(workspace: Path) -> None:
    async with editor(profile("neovim"), workspace) as session:
        first = STEP.format(1)
        text = session.open("journal.md", f"{GOAL}\n\n{first}\n\n{STEP.format(4)} See #4.\n", "markdown")
        await session.choose(await offered(session, text, "TFL402", "Number the steps"))
        while session.client.edits:
            session.apply(session.client.edits.pop(0))
        assert text.text == f"{GOAL}\n\n{first}\n\n{STEP.format(2)} See #2.\n"
        assert "TFL402" not in await session.codes(text)
