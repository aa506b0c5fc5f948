"""What the server offers, as the answer to `initialize`; plain dictionaries, so that the answer waits for no import."""

from __future__ import annotations

from typing import Any

from tflsp import __version__
from tflsp.server.client import Client

# Languages of the documents that the server wants to see: VS Code's ids first, then other editors' for the same.
LANGUAGES = (
    "markdown",
    "quarto",
    "python",
    "shellscript",
    "sh",
    "bash",
    "dockerfile",
    "dockercompose",
    "yaml.docker-compose",
    "yaml",
    "json",
    "jsonc",
    "dotenv",
    "ignore",
    "gitignore",
    "toml",
    "ssh_config",
    "sshdconfig",
    "plaintext",
    "text",
)
# What stands behind pygls; a test holds this and the handlers together.
TYPED_METHODS = frozenset(
    {
        "codeAction/resolve",
        "textDocument/codeAction",
        "textDocument/codeLens",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/documentLink",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/hover",
        "textDocument/inlayHint",
        "textDocument/prepareRename",
        "textDocument/references",
        "textDocument/rename",
        "workspace/executeCommand",
        "workspace/symbol",
    }
)
QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.tflsp"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.tflsp"
# Journal entries, by whether they are asked for as source actions or as refactorings.
JOURNAL = ("source.tflsp.journal", "refactor.tflsp.journal")
# What works with entries that are there.
PROMOTE, RENUMBER, UPDATE_SUMMARY = "tflsp.promote", "tflsp.renumber", "tflsp.updateSummary"
ENTRIES = ("tflsp.compareSteps", PROMOTE, RENUMBER, UPDATE_SUMMARY)
INSERTIONS = ("tflsp.insertConclusion", "tflsp.insertError", "tflsp.insertGoal", "tflsp.insertStep")


def initialize_result(client: Client) -> dict[str, Any]:
    """The result of `initialize` for this client."""
    return {"capabilities": capabilities(client), "serverInfo": {"name": "tflsp", "version": __version__}}


def capabilities(client: Client) -> dict[str, Any]:
    """The capabilities that this client has a use for."""
    offered: dict[str, Any] = {
        "positionEncoding": client.encoding.value,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "codeActionProvider": {
            "codeActionKinds": [QUICK_FIX, FIX_ALL, NOTEBOOK_FIX_ALL, *JOURNAL],
            "resolveProvider": client.resolves_edits,
        },
        "codeLensProvider": {"resolveProvider": False},
        "completionProvider": {"triggerCharacters": [":", "-", "[", "{", '"', "'", "/", "#"], "resolveProvider": False},
        "definitionProvider": True,
        "documentLinkProvider": {"resolveProvider": False},
        "documentSymbolProvider": {"label": "tflsp"},
        "executeCommandProvider": {"commands": ["tflsp.addLines", "tflsp.fixAll", *ENTRIES, *INSERTIONS]},
        "foldingRangeProvider": True,
        "hoverProvider": True,
        "inlayHintProvider": {"resolveProvider": False},
        "referencesProvider": True,
        "renameProvider": {"prepareProvider": True} if client.prepares_renames else True,
        "workspaceSymbolProvider": {"resolveProvider": False},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {
                operation: {"filters": [{"scheme": "file", "pattern": {"glob": "**/*"}}]}
                for operation in ("didCreate", "didRename", "didDelete")
            },
        },
    }
    if client.notebooks:
        # Without a cell filter every cell comes, so that "cell 3" is the third of the notebook.
        selector = [{"notebook": "jupyter-notebook"}, {"notebook": "interactive"}]
        offered["notebookDocumentSync"] = {"notebookSelector": selector, "save": True}
    if client.pulls:
        offered["diagnosticProvider"] = {
            "identifier": "tflsp",
            "interFileDependencies": False,  # what crosses files is refreshed when it changes, not at each keystroke
            "workspaceDiagnostics": True,
            "documentSelector": pulled_documents(),
        }
    return offered


def pulled_documents() -> list[dict[str, str]]:
    """Files and untitled documents only: a client that pulls for cells too would show their diagnostics twice."""
    return [{"scheme": scheme, "language": language} for scheme in ("file", "untitled") for language in LANGUAGES]
