"""Whatever is typed, the server has the editor's text: every border, every encoding, every line end."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from lsprotocol import types

from tests.e2e.lsp.editor import Editor, Text, editor
from tests.e2e.lsp.profiles import profile

SERVER = (sys.executable, str(Path(__file__).with_name("texts_server.py")))
# Line ends of LSP, characters that other tools take for line ends, astral characters, a combining sequence.
PIECES = [
    "\n",
    "\r\n",
    "\r",
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x85",
    "\x1c",
    "💡",
    "𝔸",
    "é",
    "e\u0301",
    "中文",
    "a",
    " ",
    "```\n",
    "",
]


@pytest.fixture(params=["utf-8", "utf-16", "utf-32"])
async def session(request: pytest.FixtureRequest, workspace: Path) -> AsyncIterator[Editor]:
    async with editor(profile("vscode").with_encoding(request.param), workspace, command=SERVER) as made:
        assert made.encoding == request.param
        yield made


async def server_text(session: Editor, text: Text) -> str:
    found = await session.ask("tflsp.test/text", {"uri": text.uri})
    assert isinstance(found, str)
    return found


def random_edit(random: Random, text: str) -> tuple[int, int, str]:
    """An edit at places where an editor can have its cursor: never inside of \\r\\n."""
    places = [at for at in range(len(text) + 1) if not (0 < at < len(text) and text[at - 1 : at + 1] == "\r\n")]
    start = random.choice(places)
    end = (
        start if random.random() < 0.5 else random.choice([at for at in places if start <= at <= start + 12] or [start])
    )
    return start, end, "".join(random.choices(PIECES, k=random.randint(0, 4)))


@pytest.mark.parametrize("seed", range(4))
async def test_random_edits_keep_the_texts_equal(session: Editor, seed: int) -> None:
    random = Random(seed)
    text = session.open("a.md", "".join(random.choices(PIECES, k=60)), "markdown")
    for _ in range(40):
        edits, after = [], text.text
        for _ in range(random.randint(1, 4)):
            start, end, new = random_edit(random, after)
            edits.append((start, end, new))
            after = after[:start] + new + after[end:]
        session.changes(text, edits)
    assert await server_text(session, text) == text.text


async def test_a_whole_text_replaces_another(session: Editor) -> None:
    text = session.open("a.md", "# A\n💡\n", "markdown")
    text.text, text.version = "# B\r\n💡\r\n", 2
    session.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(2, text.uri),
            [types.TextDocumentContentChangeWholeDocument(text.text)],
        )
    )
    assert await server_text(session, text) == text.text
    session.change(text, text.text.index("💡"), len(text.text), "end")
    assert await server_text(session, text) == text.text


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "otter:///tmp/.otter.md", "file:///C%3A/a%20b/%E4%B8%AD.md"])
async def test_any_uri_will_do(session: Editor, uri: str) -> None:
    text = session.open(uri, "# A\n", "markdown")
    session.change(text, 0, 0, "💡\n")
    assert await server_text(session, text) == "💡\n# A\n"
    assert await session.diagnostics(text) == []
