"""Code actions as an editor uses them: the text, the files and the diagnostics after each are right."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile

BAD = "# 💡\n\n```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"
# Joined at run time: no secret stands in this file.
PASSWORD = "".join(["Tr4in", "ing-", "b0x"])
SECRET = f'import os\n\nDB_PASSWORD = "{PASSWORD}"\n'
WITH_ACTIONS = ("eglot", "helix", "neovim", "vscode")


def titled(actions: list[types.CodeAction], part: str) -> types.CodeAction:
    """The one action whose title holds a text."""
    (found,) = [action for action in actions if part in action.title]
    return found


@pytest.mark.parametrize("name", WITH_ACTIONS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_the_preferred_fix_mends_what_was_found(workspace: Path, name: str, encoding: str) -> None:
    async with editor(profile(name).with_encoding(encoding), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        preferred = [action for action in await session.actions_for(text, "TFL101") if action.is_preferred]
        assert preferred
        assert preferred[0].kind == types.CodeActionKind.QuickFix
        assert [each.code for each in preferred[0].diagnostics or ()] == ["TFL101"]
        await session.choose(preferred[0])
        assert "tensorflow:2.9.0-jupyter" in text.text
        assert "TFL101" not in await session.codes(text)


@pytest.mark.parametrize("name", WITH_ACTIONS)
async def test_ignore_here_ignores_here(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        await session.choose(titled(await session.actions_for(text, "TFL101"), "Ignore TFL101"))
        assert "tflsp: ignore[TFL101]" in text.text
        assert {"TFL101", "TFL001"}.isdisjoint(await session.codes(text))


async def test_unsafe_fixes_say_so_and_are_not_preferred(vscode: Editor) -> None:
    text = vscode.open("a.py", SECRET, "python")
    actions = await vscode.actions_for(text, "TFL304")
    unsafe = [action for action in actions if "(unsafe)" in action.title]
    assert unsafe
    assert not any(action.is_preferred for action in unsafe)


async def test_all_of_a_kind(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD + BAD, "markdown")
    await vscode.choose(titled(await vscode.actions_for(text, "TFL101"), "Fix all TFL101"))
    assert "latest" not in text.text


@pytest.mark.parametrize("resolves", [True, False])
async def test_fix_all_applies_what_is_safe(workspace: Path, resolves: bool) -> None:
    client = profile("vscode")
    if not resolves:
        client = client.with_capability(None, "textDocument", "codeAction", "resolveSupport")
    async with editor(client, workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        everywhere = session.range(text, 0, len(text.text))
        others = await session.actions(text, everywhere, only=["refactor"])
        assert {action.kind for action in others} == {"refactor.tflsp.journal"}
        (action,) = await session.actions(text, everywhere, only=["source.fixAll"])
        assert action.kind == "source.fixAll.tflsp"
        assert (action.edit is None) is resolves
        await session.choose(action)
        assert "tensorflow:2.9.0-jupyter" in text.text
        assert await session.actions(text, everywhere, only=["source.fixAll"]) == []


async def choose_secret_fix(session: Editor) -> Text:
    """Take the fix that moves a password out of a script."""
    text = session.open("train.py", SECRET, "python")
    actions = [action for action in await session.actions_for(text, "TFL304") if "gnore" not in action.title]
    await session.choose(actions[0])
    return text


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


async def test_a_fix_makes_the_files_that_it_needs(vscode: Editor) -> None:
    text = await choose_secret_fix(vscode)
    assert PASSWORD not in text.text
    assert any(line.startswith("DB_PASSWORD=") for line in lines(vscode.workspace / ".env.example"))
    assert ".env" in lines(vscode.workspace / ".gitignore")
    written = b"".join(path.read_bytes() for path in vscode.workspace.glob(".*") if path.is_file())
    assert PASSWORD.encode() not in written


async def test_a_fix_leaves_in_other_files_what_is_there(vscode: Editor) -> None:
    (vscode.workspace / ".gitignore").write_bytes(b"data/\r\n.env\r\n")
    (vscode.workspace / ".env.example").write_bytes("# 中文 💡\r\nOTHER=".encode())
    await choose_secret_fix(vscode)
    assert (vscode.workspace / ".gitignore").read_bytes() == b"data/\r\n.env\r\n"
    example = (vscode.workspace / ".env.example").read_bytes().decode()
    assert example.startswith("# 中文 💡\r\nOTHER=\r\nDB_PASSWORD=")
    assert example.endswith("\r\n")


async def test_an_open_file_is_edited_in_the_editor(vscode: Editor) -> None:
    example = vscode.open(".env.example", "# unsaved 💡\n", "dotenv")
    await choose_secret_fix(vscode)
    assert example.text.startswith("# unsaved 💡\nDB_PASSWORD=")
    assert not (vscode.workspace / ".env.example").exists()


@pytest.mark.parametrize("name", ["eglot"])
async def test_who_cannot_create_files_has_them_made(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        await choose_secret_fix(session)
        assert any(line.startswith("DB_PASSWORD=") for line in lines(workspace / ".env.example"))
        assert ".env" in lines(workspace / ".gitignore")


async def test_who_knows_no_document_changes_gets_changes(workspace: Path) -> None:
    client = profile("vscode").with_capability(None, "workspace", "workspaceEdit")
    async with editor(client, workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        (preferred, *_) = [action for action in await session.actions_for(text, "TFL101") if action.is_preferred]
        assert preferred.edit is not None
        assert preferred.edit.document_changes is None
        await session.choose(preferred)
        assert "TFL101" not in await session.codes(text)


async def test_an_edit_is_of_the_newest_state(vscode: Editor) -> None:
    """What the client hands back may be stale: the edit must fit the text as it stands."""
    text = vscode.open("a.md", BAD, "markdown")
    stale = [item for item in await vscode.diagnostics(text) if item.code == "TFL101"]
    vscode.change(text, 0, 0, "💡 above\n\n")
    at = text.text.index("latest")
    actions = await vscode.actions(text, vscode.range(text, at, at), stale)
    await vscode.choose(next(action for action in actions if action.is_preferred))
    assert "tensorflow:2.9.0-jupyter" in text.text
    assert text.text.startswith("💡 above\n\n# 💡\n")


async def test_the_command_of_a_lens_has_the_client_apply_the_fixes(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD, "markdown")
    params = types.ExecuteCommandParams("tflsp.fixAll", [text.uri])
    await vscode.client.workspace_execute_command_async(params)
    (edit,) = vscode.client.edits
    vscode.apply(edit)
    assert "tensorflow:2.9.0-jupyter" in text.text
