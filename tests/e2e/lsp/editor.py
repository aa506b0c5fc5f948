"""An editor for tests: a profile of a real client around pytest-lsp's, with its own copies of the texts.

Waits for messages, never for time. What the server says is checked against the client's capabilities by pytest-lsp.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Union
from urllib.parse import unquote, urlsplit

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import register_lsp_features

from tests.e2e.lsp import units
from tests.e2e.lsp.profiles import Profile
from tests.snippets import expanded

PATIENCE = 60.0
"""Seconds after which something that does not come is a failure; nothing waits this long when all is well."""
_RULE_FAILED = re.compile(r"rule TFL\d+ failed")
SERVER = (sys.executable, "-m", "tflsp.server")


@dataclass
class Text:
    """A text as the editor has it."""

    uri: str
    text: str
    version: int
    language: str


@dataclass
class Published:
    """What was published last for a text."""

    version: int | None
    items: list[types.Diagnostic]


def converter() -> Converter:
    """pygls's, with LSP's own way to tell a command from a code action: lsprotocol takes any action that has a command
    for one."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]

    def action_or_command(value: dict[str, Any], _: object) -> types.Command | types.CodeAction:
        if isinstance(value.get("command"), str):
            return made.structure(value, types.Command)
        return made.structure(value, types.CodeAction)

    made.register_structure_hook(Union[types.Command, types.CodeAction], action_or_command)  # noqa: UP007
    return made


class Client(LanguageClient):
    """pytest-lsp's client that tells of every message that arrives."""

    def __init__(self) -> None:
        super().__init__(converter_factory=converter)
        register_lsp_features(self)
        self.published: dict[str, Published] = {}
        self.history: list[types.PublishDiagnosticsParams] = []
        self.registered: dict[str, Any] = {}
        self.edits: list[types.WorkspaceEdit] = []
        self.traces: list[types.LogTraceParams] = []
        self.journal_changes: list[Any] = []
        self.progresses: list[types.ProgressParams] = []
        self.exit_code: int | None = None
        self.news = asyncio.Condition()
        for method, handler in _HANDLERS.items():
            self.protocol.fm.features.pop(method, None)
            self.feature(method)(handler)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until messages have made a condition true."""
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(condition), PATIENCE)

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.exit_code = server.returncode
        async with self.news:
            self.news.notify_all()


async def _publish(client: Client, params: types.PublishDiagnosticsParams) -> None:
    client.published[params.uri] = Published(params.version, list(params.diagnostics))
    client.history.append(params)
    async with client.news:
        client.news.notify_all()


async def _register(client: Client, params: types.RegistrationParams) -> None:
    for registration in params.registrations:
        client.registered[registration.method] = registration.register_options
    async with client.news:
        client.news.notify_all()


async def _refresh(client: Client, params: None) -> None:
    client.diagnostic_refresh_count += 1
    async with client.news:
        client.news.notify_all()


async def _refresh_hints(client: Client, params: None) -> None:
    pass


async def _apply(client: Client, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
    client.edits.append(params.edit)
    async with client.news:
        client.news.notify_all()
    return types.ApplyWorkspaceEditResult(applied=True)


async def _log(client: Client, params: types.LogMessageParams) -> None:
    client.log_messages.append(params)
    async with client.news:
        client.news.notify_all()


async def _trace(client: Client, params: types.LogTraceParams) -> None:
    client.traces.append(params)
    async with client.news:
        client.news.notify_all()


async def _progress(client: Client, params: types.ProgressParams) -> None:
    client.progresses.append(params)
    async with client.news:
        client.news.notify_all()


async def _journal_changed(client: Client, params: Any) -> None:
    client.journal_changes.append(params)
    async with client.news:
        client.news.notify_all()


_HANDLERS: dict[str, Any] = {
    "tflsp/journalChanged": _journal_changed,
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _publish,
    types.CLIENT_REGISTER_CAPABILITY: _register,
    types.WORKSPACE_DIAGNOSTIC_REFRESH: _refresh,
    types.WORKSPACE_INLAY_HINT_REFRESH: _refresh_hints,
    types.WORKSPACE_APPLY_EDIT: _apply,
    types.WINDOW_LOG_MESSAGE: _log,
    types.LOG_TRACE: _trace,
    types.PROGRESS: _progress,
}


@dataclass
class Editor:
    """A client with open texts."""

    client: Client
    profile: Profile
    workspace: Path
    result: types.InitializeResult
    texts: dict[str, Text] = field(default_factory=dict)
    notebooks: dict[str, list[str]] = field(default_factory=dict)

    @property
    def encoding(self) -> str:
        chosen = self.result.capabilities.position_encoding
        return str(getattr(chosen, "value", chosen) or "utf-16")

    @property
    def pulls(self) -> bool:
        return self.result.capabilities.diagnostic_provider is not None

    def uri(self, name: str) -> str:
        return (self.workspace / name).as_uri()

    # Texts

    def open(self, name: str, text: str, language: str) -> Text:
        """Open a text; its file need not exist."""
        opened = Text(name if ":" in name else self.uri(name), text, 1, language)
        self.texts[opened.uri] = opened
        item = types.TextDocumentItem(opened.uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return opened

    def change(self, text: Text, start: int, end: int, new: str) -> None:
        """Replace a stretch (code points) of a text, as typing does."""
        self.changes(text, [(start, end, new)])

    def changes(self, text: Text, edits: list[tuple[int, int, str]]) -> None:
        """Several changes in one message; each refers to the text that the one before has left."""
        identifier, events = self._changed(text, edits)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, events))

    def _changed(
        self, text: Text, edits: list[tuple[int, int, str]]
    ) -> tuple[types.VersionedTextDocumentIdentifier, list[types.TextDocumentContentChangeEvent]]:
        events: list[types.TextDocumentContentChangeEvent] = []
        for start, end, new in edits:
            events.append(types.TextDocumentContentChangePartial(self.range(text, start, end), new))
            text.text = text.text[:start] + new + text.text[end:]
        text.version += 1
        return types.VersionedTextDocumentIdentifier(text.version, text.uri), events

    def save(self, text: Text) -> None:
        """Write a text to its file and say so."""
        path_of(text.uri).write_text(text.text, "utf-8", newline="")
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(text.uri)))

    def close(self, text: Text) -> None:
        del self.texts[text.uri]
        identifier = types.TextDocumentIdentifier(text.uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(identifier))

    def range(self, text: Text, start: int, end: int) -> types.Range:
        return types.Range(self.position(text, start), self.position(text, end))

    def position(self, text: Text, offset: int) -> types.Position:
        where = units.position(text.text, offset, self.encoding)
        return types.Position(where["line"], where["character"])

    def spanned(self, text: Text, where: types.Range) -> str:
        """What stands at a range that the server gave."""
        return units.spanned(text.text, plain(where), self.encoding)

    # Diagnostics

    async def diagnostics(self, text: Text) -> list[types.Diagnostic]:
        """The diagnostics of the text as it stands: pulled where this client pulls, else awaited."""
        if self.pulls and text.uri.startswith(("file:", "untitled:")):
            report = await self.pull(text)
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)
        await self.client.until(lambda: self._is_published(text))
        return self.client.published[text.uri].items

    async def diagnostics_when(
        self, text: Text, wanted: Callable[[list[types.Diagnostic]], bool]
    ) -> list[types.Diagnostic]:
        """The diagnostics when they are as wanted: looked at again with every push, and whenever the server has the
        client pull again. What these depend on besides the text, a settled answer of a moment ago may not have had."""
        client = self.client

        def told() -> tuple[int, int]:
            return client.diagnostic_refresh_count, len(client.history)

        while True:
            before = told()
            found = await self.diagnostics(text)
            if wanted(found):
                return found
            await client.until(partial(lambda old: told() != old, before))

    async def pull(self, text: Text, previous: str | None = None) -> Any:
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(text.uri), previous_result_id=previous)
        return await asyncio.wait_for(self.client.text_document_diagnostic_async(params), PATIENCE)

    async def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """Send a request of our own, and give its answer."""
        asked = self.client.protocol.send_request_async(method, params)  # type: ignore[no-untyped-call]
        return await asyncio.wait_for(asked, PATIENCE)

    async def codes(self, text: Text) -> list[str]:
        """The codes of the text's diagnostics, in their order."""
        return [str(item.code) for item in await self.diagnostics(text)]

    async def found(self, text: Text) -> dict[str, str]:
        """Code -> what is underlined, of the text's diagnostics."""
        return {str(item.code): self.spanned(text, item.range) for item in await self.diagnostics(text)}

    def _is_published(self, text: Text) -> bool:
        published = self.client.published.get(text.uri)
        return published is not None and published.version == text.version

    # Code actions

    async def actions(
        self, text: Text, where: types.Range, shown: list[types.Diagnostic] | None = None, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """The code actions at a range."""
        context = types.CodeActionContext(shown or [], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(text.uri), where, context)
        found = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
        return [action for action in found or () if isinstance(action, types.CodeAction)]

    async def actions_for(self, text: Text, code: str) -> list[types.CodeAction]:
        """The code actions at the first finding of a rule."""
        shown = await self.diagnostics(text)
        item = next(item for item in shown if item.code == code)
        return await self.actions(text, item.range, [item])

    async def choose(self, action: types.CodeAction) -> None:
        """Do what an editor does with the action that the user has chosen: resolve, apply, run its command."""
        if action.edit is None and self.profile.at("textDocument", "codeAction", "resolveSupport") is not None:
            action = await self.client.code_action_resolve_async(action)
        if action.edit is not None:
            self.apply(action.edit)
        if action.command is not None:
            params = types.ExecuteCommandParams(action.command.command, action.command.arguments)
            await self.client.workspace_execute_command_async(params)

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Apply a workspace edit to open texts and to files."""
        for uri, edits in (edit.changes or {}).items():
            self._edit(uri, list(edits))
        for change in edit.document_changes or ():
            if isinstance(change, types.CreateFile):
                path_of(change.uri).parent.mkdir(parents=True, exist_ok=True)
                path_of(change.uri).touch()
            elif isinstance(change, types.TextDocumentEdit):
                version = change.text_document.version
                if change.text_document.uri in self.texts and version is not None:
                    assert version == self.texts[change.text_document.uri].version, "an edit of another version"
                self._edit(change.text_document.uri, [_plain_edit(each) for each in change.edits])
            else:
                raise AssertionError(f"unexpected {change}")

    def _edit(self, uri: str, edits: Sequence[types.TextEdit | types.AnnotatedTextEdit]) -> None:
        if uri in self.texts:
            text = self.texts[uri]
            before = text.text
            pieces = [(self.offsets(before, each.range), each.new_text) for each in edits]
            notebook = next((each for each, cells in self.notebooks.items() if uri in cells), None)
            # From the end to the beginning: no edit moves what another refers to.
            ordered = sorted(enumerate(pieces), key=lambda pair: (pair[1][0], pair[0]), reverse=True)
            steps = [(start, end, new) for _, ((start, end), new) in ordered]
            if notebook is None:
                self.changes(text, steps)
            else:
                self.change_cell(notebook, text, steps)
        else:
            path = path_of(uri)
            old = path.read_bytes().decode() if path.exists() else ""
            for each in sorted(edits, key=lambda each: self.offsets(old, each.range), reverse=True):
                start, end = self.offsets(old, each.range)
                old = old[:start] + each.new_text + old[end:]
            path.write_bytes(old.encode())

    def offsets(self, text: str, where: types.Range) -> tuple[int, int]:
        found = plain(where)
        return units.offset(text, found["start"], self.encoding), units.offset(text, found["end"], self.encoding)

    # Notebooks

    def open_notebook(self, name: str, cells: list[tuple[int, str]]) -> tuple[str, list[Text]]:
        """Open a synced notebook; cells are (kind, text), 1 Markdown and 2 Python."""
        uri = self.uri(name)
        texts = [self.cell(uri, number, kind, text) for number, (kind, text) in enumerate(cells)]
        document = types.NotebookDocument(
            uri,
            "jupyter-notebook",
            1,
            [
                types.NotebookCell(types.NotebookCellKind(kind), text.uri)
                for (kind, _), text in zip(cells, texts, strict=True)
            ],
        )
        items = [types.TextDocumentItem(text.uri, text.language, text.version, text.text) for text in texts]
        self.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, items))
        self.notebooks[uri] = [text.uri for text in texts]
        return uri, texts

    def cell(self, notebook: str, number: int, kind: int, text: str) -> Text:
        """A cell's text under a URI as VS Code forms it: with characters that it percent-encodes."""
        uri = f"{notebook.replace('file:', 'vscode-notebook-cell:', 1)}#W{number}sZmlsZQ%3D%3D"
        cell = Text(uri, text, 1, "markdown" if kind == 1 else "python")
        self.texts[uri] = cell
        return cell

    def change_cell(self, notebook: str, text: Text, edits: list[tuple[int, int, str]]) -> None:
        """Changes in one cell, always partial, as clients send them for cells."""
        identifier, events = self._changed(text, edits)
        content = types.NotebookDocumentCellContentChanges(identifier, events)
        self.notebook_changed(notebook, types.NotebookDocumentCellChanges(text_content=[content]))

    def notebook_changed(self, notebook: str, cells: types.NotebookDocumentCellChanges) -> None:
        # The version repeats, as VS Code's does: nothing may depend on it.
        identifier = types.VersionedNotebookDocumentIdentifier(1, notebook)
        event = types.NotebookDocumentChangeEvent(cells=cells)
        self.client.notebook_document_did_change(types.DidChangeNotebookDocumentParams(identifier, event))


@asynccontextmanager
async def editor(
    profile: Profile,
    workspace: Path,
    *,
    configuration: dict[str, Any] | None = None,
    prepare: Callable[[Client], Awaitable[None]] | None = None,
    command: tuple[str, ...] = SERVER,
) -> AsyncIterator[Editor]:
    """A session of a client, from its start to its orderly end."""
    client = Client()
    if configuration is not None:
        client.set_configuration(configuration)
    await client.start_io(*command)
    try:
        params = client.protocol._converter.structure(profile.placed(workspace), types.InitializeParams)
        client.capabilities = params.capabilities
        result = await asyncio.wait_for(client.initialize_async(params), PATIENCE)
        client.initialized(types.InitializedParams())
        yield Editor(client, profile, workspace, result)
        if client.exit_code is None:
            await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
            client.exit(None)
            await client.until(lambda: client.exit_code is not None)
            assert client.exit_code == 0
        # What a rule that failed would have found is missing, which no other test would notice.
        failures = [each.message for each in client.log_messages if _RULE_FAILED.search(each.message)]
        assert not failures, failures
    finally:
        if client.exit_code is None and client._server is not None and client._server.returncode is None:
            client._server.kill()  # the test has failed: its server has nobody to serve
        await client.stop()  # type: ignore[no-untyped-call]


def _plain_edit(
    edit: types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit,
) -> types.TextEdit | types.AnnotatedTextEdit:
    """The edit as it looks before somebody types into its stops."""
    if isinstance(edit, types.SnippetTextEdit):
        return types.TextEdit(edit.range, expanded(edit.snippet.value)[0])
    return edit


def path_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def plain(where: types.Range) -> dict[str, dict[str, int]]:
    return {
        "start": {"line": where.start.line, "character": where.start.character},
        "end": {"line": where.end.line, "character": where.end.character},
    }


__all__ = ["PATIENCE", "SERVER", "Client", "Editor", "Text", "editor", "path_of", "plain"]
