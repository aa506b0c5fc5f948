"""Fixes that are taken in a real Neovim: the text is right, and one undo takes it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import INIT, Editor
from tests.e2e.nvim.marked import unmarked
from tests.e2e.nvim.test_documents import DOCUMENTS, JOURNAL, NOTEBOOK, PASSWORD

Write = Callable[[str, str], Path]

PIN = "Pin to `2.9.0-jupyter`"
PLACEHOLDER = "Put a placeholder in its place: DB_PASSWORD, and keep the value in .env (unsafe)"


def opened(editor: Editor, path: Path) -> str:
    """Open a document and wait for its findings; its text."""
    editor.open(path)
    editor.until(editor.diagnostics)
    editor.settled()
    return editor.text


def takes_back(editor: Editor, original: str) -> None:
    """One undo, as a person types it, gives the text from before, and a redo the fixed one."""
    fixed = editor.text
    for key, text in (("u", original), ("<C-r>", fixed), ("u", original)):
        gives(editor, key, text)


def gives(editor: Editor, key: str, text: str) -> None:
    """A key makes the text what it should be."""
    editor.type(key)
    editor.until(lambda: editor.text == text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_fix_behind_emoji(start: Start, write: Write, encoding: str, neovim_version: str) -> None:
    only = f"{{ capabilities = {{ general = {{ positionEncodings = {{ '{encoding}' }} }} }} }}"
    editor = start(f"{INIT}vim.lsp.config('tflsp', {only})\n")
    original = opened(editor, write("journal.md", unmarked(JOURNAL)[0]))
    # Up to 0.11 anywhere on the line: Neovim sends the line's diagnostics; later those under the cursor.
    editor.put_cursor("echo" if neovim_version.startswith("0.11.") else "latest-jupyter")
    assert PIN in editor.titles()
    editor.act(PIN)
    fixed = original.replace("latest-jupyter", "2.9.0-jupyter")
    assert editor.until(lambda: editor.text != original and editor.text) == fixed
    assert [found.row for found in editor.settled("TFL101")] == [8]
    takes_back(editor, original)
    editor.until(lambda: [found.row for found in editor.diagnostics("TFL101")] == [3, 8])


@pytest.mark.parametrize("name", ["journal.md", "Dockerfile", "start.sh"])
def test_every_safe_fix_at_once(warm: tuple[Editor, Path], name: str) -> None:
    editor, project = warm
    path = project / name
    path.write_text(unmarked(DOCUMENTS[name])[0], "utf-8")
    original = opened(editor, path)
    editor.command("Tflsp fix")
    fixed = original.replace("latest", "2.9.0")
    assert editor.until(lambda: editor.text != original and editor.text) == fixed
    assert editor.settled("TFL101") == []
    takes_back(editor, original)


def test_the_lens_mends(warm: tuple[Editor, Path]) -> None:
    """Code lenses are off until a setting asks for them; the one at the top applies every safe fix."""
    editor, project = warm
    path = project / "start.sh"
    path.write_text(unmarked(DOCUMENTS["start.sh"])[0], "utf-8")
    original = opened(editor, path)
    editor.lua("require('tflsp').configure({ ['code-lens'] = true })")
    editor.settled()
    editor.lua("vim.lsp.codelens.refresh({ bufnr = 0 })")
    editor.until(lambda: editor.lua("return #vim.lsp.codelens.get(0)"))
    editor.type("gg")
    editor.lua("vim.lsp.codelens.run()")
    editor.until(lambda: editor.text != original)
    assert editor.text == original.replace("latest", "2.9.0")
    takes_back(editor, original)


def test_a_fix_in_the_json_of_a_notebook(editor: Editor, write: Write) -> None:
    original = opened(editor, write("exp.ipynb", unmarked(NOTEBOOK)[0]))
    editor.put_cursor("!echo")
    editor.lua("vim.diagnostic.jump({ count = 1, float = false })")
    editor.act("Ignore TFL101 here")
    editor.until(lambda: editor.text != original)
    cells = json.loads(editor.text)["cells"]
    assert "tflsp: ignore[TFL101]" in "".join(cells[1]["source"])
    assert cells[0] == json.loads(original)["cells"][0]
    assert [found.row for found in editor.settled("TFL101")] == [10]
    assert editor.settled("TFL001") == []
    takes_back(editor, original)

    editor.command("Tflsp fix")
    editor.until(lambda: editor.text != original)
    assert editor.text == original.replace("tensorflow:latest", "tensorflow:2.9.0")
    takes_back(editor, original)


def test_a_secret_moves_to_other_files(editor: Editor, project: Path, write: Write) -> None:
    """The files are there when the user has written them, and not before; the value goes nowhere but into .env."""
    journal = write("journal.md", unmarked(JOURNAL)[0])
    write(".gitignore", "*.h5\n")
    original = opened(editor, journal)
    editor.put_cursor(PASSWORD)
    editor.act(PLACEHOLDER)
    editor.until(lambda: PASSWORD not in editor.text)
    assert editor.text == original.replace(PASSWORD, "<DB_PASSWORD>")
    assert editor.settled("TFL301") == []
    assert not (project / ".env").exists()
    assert (project / ".gitignore").read_text("utf-8") == "*.h5\n"
    editor.command("wall")
    assert (project / ".gitignore").read_text("utf-8") == "*.h5\n.env\n"
    assert (project / ".env.example").read_text("utf-8") == "DB_PASSWORD=\n"
    assert (project / ".env").read_text("utf-8") == f"DB_PASSWORD={PASSWORD}\n"
    assert PASSWORD not in journal.read_text("utf-8")
    assert PASSWORD not in editor.log() + editor.command("messages")


@pytest.mark.parametrize("ends", ["\r\n", "\n"], ids=["dos", "unix"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_line_ends_stay(warm: tuple[Editor, Path], ends: str, last: bool) -> None:
    """A file of DOS, or one whose last line has no end, has only the tag changed when it is written again."""
    editor, project = warm
    path = project / "start.sh"
    before = ends.join(["#!/bin/bash", "# 😀", "docker pull tensorflow/tensorflow:latest"]) + ends * last
    path.write_bytes(before.encode())
    original = opened(editor, path)
    editor.command("setlocal nofixendofline")  # Neovim would end the last line itself
    editor.command("Tflsp fix")
    editor.until(lambda: editor.text != original)
    editor.command("write")
    assert path.read_bytes().decode() == before.replace("latest", "2.9.0")
