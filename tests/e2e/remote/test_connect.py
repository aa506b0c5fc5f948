"""Editors at a server behind a real sshd, through `tflsp connect` and the daemon; and what is left when one side dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor
from tests.e2e.lsp.editor import editor as lsp_editor
from tests.e2e.lsp.profiles import profile
from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import Sshd
from tflsp.remote.targets import Target

TFLSP = str(Path(sys.executable).with_name("tflsp"))
CONNECT = (TFLSP, "connect", daemons.NAME)
SCRIPT = "docker pull tensorflow/tensorflow:latest\n"


@pytest.fixture
def project(home: Path) -> Path:
    folder = home / "项目 mnist"
    (folder / ".git").mkdir(parents=True)
    return folder.resolve()


@pytest.fixture
def target(sshd: Sshd, project: Path) -> Iterator[Target]:
    with daemons.no_daemon_left():
        yield daemons.saved(sshd, project)


async def test_diagnostics_under_the_editors_own_uris(target: Target, project: Path) -> None:
    (project / "tflsp.toml").write_text('language = "zh"\n')
    async with lsp_editor(profile("neovim"), project, command=CONNECT) as editor:
        text = editor.open("start.sh", SCRIPT, "shellscript")
        (found,) = await editor.diagnostics(text)
        assert found.code == "TFL101"
        assert not found.message.isascii()  # the server has read tflsp.toml on its side
        assert set(editor.client.published) == {text.uri}
        untitled = types.TextDocumentItem("untitled:Untitled-1", "shellscript", 1, SCRIPT)
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(untitled))
        await editor.client.until(lambda: "untitled:Untitled-1" in editor.client.published)
