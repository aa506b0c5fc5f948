"""Finding one's way in journals: hover, definition, references, rename, links, symbols, lenses, known incidents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile

EVERYWHERE = ("eglot", "helix", "neovim", "vscode")
OOM = (
    "ResourceExhaustedError: OOM when allocating tensor with shape[{0},3,3] and type float on "
    "/job:localhost/replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc [Op:Conv2D]"
)
JOURNAL = """\
# 💡 日志

## 实验目标

✅ 目标指标：val_accuracy > 97%

### 调试步骤 #1：慢一点

- learning_rate：0.1 → 0.01
- 结果：95 %

### 调试步骤 #2：再慢一点 😀

- learning_rate：0.01 → 0.001
- dropout：（无） → 0.3
- 结果：97 %，比步骤 #1 好

见 [第一步](#调试步骤-1慢一点)。
"""
GUIDE = """\
# Guide

- [slower](notes/exp_lr.md#调试步骤-2再慢一点-) is better
- [first](./notes/exp_lr.md#%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-1%E6%85%A2%E4%B8%80%E7%82%B9)
- [gone](notes/exp_lr.md#x)
- [book](notes/exp_book.ipynb#debug-step-1-wider)
"""
CELLS = ["## Goal\n\n✅ Target: val_accuracy > 97%", '### Debug step #1: "wider"\n\n- units: 32 → 64\n- Result: 90 %']


def book(cells: list[str]) -> str:
    """A raw notebook of Markdown cells."""
    made = [{"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)} for text in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1) + "\n"


def write(workspace: Path, name: str, text: str) -> Path:
    path = workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8", newline="")
    return path


@pytest.fixture
def written(workspace: Path) -> Path:
    """A workspace with a journal, a notebook and a guide."""
    write(workspace, "notes/exp_lr.md", JOURNAL)
    write(workspace, "notes/exp_book.ipynb", book(CELLS))
    write(workspace, "guide.md", GUIDE)
    return workspace


def at(session: Editor, text: Text, wanted: str, after: int = 1, number: int = 0) -> dict[str, Any]:
    """The parameters of a request at a place in a text."""
    offset = -1
    for _ in range(number + 1):
        offset = text.text.index(wanted, offset + 1)
    return {
        "text_document": types.TextDocumentIdentifier(text.uri),
        "position": session.position(text, offset + after),
    }


async def hover(session: Editor, text: Text, wanted: str, after: int = 1, number: int = 0) -> str:
    found = await session.client.text_document_hover_async(
        types.HoverParams(**at(session, text, wanted, after, number))
    )
    return "" if found is None else found.contents.value  # type: ignore[union-attr]


async def asked(session: Editor, params: dict[str, Any]) -> dict[str, Any]:
    """The answer of `tflsp/journal`."""
    protocol: Any = session.client.protocol
    answer: dict[str, Any] = plain(await protocol.send_request_async("tflsp/journal", params))
    return answer


async def indexed(
    session: Editor, count: int, wanted: Callable[[dict[str, Any]], bool] = lambda found: True
) -> dict[str, dict[str, Any]]:
    """The experiments by title, when there are so many and they are as wanted."""
    while True:
        seen = len(session.client.journal_changes)
        answer = await asked(session, {})
        found = {each["title"]: each for each in answer["experiments"]}
        if len(found) == count and wanted(found):
            return found
        await session.client.until(partial(_more, session.client.journal_changes, seen))


def _more(changes: list[Any], seen: int) -> bool:
    return len(changes) > seen


def plain(value: Any) -> Any:
    """What pygls makes of an answer that it does not know, as dictionaries."""
    if hasattr(value, "_asdict"):
        return {key: plain(each) for key, each in value._asdict().items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_hover_shows_the_step(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        shown = await hover(session, journal, "步骤 #1 好")
        assert "慢一点" in shown
        assert "95 %" in shown
        assert "97 %" not in shown
        assert "95 %" in await hover(session, journal, "#调试步骤-1")
        guide = session.open("guide.md", GUIDE, "markdown")
        shown = await hover(session, guide, "slower")
        assert "exp_lr.md" in shown
        assert "97 %" in shown
        assert "90 %" in await hover(session, guide, "[book", 7)
        assert "x" in await hover(session, guide, "gone")
        assert await hover(session, guide, "is better") == ""


async def test_an_open_document_stands_above_its_file(written: Path) -> None:
    async with editor(profile("neovim"), written) as session:
        guide = session.open("guide.md", GUIDE, "markdown")
        journal = session.open("notes/exp_lr.md", JOURNAL.replace("97 %", "98 %"), "markdown")
        assert "98 %" in await hover(session, guide, "slower")
        session.close(journal)
        assert "97 %" in await hover(session, guide, "slower")


async def definitions(session: Editor, text: Text, wanted: str, after: int = 1) -> list[types.Location]:
    found = await session.client.text_document_definition_async(
        types.DefinitionParams(**at(session, text, wanted, after))
    )
    return list(found or [])  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_definition_leads_to_the_heading(written: Path, encoding: str) -> None:
    async with editor(profile("neovim").with_encoding(encoding), written) as session:
        guide = session.open("guide.md", GUIDE, "markdown")
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        (found,) = await definitions(session, guide, "slower")
        assert found.uri == journal.uri
        assert session.spanned(journal, found.range) == "### 调试步骤 #2：再慢一点 😀"
        (found,) = await definitions(session, journal, "步骤 #1 好")
        assert session.spanned(journal, found.range) == "### 调试步骤 #1：慢一点"
        raw = Text(session.uri("notes/exp_book.ipynb"), book(CELLS), 1, "json")
        (found,) = await definitions(session, guide, "[book", 8)
        assert found.uri == raw.uri
        assert session.spanned(raw, found.range) == '### Debug step #1: \\"wider\\"'
        assert await definitions(session, guide, "is better") == []


async def test_cells_of_a_synced_notebook_are_where_a_link_leads(written: Path) -> None:
    async with editor(profile("vscode"), written) as session:
        guide = session.open("guide.md", GUIDE, "markdown")
        _, (_, step) = session.open_notebook("notes/exp_book.ipynb", [(1, CELLS[0]), (1, CELLS[1])])
        (found,) = await definitions(session, guide, "[book", 8)
        assert found.uri == step.uri
        # From one Markdown file to another VS Code finds the way itself.
        assert await definitions(session, guide, "slower") == []


async def test_parts_of_a_notebook_that_jupyterlab_opens_do_not_hide_its_file(written: Path) -> None:
    async with editor(profile("jupyterlab"), written) as session:
        uri = session.uri("notes/exp_book.ipynb")
        session.open(".virtual_documents/notes/exp_book.ipynb", "x = 1\n", "python")
        part = session.open(".virtual_documents/notes/exp_book.ipynb.abc.md", "\n\n".join(CELLS) + "\n\n#1", "markdown")
        found = await indexed(session, 2)
        assert found["exp_book"]["uri"] == uri
        assert "90 %" in await hover(session, part, "\n\n#1", 3)


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_references_are_found_in_the_whole_workspace(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        await indexed(session, 2)
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        where = at(session, journal, "### 调试步骤 #1", 8)
        params = types.ReferenceParams(types.ReferenceContext(include_declaration=True), **where)
        found = await session.client.text_document_references_async(params) or []
        guide = Text(session.uri("guide.md"), GUIDE, 1, "markdown")
        texts = {journal.uri: journal, guide.uri: guide}
        shown = sorted(session.spanned(texts[each.uri], each.range) for each in found)
        links = ["[first](./notes/exp_lr.md#%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-1%E6%85%A2%E4%B8%80%E7%82%B9)"]
        links += ["[第一步](#调试步骤-1慢一点)"]
        assert shown == sorted(["### 调试步骤 #1：慢一点", "步骤 #1", *(links if name != "vscode" else [])])


@pytest.mark.parametrize("name", EVERYWHERE)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_rename_follows_the_links(written: Path, name: str, encoding: str) -> None:
    async with editor(profile(name).with_encoding(encoding), written) as session:
        await indexed(session, 2)
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        where = at(session, journal, "### 调试步骤 #1", 8)
        if session.profile.at("textDocument", "rename", "prepareSupport"):
            prepared = await session.client.text_document_prepare_rename_async(types.PrepareRenameParams(**where))
            assert isinstance(prepared, types.PrepareRenamePlaceholder)
            assert prepared.placeholder == session.spanned(journal, prepared.range) == "慢一点"
        edit = await session.client.text_document_rename_async(types.RenameParams(new_name="Lower [lr]", **where))
        assert edit is not None
        session.apply(edit)
        expected = JOURNAL.replace("#1：慢一点", "#1：Lower [lr]").replace("#调试步骤-1慢一点", "#调试步骤-1lower-lr")
        assert journal.text == expected
        guide = (written / "guide.md").read_text("utf-8")
        old = "%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-1%E6%85%A2%E4%B8%80%E7%82%B9"
        assert guide == GUIDE.replace(old, "%E8%B0%83%E8%AF%95%E6%AD%A5%E9%AA%A4-1lower-lr")


async def test_rename_in_a_notebook_keeps_its_json(written: Path) -> None:
    async with editor(profile("neovim"), written) as session:
        await indexed(session, 2)
        raw = session.open("notes/exp_book.ipynb", book(CELLS), "json")
        where = at(session, raw, "Debug step #1")
        edit = await session.client.text_document_rename_async(
            types.RenameParams(new_name='the "deep" \\ one', **where)
        )
        assert edit is not None
        session.apply(edit)
        source = "".join(json.loads(raw.text)["cells"][1]["source"])
        assert source == CELLS[1].replace('"wider"', 'the "deep" \\ one')
        assert "exp_book.ipynb#debug-step-1-the-deep--one" in (written / "guide.md").read_text("utf-8")


async def test_rename_of_a_cell_that_an_editor_syncs(written: Path) -> None:
    async with editor(profile("vscode"), written) as session:
        await indexed(session, 2)
        _, (_, step) = session.open_notebook("notes/exp_book.ipynb", [(1, CELLS[0]), (1, CELLS[1])])
        where = at(session, step, "Debug step")
        edit = await session.client.text_document_rename_async(types.RenameParams(new_name="narrower", **where))
        assert edit is not None
        session.apply(edit)
        assert step.text == CELLS[1].replace('"wider"', "narrower")
        assert "exp_book.ipynb#debug-step-1-narrower" in (written / "guide.md").read_text("utf-8")


async def test_the_second_of_two_equal_titles_is_followed(workspace: Path) -> None:
    text = "# A\n\n# A\n\n[one](#a) [two](#a-1)\n"
    async with editor(profile("neovim"), workspace) as session:
        opened = session.open("journal.md", text, "markdown")
        edit = await session.client.text_document_rename_async(
            types.RenameParams(new_name="B", **at(session, opened, "# A", 2))
        )
        assert edit is not None
        session.apply(edit)
        assert opened.text == "# B\n\n# A\n\n[one](#b) [two](#a)\n"


async def test_nothing_to_rename(vscode: Editor) -> None:
    text = vscode.open("journal.md", JOURNAL, "markdown")
    where = at(vscode, text, "95 %")
    assert await vscode.client.text_document_prepare_rename_async(types.PrepareRenameParams(**where)) is None
    assert await vscode.client.text_document_rename_async(types.RenameParams(new_name="x", **where)) is None
    heading = at(vscode, text, "调试步骤 #1")
    assert await vscode.client.text_document_rename_async(types.RenameParams(new_name=" \n", **heading)) is None


async def test_the_tree_of_journals(written: Path) -> None:
    write(written, "README.md", "# Read me\n\nsee [step](notes/exp_lr.md#x)\n")
    async with editor(profile("neovim"), written) as session:
        found = await indexed(session, 2)
        assert list(found) == ["exp_book", "exp_lr"]
        experiment = found["exp_lr"]
        assert (experiment["language"], experiment["goal"], experiment["goalMet"]) == ("zh", "val_accuracy > 97%", None)
        steps = experiment["steps"]
        assert [(each["number"], each["title"]) for each in steps] == [(1, "慢一点"), (2, "再慢一点 😀")]
        assert steps[1]["changes"][1] == {"name": "dropout", "old": "", "new": "0.3"}
        assert steps[0]["result"] == "95 %"
        assert steps[0]["uri"] == session.uri("notes/exp_lr.md")
        assert steps[0]["range"]["start"] == {"line": 6, "character": 0}
        assert (await asked(session, {"folder": session.uri("other")}))["experiments"] == []


async def test_the_tree_follows_what_is_typed_and_what_changes_on_disk(written: Path) -> None:
    async with editor(profile("neovim"), written) as session:
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        await indexed(session, 2)
        session.change(journal, 0, len(JOURNAL), JOURNAL.replace("95 %", "94 %"))
        await indexed(session, 2, lambda found: found["exp_lr"]["steps"][0]["result"] == "94 %")
        path = write(written, "notes/exp_book.ipynb", book([*CELLS, "### Debug step #2\n\n- Result: 91 %"]))
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Changed)
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await indexed(session, 2, lambda found: len(found["exp_book"]["steps"]) == 2)
        path.unlink()
        event = types.FileEvent(path.as_uri(), types.FileChangeType.Deleted)
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        await indexed(session, 1)


async def test_a_deleted_journal_leaves_the_tree_while_an_editor_holds_it(written: Path) -> None:
    """VS Code keeps documents open for minutes after their last tab."""
    path = written / "notes/exp_lr.md"
    async with editor(profile("vscode"), written) as session:
        await indexed(session, 2)
        text = path.read_text("utf-8")
        journal = session.open("notes/exp_lr.md", text, "markdown")
        await indexed(session, 2)
        path.unlink()
        session.client.workspace_did_delete_files(types.DeleteFilesParams([types.FileDelete(path.as_uri())]))
        await indexed(session, 1)
        path.write_text(text, "utf-8")
        session.client.workspace_did_create_files(types.CreateFilesParams([types.FileCreate(path.as_uri())]))
        await indexed(session, 2)
        path.unlink()
        session.client.workspace_did_delete_files(types.DeleteFilesParams([types.FileDelete(path.as_uri())]))
        await indexed(session, 1)
        session.change(journal, len(text), len(text), "\nMore.\n")
        await indexed(session, 2)


async def test_a_journal_that_is_deleted_when_settings_change_leaves_the_tree(written: Path) -> None:
    path = written / "notes/exp_lr.md"
    async with editor(profile("vscode"), written) as session:
        session.open("notes/exp_lr.md", path.read_text("utf-8"), "markdown")
        await indexed(session, 2)
        path.unlink()
        (written / "tflsp.toml").write_text("", "utf-8")
        kinds = {path: types.FileChangeType.Deleted, written / "tflsp.toml": types.FileChangeType.Created}
        events = [types.FileEvent(changed.as_uri(), kind) for changed, kind in kinds.items()]
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))
        await indexed(session, 1)


async def completed(session: Editor, text: Text, typed: str) -> dict[str, types.CompletionItem]:
    """What is suggested behind a text that stands in a document once."""
    params = types.CompletionParams(**at(session, text, typed, len(typed)))
    found = await session.client.text_document_completion_async(params)
    return {} if found is None else {item.label: item for item in found.items}  # type: ignore[union-attr]


def chosen(session: Editor, text: Text, item: types.CompletionItem) -> str:
    """The document's text with a suggestion taken."""
    edit = item.text_edit
    assert isinstance(edit, types.TextEdit)
    start, end = session.offsets(text.text, edit.range)
    new = edit.new_text
    if item.insert_text_format == types.InsertTextFormat.Snippet and "${" not in new:
        new = re.sub(r"\\([\\$}])", r"\1", new)
    return text.text[:start] + new + text.text[end:]


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_entries_behind_a_slash(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        before = JOURNAL + "\ntext\n"
        text = session.open("notes/exp_lr.md", before + "/st", "markdown")
        found = await completed(session, text, "\n/st")
        assert list(found) == ["/step", "/error", "/conclusion"]  # the goal is there
        item = found["/step"]
        snippets = session.profile.at("textDocument", "completion", "completionItem", "snippetSupport")
        assert (item.insert_text_format == types.InsertTextFormat.Snippet) is bool(snippets)
        assert item.filter_text == "/step"
        after = chosen(session, text, item)
        assert after.startswith(before + "\n### 调试步骤 #3")
        assert ("$0" in after) is bool(snippets)


async def test_no_entries_in_the_middle_of_a_line_or_in_a_fence(vscode: Editor) -> None:
    text = vscode.open("journal.md", "a/step\n\n```\n/goal\n```\n\n```bash\n/error\n```\n", "markdown")
    assert await completed(vscode, text, "a/step") == {}
    assert await completed(vscode, text, "/goal") == {}
    assert await completed(vscode, text, "/error") == {}


async def test_entries_in_cells_scripts_and_raw_notebooks(written: Path) -> None:
    async with editor(profile("vscode"), written) as session:
        _, (cell, code) = session.open_notebook("a.ipynb", [(1, "/goal"), (2, "/goal")])
        item = (await completed(session, cell, "/goal"))["/goal"]
        assert chosen(session, cell, item).startswith("## Goal\n\n${1:<!-- ")
        assert await completed(session, code, "/goal") == {}
        raw = session.open("b.ipynb", book(["/st"]), "json")
        item = (await completed(session, raw, "/st"))["/step"]
        assert item.insert_text_format != types.InsertTextFormat.Snippet
        source = "".join(json.loads(chosen(session, raw, item))["cells"][0]["source"])
        assert source.startswith("### Debug step #1\n\n- Date: ")
        script = session.open("c.py", "# %% [markdown]\n# /goal\n", "python")
        item = (await completed(session, script, "# /goal"))["/goal"]
        assert chosen(session, script, item).startswith("# %% [markdown]\n# ## Goal\n# \n# ")


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_steps_to_link_to(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        await indexed(session, 2)
        text = session.open("notes/new.md", "# New\n\nas in step #wi\n\nand [\n\nand #\n\n#\n", "markdown")
        found = await completed(session, text, "step #wi")
        assert list(found) == ['exp_book #1 "wider"']
        item = found['exp_book #1 "wider"']
        link = '[Debug step #1: "wider"](exp_book.ipynb#debug-step-1-wider)'
        assert chosen(session, text, item) == text.text.replace("step #wi", link)
        assert item.filter_text is not None
        assert item.filter_text.startswith("step #1 Debug step #1")
        found = await completed(session, text, "and [")
        assert list(found) == ['exp_book #1 "wider"', "exp_lr #2 再慢一点 😀", "exp_lr #1 慢一点"]
        assert chosen(session, text, found["exp_lr #1 慢一点"]) == text.text.replace(
            "and [", "and [调试步骤 #1：慢一点](exp_lr.md#调试步骤-1慢一点)"
        )
        assert len(await completed(session, text, "and #")) == 3
        assert await completed(session, text, "\n#\n"[:-1]) == {}  # a heading begins


async def test_own_steps_come_first_and_without_a_path(written: Path) -> None:
    async with editor(profile("neovim"), written) as session:
        text = session.open("notes/exp_lr.md", JOURNAL + "\n参见#", "markdown")
        found = await completed(session, text, "参见#")
        assert list(found)[:2] == ["#2 再慢一点 😀", "#1 慢一点"]
        assert chosen(session, text, found["#1 慢一点"]).endswith("参见[调试步骤 #1：慢一点](#调试步骤-1慢一点)")


# Known incidents

KNOWN = f"""\
# exp_lr_tuning

### Debug step #4: larger batches

- batch_size: 32 → 512

## ❌ OOM error log

> {OOM.format(512)}

### Solution

batch(32)
"""
PASTED = f"""\
# exp_other

### Debug step #1

- Result: it broke

```
{OOM.format(64)}
```
"""


async def seen(session: Editor, text: Text) -> types.Diagnostic:
    """The diagnostic that tells where the error of a text was seen before."""
    found = await session.diagnostics_when(text, lambda found: "seen before" in str(found))
    return next(each for each in found if "seen before" in str(each))


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_a_pasted_error_that_is_known(workspace: Path, name: str) -> None:
    path = write(workspace, "notes/exp_lr_tuning.md", KNOWN)
    async with editor(profile(name), workspace) as session:
        text = session.open("exp_other.md", PASTED, "markdown")
        found = await seen(session, text)
        file = Text(path.as_uri(), KNOWN, 1, "markdown")
        assert "seen before: exp_lr_tuning, step #4 — solved by batch(32)" in str(found)
        if session.profile.at("textDocument", "publishDiagnostics", "relatedInformation"):
            assert found.related_information is not None
            (related,) = found.related_information
            assert related.message == "seen before: exp_lr_tuning, step #4 — solved by batch(32)"
            assert related.location.uri == file.uri
            assert session.spanned(file, related.location.range) == "## ❌ OOM error log"
        shown = await hover(session, text, "OOM when")
        assert "exp_lr_tuning, step #4" in shown
        assert "batch(32)" in shown
        (place,) = await definitions(session, text, "OOM when")
        assert place.uri == file.uri
        assert session.spanned(file, place.range) == "## ❌ OOM error log"


async def test_what_is_known_stands_beside_the_finding_about_an_error(workspace: Path) -> None:
    write(workspace, "notes/exp_lr_tuning.md", KNOWN)
    unsolved = f"# exp\n\n### Debug step #1\n\n- Result: x\n\n## ❌ OOM error log\n\n> {OOM.format(8)}\n"
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("exp_other.md", unsolved, "markdown")
        found = await seen(session, text)
        assert found.code == "TFL404"
        assert found.related_information is not None
        assert [each.message for each in found.related_information] == [
            "seen before: exp_lr_tuning, step #4 — solved by batch(32)"
        ]
        assert "seen-before" not in await session.codes(text)


async def test_an_error_that_is_solved_needs_no_hint(workspace: Path) -> None:
    write(workspace, "notes/exp_lr_tuning.md", KNOWN)
    async with editor(profile("neovim"), workspace) as session:
        other = session.open("exp_other.md", PASTED, "markdown")
        await seen(session, other)
        solved = session.open("exp_solved.md", KNOWN.replace("batch(32)", "batch(16)"), "markdown")
        assert not [each for each in await session.diagnostics(solved) if each.code == "seen-before"]
        assert "batch(32)" in await hover(session, solved, "OOM when")


async def test_the_errors_of_a_notebooks_cells(workspace: Path) -> None:
    write(workspace, "notes/exp_lr_tuning.md", KNOWN)
    trace = ["Traceback (most recent call last):", '  File "<stdin>", line 1, in <module>', OOM.format(256)]
    error = {"output_type": "error", "ename": "ResourceExhaustedError", "evalue": "OOM", "traceback": trace}
    cell = {"cell_type": "code", "metadata": {}, "source": "model.fit(x)\n", "execution_count": 1, "outputs": [error]}
    made = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = write(workspace, "run.ipynb", json.dumps(made, indent=1))
    async with editor(profile("vscode"), workspace) as session:
        _, (first, second) = session.open_notebook("run.ipynb", [(2, "model.fit(x)\n"), (2, "x = 1")])
        found = await seen(session, first)
        assert "seen before: exp_lr_tuning, step #4 — solved by batch(32)" in str(found)
        assert session.spanned(first, found.range) == "model.fit(x)"
        assert [each for each in await session.diagnostics(second) if each.code == "seen-before"] == []
        # What the client tells of a run counts before it is saved.
        told = {"cell": second.uri, "executionCount": 2, "success": False, "outputs": [error]}
        session.client.protocol.notify("tflsp/cellOutputs", {"notebook": path.as_uri(), "cells": [told]})
        assert "solved by batch(32)" in str(await seen(session, second))
    async with editor(profile("neovim"), workspace) as session:
        raw = session.open("run.ipynb", path.read_text("utf-8"), "json")
        found = await seen(session, raw)
        assert "model.fit(x)" in session.spanned(raw, found.range)


async def test_a_solution_that_is_written_down_is_told_in_other_documents(workspace: Path) -> None:
    async with editor(profile("neovim"), workspace) as session:
        other = session.open("exp_other.md", PASTED, "markdown")
        known = session.open("exp_lr_tuning.md", "", "markdown")
        session.change(known, 0, 0, KNOWN)
        assert "solved by batch(32)" in str(await seen(session, other))
        guide = session.open("exp_third.md", "## Notes\n\n" + OOM.format(8) + "\n", "markdown")
        assert "solved by batch(32)" in str(await seen(session, guide))


async def test_secrets_of_a_step_are_not_shown(workspace: Path) -> None:
    secret = "".join(("Tr0ub4", "dor-", "9x7Q"))
    text = f"### Debug step #1\n\n- Result: ran with password={secret}\n\nsee #1\n"
    write(workspace, "exp_a.md", text)
    async with editor(profile("neovim"), workspace) as session:
        found = await indexed(session, 1)
        assert "•" in found["exp_a"]["steps"][0]["result"]
        assert secret not in json.dumps(found)
        opened = session.open("exp_a.md", text, "markdown")
        shown = await hover(session, opened, "see #1", 5)
        assert "Result" in shown
        assert secret not in shown


async def test_what_a_strangers_text_names_is_not_looked_at(workspace: Path) -> None:
    write(workspace.parent, "private.md", "# Diary\n\ntext\n")
    text = "### Debug step #1\n\n![x](https://host.invalid/pixel.png)\n\nsee #1 and [out](../private.md#diary)\n"
    async with editor(profile("neovim"), workspace) as session:
        opened = session.open("journal.md", text, "markdown")
        assert await hover(session, opened, "out]") == ""
        assert await definitions(session, opened, "out]") == []
        shown = await hover(session, opened, "see #1", 5)
        assert "Debug step #1" in shown
        assert "host.invalid" not in shown


# Links, symbols, folds, lenses


@pytest.mark.parametrize("name", EVERYWHERE)
async def test_document_links(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        guide = session.open("guide.md", GUIDE, "markdown")
        params = types.DocumentLinkParams(types.TextDocumentIdentifier(guide.uri))
        found = await session.client.text_document_document_link_async(params) or []
        if name == "vscode":
            assert found == []
            return
        links = {session.spanned(guide, each.range): each for each in found}
        journal, notebook = session.uri("notes/exp_lr.md"), session.uri("notes/exp_book.ipynb")
        assert links["notes/exp_lr.md#调试步骤-2再慢一点-"].target == f"{journal}#L12"
        assert links["notes/exp_lr.md#x"].target == journal
        assert str(links["notes/exp_book.ipynb#debug-step-1-wider"].target).startswith(f"{notebook}#L")
        if session.profile.at("textDocument", "documentLink", "tooltipSupport"):
            assert "x" in str(links["notes/exp_lr.md#x"].tooltip)


@pytest.mark.parametrize("name", ["eglot", "helix", "neovim"])
async def test_symbols_and_folds(written: Path, name: str) -> None:
    async with editor(profile(name), written) as session:
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        identifier = types.TextDocumentIdentifier(journal.uri)
        found = await session.client.text_document_document_symbol_async(types.DocumentSymbolParams(identifier)) or []
        flat: list[Any] = []
        pending: list[Any] = list(found)
        while pending:
            symbol = pending.pop(0)
            flat.append(symbol)
            pending = [*(getattr(symbol, "children", None) or []), *pending]
        kinds = {symbol.name: symbol.kind for symbol in flat}
        assert kinds["调试步骤 #1：慢一点"] == kinds["调试步骤 #2：再慢一点 😀"] == types.SymbolKind.Event
        assert kinds["实验目标"] == types.SymbolKind.String
        if session.profile.at("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"):
            assert {symbol.name: symbol.detail for symbol in flat}["调试步骤 #1：慢一点"] == "95 %"
        folds = await session.client.text_document_folding_range_async(types.FoldingRangeParams(identifier)) or []
        old = [(fold.start_line, fold.end_line) for fold in folds if fold.kind == "tflsp.oldStep"]
        assert old == [(6, 9)]
        assert (11, 17) in [(fold.start_line, fold.end_line) for fold in folds]


async def test_workspace_symbols_find_steps_and_incidents(written: Path) -> None:
    write(written, "notes/exp_lr_tuning.md", KNOWN)
    async with editor(profile("vscode"), written) as session:
        await indexed(session, 3)
        session.open("notes/exp_lr.md", JOURNAL, "markdown")

        async def found(query: str) -> list[tuple[str, str | None]]:
            params = types.WorkspaceSymbolParams(query)
            answer = await session.client.workspace_symbol_async(params) or []
            return [(each.name, each.container_name) for each in answer]

        assert ("❌ OOM error log", "exp_lr_tuning") in await found("oom")
        assert (await found("slower")) == []
        assert (await found("再慢"))[0] == ("调试步骤 #2：再慢一点 😀", "exp_lr")
        assert (await found("exp_book step"))[0] == ('Debug step #1: "wider"', "exp_book")


async def test_lenses_and_what_they_compare(written: Path) -> None:
    (written / "tflsp.toml").write_text("code-lens = true\n")
    async with editor(profile("vscode"), written) as session:
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        params = types.CodeLensParams(types.TextDocumentIdentifier(journal.uri))
        found = await session.client.text_document_code_lens_async(params) or []
        lenses = [each.command for each in found if each.command is not None]
        (compare,) = (each for each in lenses if each.command == "tflsp.compareSteps")
        assert compare.title == "compare with #1"
        offered = session.result.capabilities.execute_command_provider
        assert offered is not None
        if "tflsp.promote" in offered.commands:
            assert sum(each.command == "tflsp.promote" for each in lenses) == 2
        answer = await compared(session, *(compare.arguments or ()))
        assert answer["markdown"].split("\n") == [
            "| 参数 | 步骤 #1 慢一点 | 步骤 #2 再慢一点 😀 |",
            "| --- | --- | --- |",
            "| `learning_rate` | 0.01 | 0.001 |",
            "| `dropout` | — | 0.3 |",
            "| 结果 | 95 % | 97 %，比步骤 #1 好 |",
            "",
        ]
        assert "before #1" in (await compared(session, {"uri": journal.uri, "number": 1}))["reason"]
        assert "#9" in (await compared(session, {"uri": journal.uri, "number": 9}))["reason"]
        assert "#7" in (await compared(session, {"uri": journal.uri, "number": 2, "with": 7}))["reason"]
        assert "reason" in await compared(session, {"uri": journal.uri})
        closed = {"uri": session.uri("notes/exp_book.ipynb"), "number": 1, "with": 1}
        assert "No difference" in (await compared(session, closed))["markdown"]


async def compared(session: Editor, *arguments: Any) -> dict[str, Any]:
    params = types.ExecuteCommandParams("tflsp.compareSteps", list(arguments))
    answer: dict[str, Any] = plain(await session.client.workspace_execute_command_async(params))
    return answer


async def test_no_lens_that_nobody_asked_for(written: Path) -> None:
    async with editor(profile("vscode"), written) as session:
        journal = session.open("notes/exp_lr.md", JOURNAL, "markdown")
        params = types.CodeLensParams(types.TextDocumentIdentifier(journal.uri))
        assert not await session.client.text_document_code_lens_async(params)
