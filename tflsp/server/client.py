"""What the client can do, read once from `initialize` into plain values.

The only place that looks into client capabilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tflsp.dataclass import dataclass
from tflsp.text import Encoding

OPEN_CELL = "tflsp.client.openCell"


@dataclass(frozen=True, slots=True)
class Client:
    """The client of a session; each field says what the server may do or must do without."""

    name: str
    process_id: int | None
    locale: str
    options: Mapping[str, Any]  # initializationOptions
    folders: tuple[tuple[str, str], ...]  # (URI, name)
    trace: str
    encoding: Encoding
    notebooks: bool
    # diagnostics
    pulls: bool
    related_information: bool
    code_descriptions: bool
    tags: frozenset[int]
    data: bool
    # code actions
    preferred_actions: bool
    resolves_edits: bool
    resolves_commands: bool
    # edits of the workspace
    applies_edits: bool
    document_changes: bool
    snippet_edits: bool
    creates_files: bool
    # what is shown
    markdown_hover: bool
    markdown_completion: bool
    snippets: bool
    hierarchical_symbols: bool
    folding_limit: int | None
    link_tooltips: bool
    prepares_renames: bool
    folding_text: bool
    progress: bool
    refreshes_hints: bool
    refreshes_lenses: bool
    # configuration and files
    configuration: bool
    registers_configuration: bool
    registers_watches: bool
    # our own extensions: docs/protocol.md
    commands: frozenset[str]  # what the client itself carries out: `tflsp.client.insertCell`
    wants_unlogged: bool

    @property
    def opens_cells(self) -> bool:
        """Whether it can open a notebook at a cell that it is given by its number (docs/protocol.md)."""
        return OPEN_CELL in self.commands

    @property
    def is_vscode(self) -> bool:
        """VS Code and what is built of it: they bring Markdown symbols, folding and links of their own."""
        return self.name in ("code-server", "VSCodium", "Cursor", "Windsurf") or self.name.startswith(
            "Visual Studio Code"
        )

    @property
    def completes_words(self) -> bool:
        """Whether the editor takes of a completion's plain text its first word only; of a snippet it takes all."""
        return self.name == "Neovim"

    @property
    def ends_last_lines(self) -> bool:
        """Whether the editor ends the last line of a file itself, and takes a line end in it for one more line."""
        return self.name == "Neovim"


def client_of(params: Mapping[str, Any]) -> Client:
    """The client that sent these `initialize` parameters. Never raises: what is malformed counts as missing."""
    at = _Reader(params)
    options = at("initializationOptions")
    options = options if isinstance(options, dict) else {}
    process_id = at("processId")
    return Client(
        name=_text(at("clientInfo", "name")),
        process_id=process_id if isinstance(process_id, int) else None,
        locale=_text(at("locale")),
        options=options,
        folders=_folders(at),
        trace=_text(at("trace")) or "off",
        encoding=_encoding(at("capabilities", "general", "positionEncodings")),
        notebooks=at("capabilities", "notebookDocument") is not None,
        # A client that cannot be told to pull again would go on showing what no longer holds: it is pushed to.
        pulls=at.text("diagnostic") is not None and at.workspace("diagnostics", "refreshSupport") is True,
        related_information=at.text("publishDiagnostics", "relatedInformation") is True
        or at.text("diagnostic", "relatedInformation") is True,
        code_descriptions=at.text("publishDiagnostics", "codeDescriptionSupport") is True
        or at.text("diagnostic", "codeDescriptionSupport") is True,
        tags=frozenset(_numbers(at.text("publishDiagnostics", "tagSupport", "valueSet"))),
        data=at.text("publishDiagnostics", "dataSupport") is True or at.text("diagnostic", "dataSupport") is True,
        preferred_actions=at.text("codeAction", "isPreferredSupport") is True,
        resolves_edits=at.text("codeAction", "dataSupport") is True
        and "edit" in _texts(at.text("codeAction", "resolveSupport", "properties")),
        resolves_commands=at.text("codeAction", "dataSupport") is True
        and "command" in _texts(at.text("codeAction", "resolveSupport", "properties")),
        applies_edits=at.workspace("applyEdit") is True,
        document_changes=at.workspace("workspaceEdit", "documentChanges") is True
        or bool(_texts(at.workspace("workspaceEdit", "resourceOperations"))),
        snippet_edits=at.workspace("workspaceEdit", "snippetEditSupport") is True
        and at.workspace("workspaceEdit", "documentChanges") is True,
        creates_files="create" in _texts(at.workspace("workspaceEdit", "resourceOperations")),
        markdown_hover="markdown" in _texts(at.text("hover", "contentFormat")),
        markdown_completion="markdown" in _texts(at.text("completion", "completionItem", "documentationFormat")),
        snippets=at.text("completion", "completionItem", "snippetSupport") is True,
        hierarchical_symbols=at.text("documentSymbol", "hierarchicalDocumentSymbolSupport") is True,
        folding_limit=_limit(at.text("foldingRange", "rangeLimit")),
        link_tooltips=at.text("documentLink", "tooltipSupport") is True,
        prepares_renames=at.text("rename", "prepareSupport") is True,
        folding_text=at.text("foldingRange", "foldingRange", "collapsedText") is True,
        progress=at("capabilities", "window", "workDoneProgress") is True,
        refreshes_hints=at.workspace("inlayHint", "refreshSupport") is True,
        refreshes_lenses=at.workspace("codeLens", "refreshSupport") is True,
        configuration=at.workspace("configuration") is True,
        registers_configuration=at.workspace("didChangeConfiguration", "dynamicRegistration") is True,
        registers_watches=at.workspace("didChangeWatchedFiles", "dynamicRegistration") is True,
        commands=frozenset(_texts(options.get("clientCommands"))),
        wants_unlogged=options.get("unlogged") is True,
    )


class _Reader:
    """Walks into nested mappings; anything missing on the way is None."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def __call__(self, *path: str) -> Any:
        value: Any = self._params
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def text(self, *path: str) -> Any:
        return self("capabilities", "textDocument", *path)

    def workspace(self, *path: str) -> Any:
        return self("capabilities", "workspace", *path)


def _encoding(offered: Any) -> Encoding:
    """The client's first choice among ours; UTF-16 is what LSP has where nothing was said."""
    ours = {encoding.value: encoding for encoding in Encoding}
    return next((ours[name] for name in _texts(offered) if name in ours), Encoding.UTF16)


def _folders(at: _Reader) -> tuple[tuple[str, str], ...]:
    folders = at("workspaceFolders")
    if isinstance(folders, list):
        pairs = ((_text(each.get("uri")), _text(each.get("name"))) for each in folders if isinstance(each, dict))
        if found := tuple(pair for pair in pairs if pair[0]):
            return found
    root = _text(at("rootUri"))
    return ((root, ""),) if root else ()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _numbers(value: Any) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _limit(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
