"""Diagnostics: pushed or pulled, never both; with all that the client can show, and nothing that it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, editor
from tests.e2e.lsp.profiles import Profile, profile

BAD = "```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


async def test_what_is_pulled_is_not_pushed(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD, "markdown")
    assert "TFL101" in await vscode.codes(text)
    _, (cell,) = vscode.open_notebook("a.ipynb", [(1, BAD)])
    await vscode.diagnostics(cell)
    vscode.change(text, 0, 0, "\n")
    assert "TFL101" in await vscode.codes(text)
    assert {published.uri for published in vscode.client.history} == {cell.uri}


@pytest.mark.parametrize("name", ["neovim", "eglot", "helix", "jupyterlab"])
async def test_who_cannot_be_told_to_pull_again_is_pushed_to(workspace: Path, name: str) -> None:
    async with editor(profile(name), workspace) as session:
        assert not session.pulls
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        session.close(text)
        await session.client.until(lambda: session.client.published[text.uri].items == [])


async def test_an_unchanged_result_is_not_sent_again(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD + "\nend\n", "markdown")
    first = await vscode.pull(text)
    assert first.kind == "full"
    again = await vscode.pull(text, first.result_id)
    assert (again.kind, again.result_id) == ("unchanged", first.result_id)
    vscode.change(text, len(text.text), len(text.text), "more")
    assert (await vscode.pull(text, first.result_id)).kind == "unchanged"
    vscode.change(text, 0, 0, "\n")
    moved = await vscode.pull(text, first.result_id)
    assert (moved.kind, len(moved.items)) == ("full", len(first.items))


async def test_requests_that_wait_together_get_the_newest_result(vscode: Editor) -> None:
    text = vscode.open("a.md", "# A\n", "markdown")
    early = [vscode.client.text_document_diagnostic_async(_params(text.uri)) for _ in range(3)]
    vscode.change(text, 0, 0, BAD)
    late = vscode.client.text_document_diagnostic_async(_params(text.uri))
    for asked in (*early, late):
        report = await asked
        assert report.kind == "full"
    assert "TFL101" in await vscode.codes(text)


def _params(uri: str) -> types.DocumentDiagnosticParams:
    return types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))


async def test_a_diagnostic_carries_its_rule_and_its_fix(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD, "markdown")
    (item,) = [each for each in await vscode.diagnostics(text) if each.code == "TFL101"]
    assert item.source == "tflsp"
    assert item.code_description is not None
    assert item.code_description.href.endswith("TFL101.md")
    assert item.data is not None
    assert item.data["name"] == "image-latest"
    assert item.data["fixes"][0]["edits"][0]["newText"]


@pytest.mark.parametrize(
    ("path", "attribute"),
    [
        (("dataSupport",), "data"),
        (("codeDescriptionSupport",), "code_description"),
    ],
)
async def test_what_the_client_cannot_take_is_left_out(workspace: Path, path: tuple[str, ...], attribute: str) -> None:
    limited: Profile = profile("vscode")
    for kind in ("publishDiagnostics", "diagnostic"):
        limited = limited.with_capability(None, "textDocument", kind, *path)
    async with editor(limited, workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        items = await session.diagnostics(text)
        assert items
        assert all(getattr(item, attribute) is None for item in items)


async def test_messages_are_in_the_clients_language(workspace: Path) -> None:
    async with editor(profile("vscode").with_params(locale="zh-cn"), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        (item,) = [each for each in await session.diagnostics(text) if each.code == "TFL101"]
        assert any("一" <= char <= "鿿" for char in item.message)


async def test_what_another_document_builds_is_known(vscode: Editor) -> None:
    launch = vscode.open("start.sh", "docker run --rm -it acme/trainer\n", "shellscript")
    before = await vscode.codes(launch)
    assert "TFL102" in before
    compose = vscode.open("compose.yaml", "services:\n  a:\n    build: .\n    image: acme/trainer\n", "yaml")
    await vscode.diagnostics(compose)
    await vscode.diagnostics_when(launch, lambda found: "TFL102" not in [item.code for item in found])
