"""Synced notebooks: cells are judged where they stand, and survive moves, closes and clients' habits."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile

SERVER = (sys.executable, str(Path(__file__).with_name("texts_server.py")))
MARKDOWN, CODE = 1, 2
BAD = "💡\n```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"
SHELL = "x = '💡'\n!docker run -it --rm tensorflow/tensorflow:latest\n"


@pytest.fixture
async def session(workspace: Path) -> AsyncIterator[Editor]:
    async with editor(profile("vscode"), workspace, command=SERVER) as made:
        yield made


async def texts(session: Editor, notebook: str) -> list[str]:
    return [str(text) for text in await asked(session, "tflsp.test/cells", notebook)]


async def asked(session: Editor, method: str, notebook: str) -> list[Any]:
    return list(await session.ask(method, {"uri": notebook}))


def structure(
    start: int,
    deleted: int,
    inserted: list[tuple[int, Text]] | None = None,
    opened: list[Text] | None = None,
    closed: list[Text] | None = None,
) -> types.NotebookDocumentCellChanges:
    """A change of the cells' order."""
    cells = [types.NotebookCell(types.NotebookCellKind(kind), text.uri) for kind, text in inserted or []]
    return types.NotebookDocumentCellChanges(
        structure=types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(start, deleted, cells or None),
            did_open=[types.TextDocumentItem(each.uri, each.language, each.version, each.text) for each in opened or []]
            or None,
            did_close=[types.TextDocumentIdentifier(each.uri) for each in closed or []] or None,
        )
    )


async def test_cells_are_judged_where_they_stand(session: Editor) -> None:
    _, (first, second) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, SHELL)])
    assert (await session.found(first))["TFL101"] == "latest-jupyter"
    assert (await session.found(second))["TFL101"] == "latest"


async def test_typing_in_a_cell_publishes_that_cell_with_its_version(session: Editor) -> None:
    notebook, (first, second) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, "x = 1\n")])
    await session.diagnostics(second)
    session.change_cell(notebook, second, [(0, 0, "# 💡\n"), (len(second.text) + 4, len(second.text) + 4, SHELL)])
    assert (await session.found(second))["TFL101"] == "latest"
    assert session.client.published[first.uri].version == 1
    assert await texts(session, notebook) == [first.text, second.text]


async def test_a_moved_cell_keeps_its_text(session: Editor) -> None:
    notebook, (first, second, third) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, "a"), (CODE, "b")])
    session.notebook_changed(notebook, structure(0, 1))
    session.notebook_changed(notebook, structure(2, 0, [(MARKDOWN, first)]))
    assert await texts(session, notebook) == ["a", "b", BAD]
    session.change_cell(notebook, first, [(0, 0, "\n")])
    assert (await session.found(first))["TFL101"] == "latest-jupyter"
    for other in (second, third):
        assert "TFL101" not in [item.code for item in session.client.published[other.uri].items]


async def test_a_removed_cell_loses_its_diagnostics(session: Editor) -> None:
    notebook, (first, _) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, "a")])
    assert await session.diagnostics(first)
    session.notebook_changed(notebook, structure(0, 1, closed=[first]))
    await session.client.until(lambda: session.client.published[first.uri].items == [])
    # VS Code closes the cell once more by itself.
    session.close(first)
    assert await texts(session, notebook) == ["a"]


async def test_a_cell_may_be_opened_and_closed_in_one_change(session: Editor) -> None:
    notebook, (first, _) = session.open_notebook("a.ipynb", [(MARKDOWN, "old"), (CODE, "a")])
    first.text = BAD
    session.notebook_changed(notebook, structure(0, 1, [(MARKDOWN, first)], opened=[first], closed=[first]))
    assert await texts(session, notebook) == [BAD, "a"]


async def test_a_cell_may_become_another_language(session: Editor) -> None:
    notebook, (first,) = session.open_notebook("a.ipynb", [(CODE, BAD)])
    assert "TFL101" not in await session.codes(first)
    changed = session.cell(notebook, 9, MARKDOWN, BAD)
    session.notebook_changed(notebook, structure(0, 1, [(MARKDOWN, changed)], opened=[changed], closed=[first]))
    assert "TFL101" in await session.codes(changed)


async def test_what_is_unknown_is_ignored(session: Editor) -> None:
    notebook, (first,) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD)])
    stranger = session.cell(notebook, 7, CODE, "x")
    session.change_cell(notebook, stranger, [(0, 1, "y")])
    session.notebook_changed(session.uri("other.ipynb"), structure(0, 1))
    session.notebook_changed(notebook, structure(5, 3, [(CODE, stranger)]))
    assert await texts(session, notebook) == [BAD, ""]
    assert "TFL101" in await session.codes(first)


async def test_what_a_cell_is_besides_its_text_is_known(session: Editor) -> None:
    notebook, (first,) = session.open_notebook("a.ipynb", [(CODE, "x = 1\n")])
    assert await asked(session, "tflsp.test/outline", notebook) == [["code", None, []]]
    cell = types.NotebookCell(
        types.NotebookCellKind.Code,
        first.uri,
        metadata={"metadata": {"tags": ["tflsp:ignore[TFL101]"]}},  # type: ignore[arg-type]  # their class has no fields
        execution_summary=types.ExecutionSummary(3, success=True),
    )
    session.notebook_changed(notebook, types.NotebookDocumentCellChanges(data=[cell]))
    outline = await asked(session, "tflsp.test/outline", notebook)
    assert outline == [["code", 3, ["tflsp:ignore[TFL101]"]]]


async def test_closing_a_notebook_clears_its_cells(session: Editor) -> None:
    notebook, cells = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, SHELL)])
    for cell in cells:
        assert await session.diagnostics(cell)
    params = types.DidCloseNotebookDocumentParams(
        types.NotebookDocumentIdentifier(notebook), [types.TextDocumentIdentifier(cell.uri) for cell in cells]
    )
    session.client.notebook_document_did_close(params)
    await session.client.until(lambda: all(session.client.published[cell.uri].items == [] for cell in cells))
    assert await texts(session, notebook) == []


async def test_a_notebook_is_fixed_as_a_whole(session: Editor) -> None:
    _, (first, second) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD), (CODE, SHELL)])
    everywhere = session.range(first, 0, 0)
    assert await session.actions(first, everywhere, only=["source.fixAll"]) == []
    (action,) = await session.actions(second, everywhere, only=["notebook.source.fixAll"])
    await session.choose(action)
    assert "latest" not in first.text + second.text
    assert "TFL101" not in await session.codes(first) + await session.codes(second)


async def test_cells_are_pushed_and_never_pulled(session: Editor) -> None:
    _, (first,) = session.open_notebook("a.ipynb", [(MARKDOWN, BAD)])
    assert await session.diagnostics(first)
    report = await session.pull(first)
    assert not report.items
