"""Places in notebooks that are not open: as cells for a client that can open one, in the JSON for any other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import Profile, profile
from tests.e2e.lsp.test_journal_guides import run
from tests.e2e.lsp.test_journal_navigation import at, book, definitions, hover, indexed, seen, write

OPTIONS = {"clientCommands": ["tflsp.client.openCell"]}
OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)
STEP = 'Text 😀 before.\n\n### Debug step #4: "batches" (32)\n\n- batch_size: 256 → 32\n- Result: 90 %'
ERROR = f"## ❌ OOM error log\n\n- Error: OOM\n\n> {OOM.format(64)}\n\n💡 Solution: batch(32)"
CELLS = ["## Goal\n\n✅ Target: val_accuracy > 97%", STEP, ERROR]
JOURNAL = "# Notes\n\nSee [batches](exp_book.ipynb#debug-step-4-batches-32) and [all](exp_book.ipynb).\n"
SCRIPT = "# %% [markdown]\n# See [batches](exp_book.ipynb#debug-step-4-batches-32).\n"


@pytest.fixture
def notebook(workspace: Path) -> Path:
    return write(workspace, "exp_book.ipynb", book(CELLS))


def rich() -> Profile:
    return profile("vscode").with_params(initializationOptions=OPTIONS)


def in_cell(place: types.Location, number: int) -> str:
    """What stands at a place that is told by its cell."""
    assert place.uri.endswith(f"#tflsp-cell={number}")
    line, end = place.range.start.line, place.range.end.line
    assert line == end
    text = CELLS[number].split("\n")[line].encode("utf-16-le")
    return text[2 * place.range.start.character : 2 * place.range.end.character].decode("utf-16-le")


def opened_by(link: str) -> Any:
    """The argument of the command that a link carries out."""
    command, _, argument = link.partition("?")
    assert command == "command:tflsp.client.openCell"
    (found,) = json.loads(unquote(argument))
    return found


async def links(session: Editor, text: Text) -> dict[str, str]:
    params = types.DocumentLinkParams(types.TextDocumentIdentifier(text.uri))
    found = await session.client.text_document_document_link_async(params) or []
    return {session.spanned(text, each.range): str(each.target) for each in found}


async def test_a_definition_is_in_its_cell(workspace: Path, notebook: Path) -> None:
    async with editor(rich(), workspace) as session:
        journal = session.open("journal.md", JOURNAL, "markdown")
        (found,) = await definitions(session, journal, "batches")
        assert in_cell(found, 1) == '### Debug step #4: "batches" (32)'
        (found,) = await definitions(session, journal, "[all", 6)
        assert found.uri == f"{notebook.as_uri()}#tflsp-cell=0"
        # What is open has cells of its own.
        session.open_notebook("exp_book.ipynb", [(1, text) for text in CELLS])
        (found,) = await definitions(session, journal, "batches")
        assert "#tflsp" not in found.uri
        assert found.uri.startswith("vscode-notebook-cell:") or "#" in found.uri


async def test_a_notebook_that_is_open_as_text_is_text(workspace: Path, notebook: Path) -> None:
    async with editor(rich(), workspace) as session:
        journal = session.open("journal.md", JOURNAL, "markdown")
        raw = session.open("exp_book.ipynb", notebook.read_text("utf-8"), "json")
        (found,) = await definitions(session, journal, "batches")
        assert found.uri == raw.uri
        assert session.spanned(raw, found.range) == '### Debug step #4: \\"batches\\" (32)'


async def test_other_clients_get_the_place_in_the_json(workspace: Path, notebook: Path) -> None:
    async with editor(profile("vscode"), workspace) as session:
        journal = session.open("journal.md", JOURNAL, "markdown")
        (found,) = await definitions(session, journal, "batches")
        raw = Text(notebook.as_uri(), notebook.read_text("utf-8"), 1, "json")
        assert found.uri == raw.uri
        assert session.spanned(raw, found.range) == '### Debug step #4: \\"batches\\" (32)'
        assert (await links(session, session.open("notes.py", SCRIPT, "python")))[
            "exp_book.ipynb#debug-step-4-batches-32"
        ].startswith(f"{raw.uri}#L")


async def test_a_link_opens_the_cell(workspace: Path, notebook: Path) -> None:
    async with editor(rich(), workspace) as session:
        script = session.open("notes.py", SCRIPT, "python")
        target = (await links(session, script))["exp_book.ipynb#debug-step-4-batches-32"]
        assert opened_by(target) == {"uri": notebook.as_uri(), "cell": 1}


async def test_what_leads_to_a_step_from_a_notebook(workspace: Path) -> None:
    own = "# Journal\n\n### Debug step #1: a\n\n- Result: better\n"
    write(workspace, "journal.md", own)
    write(workspace, "exp_book.ipynb", book(["# Book", "😀 as in [a](journal.md#debug-step-1-a)"]))
    async with editor(rich(), workspace) as session:
        journal = session.open("journal.md", own, "markdown")
        params = types.ReferenceParams(types.ReferenceContext(False), **at(session, journal, "### Debug", 8))
        found = await session.client.text_document_references_async(params) or []
        (place,) = (each for each in found if "exp_book" in each.uri)
        assert place.uri.endswith("#tflsp-cell=1")
        assert (place.range.start.line, place.range.start.character) == (0, 9)


async def test_an_error_that_was_seen_in_a_notebook(workspace: Path, notebook: Path) -> None:
    pasted = f"# exp\n\n```text\n{OOM.format(8)}\n```\n"
    async with editor(rich(), workspace) as session:
        text = session.open("exp_other.md", pasted, "markdown")
        await seen(session, text)
        shown = await hover(session, text, "OOM when")
        link = shown[shown.index("](") + 2 :].partition(")")[0]
        told = opened_by(link)
        assert told == {"uri": notebook.as_uri(), "title": told["title"]}
        assert told["title"] in ERROR
        (place,) = await definitions(session, text, "OOM when")
        assert in_cell(place, 2) == "## ❌ OOM error log"


async def test_related_information_is_in_its_cell(workspace: Path, notebook: Path) -> None:
    pasted = f"# exp\n\n```text\n{OOM.format(8)}\n```\n"
    async with editor(rich(), workspace) as session:
        text = session.open("exp_other.md", pasted, "markdown")
        await seen(session, text)
        told = await session.diagnostics(text)
        places = [each.location for found in told for each in found.related_information or ()]
        (place,) = (each for each in places if "exp_book" in each.uri)
        assert place.uri == f"{notebook.as_uri()}#tflsp-cell=2"
        assert in_cell(place, 2) == "## ❌ OOM error log"


async def test_symbols_of_the_workspace_are_in_their_cells(workspace: Path, notebook: Path) -> None:
    async with editor(rich(), workspace) as session:
        await indexed(session, 1)
        for query, number, text in (("batches", 1, '### Debug step #4: "batches" (32)'), ("1: Goal", 0, "")):
            found = await session.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)) or []
            (place,) = (each.location for each in found if isinstance(each.location, types.Location))
            assert in_cell(place, number) == text


async def test_the_tree_names_cells_and_an_error_is_promoted_by_its_cell(workspace: Path, notebook: Path) -> None:
    async with editor(rich(), workspace) as session:
        (told,) = (await indexed(session, 1)).values()
        (step,), (error,) = told["steps"], told["errors"]
        assert (step["cell"], step["uri"]) == (1, f"{notebook.as_uri()}#tflsp-cell=1")
        assert (error["cell"], error["uri"]) == (2, f"{notebook.as_uri()}#tflsp-cell=2")
        argument = {"uri": error["uri"], "position": error["range"]["start"], "to": "troubleshooting"}
        assert (await run(session, "promote", argument))["applied"]
        assert "Promoted to" in "".join(json.loads(notebook.read_text("utf-8"))["cells"][2]["source"])
        # By then it may have been opened.
        session.open_notebook("exp_book.ipynb", [(1, text) for text in CELLS])
        assert "choices" in await run(session, "promote", {**argument, "to": None})
