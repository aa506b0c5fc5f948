"""Entries with live tab stops: each lands where the server says, as the server wrote it, in one undo."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.nvim.conftest import Start
from tests.e2e.nvim.editor import PLUGIN, Editor

INSERT = "require('tflsp.snippets').insert(..., { offset_encoding = 'utf-16' })"
STEP = "### Debug step #2: ${1:title}\n\n- Result: ${2}\n- Analysis: $3$0\n"
PLAIN = "### Debug step #2: title\n\n- Result: \n- Analysis: \n"


@pytest.fixture
def editor(start: Start) -> Editor:
    return start(f"vim.opt.runtimepath:append([[{PLUGIN}]])\nvim.o.hidden = true\n")


def payload(editor: Editor, snippet: str, text: str, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
    positions = [{"line": line, "character": character} for line, character in (start, end)]
    uri = editor.lua("return vim.uri_from_bufnr(0)")
    return {"uri": uri, "range": {"start": positions[0], "end": positions[1]}, "text": text, "snippet": snippet}


def shown(editor: Editor, lines: list[str]) -> None:
    editor.command("edit journal.md | setlocal filetype=markdown")
    editor.nvim.current.buffer[:] = lines


@pytest.mark.parametrize("mode", ["normal", "insert"])
@pytest.mark.parametrize(
    ("before", "at", "after"),
    [
        (["# 💡", "", "    code"], (2, 0), ["# 💡", "", *PLAIN.splitlines(), "    code"]),
        (["# 💡", "last"], (2, 0), ["# 💡", "last", *PLAIN.splitlines()]),
        ([""], (0, 0), [*PLAIN.splitlines(), ""]),
    ],
    ids=["before an indented line", "behind the end", "empty"],
)
def test_where_it_goes(editor: Editor, mode: str, before: list[str], at: tuple[int, int], after: list[str]) -> None:
    shown(editor, before)
    editor.command("set expandtab")
    if mode == "insert":
        editor.type("i")
    editor.lua(INSERT, payload(editor, STEP, PLAIN, at, at))
    editor.until(lambda: editor.lines == after)
    editor.until(lambda: editor.nvim.api.get_mode()["mode"] == "s")  # the hint is selected
    assert editor.lua("return vim.bo.expandtab")
    editor.type("Warmer<Tab>95 %<Tab>💡 why<Esc>")
    filled = [
        line.replace("title", "Warmer").replace("Result: ", "Result: 95 %").replace("Analysis: ", "Analysis: 💡 why")
        for line in after
    ]
    editor.until(lambda: editor.lines == filled)


def test_one_undo_takes_it_back(editor: Editor) -> None:
    shown(editor, ["# 💡", "last"])
    editor.lua(INSERT, payload(editor, STEP, PLAIN, (1, 0), (1, 0)))
    editor.until(lambda: editor.nvim.api.get_mode()["mode"] == "s")
    editor.type("<Esc>u")
    editor.until(lambda: editor.lines == ["# 💡", "last"])
    editor.type("<C-r>")
    editor.until(lambda: editor.lines == ["# 💡", *PLAIN.splitlines(), "last"])


def test_in_the_middle_of_a_line(editor: Editor) -> None:
    shown(editor, ["- 💡 old rest"])
    editor.lua(INSERT, payload(editor, "${1:new}!$0", "new!", (0, 5), (0, 8)))
    editor.until(lambda: editor.lines == ["- 💡 new! rest"])
    editor.type("newer<Tab>?<Esc>")
    editor.until(lambda: editor.lines == ["- 💡 newer!? rest"])


def test_behind_the_last_character_of_a_line(editor: Editor) -> None:
    shown(editor, ["  - 训练"])
    editor.lua(INSERT, payload(editor, "\n\n### ${1}\n\n\tmake: \\$HOME \\\\ \\}$0", "", (0, 6), (0, 6)))
    after = ["  - 训练", "", "### ", "", "\tmake: $HOME \\ }"]
    editor.until(lambda: editor.lines == after)
    editor.type("A<Esc>")
    editor.until(lambda: editor.lines[2] == "### A")


def test_what_would_be_indented_is_put_as_it_is(editor: Editor) -> None:
    """vim.snippet would repeat the indentation of the line that it stands in."""
    shown(editor, ["    x"])
    editor.lua(INSERT, payload(editor, "one $1\ntwo$0", "one \ntwo", (0, 5), (0, 5)))
    editor.until(lambda: editor.lines == ["    xone ", "two"])


def test_what_is_no_snippet_is_put_as_it_is(editor: Editor) -> None:
    shown(editor, ["x"])
    editor.lua(INSERT, payload(editor, "${1:a} ${1:b}$0", "a b", (0, 1), (0, 1)))
    editor.until(lambda: editor.lines == ["xa b"])


def test_in_a_buffer_that_is_not_shown(editor: Editor) -> None:
    shown(editor, ["one"])
    made = payload(editor, STEP, PLAIN, (1, 0), (1, 0))
    editor.command("enew!")
    editor.lua(INSERT, made)
    editor.until(lambda: editor.lines == ["one", *PLAIN.splitlines()])


def test_there_is_nothing_left_of_the_stops(editor: Editor) -> None:
    assert editor.lua("return require('tflsp.snippets').expanded(...)", STEP) == PLAIN
    assert editor.lua("return require('tflsp.snippets').expanded(...)", "\\$1 ${12:\\}}\\\\") == "$1 }\\"
