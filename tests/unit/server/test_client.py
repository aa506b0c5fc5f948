"""What real clients can do, read from what they say of themselves; nonsense reads as nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.lsp.profiles import NAMES, profile
from tflsp.server.client import client_of
from tflsp.text import Encoding

FACTS: dict[str, dict[str, Any]] = {
    "vscode": {"encoding": Encoding.UTF16, "pulls": True, "notebooks": True, "creates_files": True, "is_vscode": True},
    "neovim": {"encoding": Encoding.UTF8, "pulls": False, "notebooks": False, "document_changes": True},
    "helix": {"encoding": Encoding.UTF8, "pulls": False, "notebooks": False, "resolves_edits": True},
    "eglot": {"encoding": Encoding.UTF16, "creates_files": False, "resolves_edits": False, "markdown_hover": False},
    "jupyterlab": {"encoding": Encoding.UTF16, "configuration": False, "applies_edits": False, "data": False},
    "kate": {"encoding": Encoding.UTF16, "resolves_edits": False, "snippet_edits": False},
    "sublime": {"encoding": Encoding.UTF16, "resolves_edits": True, "resolves_commands": False, "snippet_edits": False},
    "zed": {"pulls": True, "notebooks": False, "resolves_commands": True, "snippet_edits": True},
}


@pytest.mark.parametrize("name", NAMES)
def test_profiles(name: str) -> None:
    client = client_of(profile(name).params)
    assert {key: getattr(client, key) for key in FACTS[name]} == FACTS[name]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, Encoding.UTF16),
        ([], Encoding.UTF16),
        (["utf-7"], Encoding.UTF16),
        (["utf-7", "utf-32", "utf-8"], Encoding.UTF32),
        ("utf-8", Encoding.UTF16),
        ([8, "utf-8"], Encoding.UTF8),
    ],
)
def test_the_clients_first_choice_among_ours(offered: Any, chosen: Encoding) -> None:
    assert client_of({"capabilities": {"general": {"positionEncodings": offered}}}).encoding is chosen


def test_what_is_announced_of_our_own() -> None:
    silent = client_of({"initializationOptions": {"clientCommands": "tflsp.client.insertCell", "unlogged": 1}})
    assert silent.commands == frozenset()
    assert not silent.wants_unlogged
    options = {"clientCommands": ["tflsp.client.insertCell", 3], "unlogged": True}
    rich = client_of({"initializationOptions": options})
    assert rich.commands == {"tflsp.client.insertCell"}
    assert rich.wants_unlogged


def test_snippets_in_edits_need_versioned_edits() -> None:
    edits: dict[str, Any] = {"snippetEditSupport": True}
    assert not client_of({"capabilities": {"workspace": {"workspaceEdit": edits}}}).snippet_edits
    edits["documentChanges"] = True
    assert client_of({"capabilities": {"workspace": {"workspaceEdit": edits}}}).snippet_edits


def test_who_pulls_but_cannot_be_told_to_pull_again_is_pushed_to() -> None:
    text = {"diagnostic": {"dynamicRegistration": False}}
    assert not client_of({"capabilities": {"textDocument": text}}).pulls
    workspace = {"diagnostics": {"refreshSupport": True}}
    assert client_of({"capabilities": {"textDocument": text, "workspace": workspace}}).pulls


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["capabilities", "processId", "workspaceFolders", "rootUri", "clientInfo", "initializationOptions"]
        ),
        JSON,
    )
)
def test_nonsense_reads_as_nothing(params: dict[str, Any]) -> None:
    client_of(params)
