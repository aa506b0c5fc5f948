"""Settings from everywhere, in their order, and without a restart."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from tests.e2e.lsp.editor import Editor, editor, path_of
from tests.e2e.lsp.profiles import profile

BAD = "```bash\ndocker run -it --rm tensorflow/tensorflow:latest-jupyter\n```\n"


def changed(session: Editor, *names: str) -> None:
    """Tell that files have changed, as a watching client does."""
    events = [types.FileEvent(session.uri(name), types.FileChangeType.Changed) for name in names]
    session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))


async def refreshed(session: Editor, before: int) -> None:
    await session.client.until(lambda: session.client.diagnostic_refresh_count > before)


async def test_a_settings_file_counts_from_the_start(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text('ignore = ["TFL101"]\n')
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" not in await session.codes(text)


async def test_a_watched_settings_file_takes_effect(vscode: Editor) -> None:
    text = vscode.open("a.md", BAD, "markdown")
    assert "TFL101" in await vscode.codes(text)
    await vscode.client.until(lambda: "workspace/didChangeWatchedFiles" in vscode.client.registered)
    (vscode.workspace / "tflsp.toml").write_text('[severity]\nTFL101 = "hint"\n')
    before = vscode.client.diagnostic_refresh_count
    changed(vscode, "tflsp.toml")
    await refreshed(vscode, before)
    (item,) = [each for each in await vscode.diagnostics(text) if each.code == "TFL101"]
    assert item.severity == types.DiagnosticSeverity.Hint


async def test_saving_a_settings_file_takes_effect_where_nobody_watches(workspace: Path) -> None:
    async with editor(profile("neovim"), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        settings = session.open("tflsp.toml", 'ignore = ["TFL101"]\n', "toml")
        assert path_of(settings.uri).parent == workspace
        session.save(settings)
        await session.client.until(
            lambda: "TFL101" not in [item.code for item in session.client.published[text.uri].items]
        )


async def test_initialization_options_count(workspace: Path) -> None:
    client = profile("neovim").with_params(initializationOptions={"settings": {"tflsp": {"ignore": ["TFL101"]}}})
    async with editor(client, workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" not in await session.codes(text)


async def test_the_editors_settings_stand_above_files_and_change(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text('tensorflow-version = "2.9.3"\n')
    async with editor(profile("vscode"), workspace, configuration={"": {"tflsp": {}}}) as session:
        text = session.open("a.md", BAD, "markdown")
        await session.diagnostics_when(text, lambda found: preferred(found) == "2.9.3-jupyter")
        session.client.set_configuration({"tensorflowVersion": "2.9.1"}, section="tflsp")
        session.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await session.diagnostics_when(text, lambda found: preferred(found) == "2.9.1-jupyter")


def preferred(found: list[types.Diagnostic]) -> str:
    """What the fix of TFL101 would write."""
    (item,) = [each for each in found if each.code == "TFL101"]
    assert item.data is not None
    return str(item.data["fixes"][0]["edits"][0]["newText"])


async def test_settings_come_along_where_nobody_can_be_asked(workspace: Path) -> None:
    async with editor(profile("jupyterlab"), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        settings = {"tflsp": {"ignore": ["TFL101"]}}
        session.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        await session.client.until(
            lambda: "TFL101" not in [item.code for item in session.client.published[text.uri].items]
        )


async def test_two_folders_have_each_their_own_settings(workspace: Path) -> None:
    for name in ("one", "two"):
        (workspace / name / ".git").mkdir(parents=True)
    (workspace / "one" / "tflsp.toml").write_text('ignore = ["TFL101"]\n')
    folders = [{"uri": (workspace / name).as_uri(), "name": name} for name in ("one", "two")]
    async with editor(profile("vscode").with_params(workspaceFolders=folders), workspace) as session:
        one = session.open("one/a.md", BAD, "markdown")
        two = session.open("two/a.md", BAD, "markdown")
        assert "TFL101" not in await session.codes(one)
        assert "TFL101" in await session.codes(two)


async def test_a_folder_that_is_added_is_known(vscode: Editor) -> None:
    other = vscode.workspace.parent / "other"
    other.mkdir()
    (other / "tflsp.toml").write_text('[per-file-ignores]\n"/a.md" = ["TFL101"]\n')
    before = vscode.client.diagnostic_refresh_count
    event = types.WorkspaceFoldersChangeEvent([types.WorkspaceFolder(other.as_uri(), "other")], [])
    vscode.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
    await refreshed(vscode, before)
    text = vscode.open(f"{other.as_uri()}/a.md", BAD, "markdown")
    assert "TFL101" not in await vscode.codes(text)


async def test_a_wrong_setting_is_told_once_and_costs_nothing_else(workspace: Path) -> None:
    options = {"settings": {"tflsp": {"tensorflowVersion": 29, "ignore": ["TFL101"]}}}
    async with editor(profile("vscode").with_params(initializationOptions=options), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" not in await session.codes(text)
        await session.client.until(
            lambda: any("tensorflow-version" in each.message for each in session.client.log_messages)
        )


async def test_a_broken_settings_file_is_told_and_the_rest_goes_on(workspace: Path) -> None:
    (workspace / "tflsp.toml").write_text("ignore = [\n")
    async with editor(profile("vscode"), workspace) as session:
        text = session.open("a.md", BAD, "markdown")
        assert "TFL101" in await session.codes(text)
        await session.client.until(lambda: any("tflsp.toml" in each.message for each in session.client.log_messages))


async def test_traces_tell_what_was_done_and_hold_no_text(vscode: Editor) -> None:
    vscode.client.set_trace(types.SetTraceParams(types.TraceValue.Messages))
    text = vscode.open("a.md", BAD, "markdown")
    await vscode.diagnostics(text)
    await vscode.client.until(lambda: bool(vscode.client.traces))
    assert "analysed" in vscode.client.traces[0].message
    assert "docker" not in str(vscode.client.traces)
