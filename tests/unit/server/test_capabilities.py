"""What is offered is what is there; and the first answer waits for no heavy import."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module

import pytest
from lsprotocol import types
from lsprotocol.converters import get_converter

from tests.e2e.lsp.profiles import NAMES, profile
from tflsp.documents.detect import LANGUAGE_IDS
from tflsp.server import registry
from tflsp.server.capabilities import LANGUAGES, TYPED_METHODS, capabilities
from tflsp.server.client import client_of

# capability -> the method that answers for it
PROVIDERS = {
    "codeActionProvider": "textDocument/codeAction",
    "codeLensProvider": "textDocument/codeLens",
    "completionProvider": "textDocument/completion",
    "definitionProvider": "textDocument/definition",
    "diagnosticProvider": "textDocument/diagnostic",
    "documentLinkProvider": "textDocument/documentLink",
    "documentSymbolProvider": "textDocument/documentSymbol",
    "executeCommandProvider": "workspace/executeCommand",
    "foldingRangeProvider": "textDocument/foldingRange",
    "hoverProvider": "textDocument/hover",
    "inlayHintProvider": "textDocument/inlayHint",
    "referencesProvider": "textDocument/references",
    "renameProvider": "textDocument/rename",
    "workspaceSymbolProvider": "workspace/symbol",
}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    registry.load_plain()
    registry.load_all()


def test_typed_handlers_are_those_that_are_waited_for() -> None:
    assert set(registry.typed) | {"workspace/executeCommand"} == TYPED_METHODS


def test_no_method_has_two_kinds_of_handlers() -> None:
    assert not set(registry.typed) & (set(registry.requested) | set(registry.notified))


@pytest.mark.parametrize("name", NAMES)
def test_every_offer_has_its_handler(name: str) -> None:
    offered = capabilities(client_of(profile(name).params))
    providers = {key for key in offered if key.endswith("Provider")}
    assert providers <= set(PROVIDERS)
    assert {PROVIDERS[key] for key in providers} <= TYPED_METHODS | set(registry.requested)
    assert set(offered["executeCommandProvider"]["commands"]) == set(registry.commands)
    for operation in offered["workspace"]["fileOperations"]:
        assert f"workspace/{operation}Files" in registry.notified
    assert ("notebookDocumentSync" in offered) is (name == "vscode")


@pytest.mark.parametrize("name", NAMES)
def test_offers_are_as_the_specification_has_them(name: str) -> None:
    offered = capabilities(client_of(profile(name).params))
    structured = get_converter().structure(offered, types.ServerCapabilities)
    assert structured.position_encoding in ("utf-8", "utf-16")


def test_cells_are_not_pulled() -> None:
    offered = capabilities(client_of(profile("vscode").params))
    assert {each["scheme"] for each in offered["diagnosticProvider"]["documentSelector"]} == {"file", "untitled"}


def test_the_languages_are_ones_that_the_core_knows() -> None:
    others = {"ignore", "plaintext", "text", "ssh_config"}  # ids of editors that the name has to tell more of
    assert set(LANGUAGES) - others <= set(LANGUAGE_IDS)


def imported(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after a statement."""
    program = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_first_answer_needs_neither_the_engine_nor_a_loop() -> None:
    there = imported("from tflsp.server.bootstrap import greet")
    assert there.isdisjoint({"asyncio", "logging", "tflsp.engine", "tree_sitter", "lsprotocol", "pygls", "attrs"})


def test_a_session_needs_no_lsprotocol() -> None:
    there = imported("import tflsp.server.serving\nfrom tflsp.server.registry import load_plain\nload_plain()")
    assert "tflsp.server.features.diagnostic" in there
    assert there.isdisjoint({"lsprotocol", "pygls", "attrs", "cattrs"})


def test_idle_servers_do_without_what_few_documents_need() -> None:
    there = imported("import tflsp.server.app\nfrom tflsp.server.features.lifecycle import warm_up\nwarm_up()")
    assert "tflsp.server.features.code_action" in there
    assert there.isdisjoint({"betterleaks", "click", "sqlite3", "importlib.resources", "tflsp.capture.captured"})


@pytest.mark.parametrize(("module", "names"), registry.LATER.items())
def test_modules_that_are_imported_later_register_what_is_said_of_them(module: str, names: Sequence[str]) -> None:
    import_module(module)
    assert {name for name, handler in registry.commands.items() if handler.__module__ == module} == set(names)
