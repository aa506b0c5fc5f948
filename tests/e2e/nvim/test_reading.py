"""What Neovim shows besides diagnostics: hover, completion, hints, folds, the outline, as a person asks for them."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.nvim.editor import Editor
from tests.e2e.nvim.marked import unmarked
from tests.e2e.nvim.test_documents import NOTEBOOK, PASSWORD

Warm = tuple[Editor, Path]


def opened(warm: Warm, name: str, text: str) -> Editor:
    editor, project = warm
    path = project / name
    path.write_text(text, "utf-8")
    editor.open(path)
    editor.settled()
    return editor


def hovered(editor: Editor) -> str:
    """What K shows, in its floating window."""
    windows = len(editor.nvim.windows)
    editor.type("K")
    editor.until(lambda: len(editor.nvim.windows) > windows)
    editor.type("K")  # into the window
    editor.until(lambda: editor.lua("return vim.api.nvim_win_get_config(0).relative") != "")
    text = editor.text
    editor.type("q")
    editor.until(lambda: len(editor.nvim.windows) == windows)
    return text


def test_hover(warm: Warm) -> None:
    editor = opened(
        warm, "start.sh", 'echo "😀 中文"; docker run --privileged -v "$PWD:/tf" tensorflow/tensorflow:latest-gpu\n'
    )
    editor.put_cursor("--privileged")
    assert "--privileged" in hovered(editor)
    editor.put_cursor("tensorflow/tensorflow")
    assert "docker.io/tensorflow/tensorflow:latest-gpu" in hovered(editor)


def test_hover_shows_no_secret(warm: Warm) -> None:
    password = "hunter" + "22x"
    editor = opened(warm, "journal.md", f"数据库 😀:mysql://admin:{password}@prod-db/ml\n")
    editor.put_cursor(password)
    text = hovered(editor)
    assert "TFL301" in text
    assert password not in text


def test_completion_of_a_tag(warm: Warm) -> None:
    """As a person would: type, ask with CTRL-X CTRL-O, choose, and go on."""
    editor = opened(warm, "Dockerfile", "# 😀\nFROM \n")
    editor.type("GA tensorflow/tensorflow:2.9.0-gpu-j<C-x><C-o>")
    editor.until(lambda: "2.9.0-gpu-jupyter" in editor.text)
    editor.type("<C-y><Esc>")
    editor.until(lambda: editor.nvim.api.get_mode()["mode"] == "n")
    assert editor.lines == ["# 😀", "FROM  tensorflow/tensorflow:2.9.0-gpu-jupyter"]


def test_completion_as_one_types(warm: Warm) -> None:
    """Neovim's own automatic completion, behind emoji."""
    editor = opened(warm, "start.sh", "#!/bin/bash\n")
    editor.lua(
        "vim.lsp.completion.enable(true, vim.lsp.get_clients({ name = 'tflsp' })[1].id, 0, { autotrigger = true })"
    )
    editor.type("oecho 😀; docker pull tensorflow/tensorflow:")
    words = editor.until(lambda: editor.lua("return vim.fn.complete_info({ 'items' }).items"))
    assert "2.9.0-jupyter" in [word["word"] for word in words]
    editor.type("<Esc>")


def test_names_of_env_and_never_their_values(warm: Warm) -> None:
    editor, project = warm
    (project / ".env").write_text(f"DB_PASSWORD={PASSWORD}\n", "utf-8")
    editor = opened(warm, "train.py", 'import os\n\nos.getenv("")\n')
    editor.put_cursor('")')
    answer = editor.request(
        "textDocument/completion", editor.lua("return vim.lsp.util.make_position_params(0, 'utf-8')")
    )
    assert "DB_PASSWORD" in [item["label"] for item in answer["items"]]
    assert PASSWORD not in str(answer)


def test_hints(warm: Warm) -> None:
    """What a variable of a Dockerfile comes to, behind the image."""
    editor = opened(warm, "Dockerfile", "# 😀\nARG TAG=2.9.0-gpu\nFROM tensorflow/tensorflow:${TAG}\n")
    editor.lua("vim.lsp.inlay_hint.enable(true, { bufnr = 0 })")
    chunk = """
    return vim.tbl_map(function(found)
      local hint = found.inlay_hint
      return { hint.position.line, hint.position.character, hint.label }
    end, vim.lsp.inlay_hint.get({ bufnr = 0 }))"""
    (hint,) = editor.until(lambda: editor.lua(chunk))
    assert hint == [2, len("FROM tensorflow/tensorflow:${TAG}"), "= tensorflow/tensorflow:2.9.0-gpu"]


def test_folds_of_a_journal(warm: Warm) -> None:
    editor = opened(warm, "journal.md", "# 😀\n\n```bash\necho 1\necho 2\n```\n\n# B\n\ntext\n")
    editor.command("setlocal foldmethod=expr foldexpr=v:lua.vim.lsp.foldexpr()")
    editor.until(lambda: [editor.lua("return vim.fn.foldlevel(...)", row) for row in (1, 4, 8)] == [1, 2, 1])


def test_outline_of_a_raw_notebook(warm: Warm) -> None:
    """gO: Neovim's JSON knows no cells."""
    editor = opened(warm, "exp.ipynb", unmarked(NOTEBOOK)[0])
    editor.type("gO")
    editor.until(lambda: editor.nvim.current.buffer.options["buftype"] == "quickfix")
    names = editor.lua("return vim.tbl_map(function(item) return item.text end, vim.fn.getloclist(0))")
    assert any("目标 😀" in name for name in names), names
