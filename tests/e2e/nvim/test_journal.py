"""Every entry of a journal, inserted by code action in a real Neovim: one undo takes it back, the file is valid."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import nbformat
import pytest
from pynvim.api import NvimError

from tests.e2e.nvim.editor import Editor
from tflsp.documents.opening import open_text
from tflsp.facts.journal import read_journal
from tflsp.facts.journal_entries import ErrorLog, Kind, Step

FIT = "model.compile(optimizer=tf.keras.optimizers.Adam(0.01))\nmodel.fit(x, y, epochs=2, batch_size=32)\n"
EPOCHS = (
    "Epoch 1/2\n10/10 [==============================] - 1s 9ms/step - loss: 0.9 - val_accuracy: 0.8000\n"
    "Epoch 2/2\n10/10 [==============================] - 1s 9ms/step - loss: 0.5 - val_accuracy: 0.9711\n"
)
TRACE = [
    "Traceback (most recent call last)",
    "InvalidArgumentError: Incompatible shapes: [32,10] vs. [32,5] [Op:AddV2]",
]
# The order in which they are inserted, and what their actions are called.
ACTIONS = {
    Kind.GOAL: "Insert goal",
    Kind.STEP: "Insert debug step #1",
    Kind.ERROR: "Insert error log",
    Kind.CONCLUSION: "Insert conclusion",
}


def notebook() -> str:
    stream = {"output_type": "stream", "name": "stdout", "text": EPOCHS.splitlines(keepends=True)}
    error = {"output_type": "error", "ename": "InvalidArgumentError", "evalue": "x", "traceback": TRACE}
    cells = [
        {
            "cell_type": "markdown",
            "id": "a",
            "metadata": {},
            "source": ["# 💡 Rates\n", "\n", "Text with `$x` and {y}."],
        },
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "b",
            "metadata": {},
            "outputs": [stream, error],
            "source": FIT.splitlines(keepends=True),
        },
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


DOCUMENTS = {
    "journal.md": "# 💡 Rates\n\nText with `$x` and {y}.\n\n```python\n" + FIT + "```\n",
    "exp.py": "# %% [markdown]\n# # 💡 Rates\n#\n# Text with `$x` and {y}.\n\n# %%\n" + FIT,
    "exp.ipynb": notebook(),
}


def differs(editor: Editor, text: str) -> bool:
    return editor.text != text


def has(editor: Editor, text: str) -> bool:
    return editor.text == text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_entry_and_one_undo(editor: Editor, project: Path, name: str) -> None:
    path = project / name
    path.write_text(DOCUMENTS[name], "utf-8")
    editor.open(path)
    kinds: list[Kind] = []
    for kind, title in ACTIONS.items():
        before = editor.text
        editor.put_cursor("model.fit")
        editor.act(title)
        editor.until(partial(differs, editor, before))
        editor.type("<Esc>")
        after = editor.text
        for key, text in (("u", before), ("<C-r>", after)):
            editor.type(key)
            editor.until(partial(has, editor, text))
        kinds.append(kind)
        found = read_journal(open_text(name, editor.text)).entries
        assert sorted(entry.kind for entry in found) == sorted(kinds)
    editor.command("silent write")
    saved = path.read_text("utf-8")
    assert saved == editor.text
    entries = {entry.kind: entry.entry for entry in read_journal(open_text(name, saved)).entries}
    step, error = entries[Kind.STEP], entries[Kind.ERROR]
    assert isinstance(step, Step)
    assert isinstance(error, ErrorLog)
    assert step.number == 1
    assert step.optimizer == "Adam"
    for line in DOCUMENTS[name].split("\n"):
        assert line in saved.split("\n")
    if name == "exp.ipynb":
        nbformat.validate(json.loads(saved))
        assert step.result.startswith("val_accuracy 0.9711 after epoch 2 of 2")
        assert "Incompatible shapes: [32,10] vs. [32,5]" in error.message
    elif name == "exp.py":
        compile(saved, name, "exec")


def test_the_next_step_tells_what_has_changed(editor: Editor, project: Path) -> None:
    path = project / "exp.py"
    path.write_text(DOCUMENTS["exp.py"], "utf-8")
    editor.open(path)
    editor.put_cursor("model.fit")
    editor.act(ACTIONS[Kind.STEP])
    editor.until(lambda: "Debug step #1" in editor.text)
    editor.type("<Esc>")
    editor.command("%s/0.01/0.001/")
    editor.put_cursor("model.fit")
    editor.act("Insert debug step #2")
    editor.until(lambda: "# - learning_rate: 0.01 → 0.001" in editor.lines)
    editor.type("<Esc>")


NOTIFIED = """
local channel = ...
vim.notify = function(message) vim.rpcnotify(channel, 'notified', message) end
"""


@pytest.mark.parametrize("name", ["journal.md", "exp.py"])
def test_a_buffer_that_cannot_be_changed_is_told_of(editor: Editor, project: Path, name: str) -> None:
    path = project / name
    path.write_text(DOCUMENTS[name], "utf-8")
    editor.open(path)
    editor.lua(NOTIFIED, editor.nvim.channel_id)
    editor.command("setlocal nomodifiable")
    editor.put_cursor("model.fit")
    editor.act(ACTIONS[Kind.STEP])
    assert editor.told("notified") == ["tflsp: nothing was inserted: 'modifiable' is off in this buffer"]
    assert editor.text == DOCUMENTS[name]
    # Once it may be changed, the step is still there to be inserted.
    editor.command("setlocal modifiable")
    editor.act(ACTIONS[Kind.STEP])
    editor.until(lambda: "Debug step #1" in editor.text)
    editor.type("<Esc>")


def test_a_notebook_that_cannot_be_changed_is_told_of(editor: Editor, project: Path) -> None:
    """An edit without stops is Neovim's own to apply: it says that it did not, and the server says so."""
    path = project / "exp.ipynb"
    path.write_text(notebook(), "utf-8")
    editor.open(path)
    editor.command("setlocal nomodifiable")
    arguments = [{"uri": editor.lua("return vim.uri_from_bufnr(0)")}]
    answer = editor.request("workspace/executeCommand", {"command": "tflsp.insertStep", "arguments": arguments})
    assert answer["applied"] is False
    assert answer["reason"].startswith("the editor did not apply the edit (is the file read-only")
    assert editor.text == notebook()


def test_a_read_only_file_stays_as_it_is(editor: Editor, project: Path) -> None:
    """The entry is in the buffer, as all that a person types there; whether it is written is theirs to say."""
    path = project / "journal.md"
    path.write_text(DOCUMENTS["journal.md"], "utf-8")
    editor.open(path)
    editor.command("setlocal readonly")
    editor.put_cursor("model.fit")
    editor.act(ACTIONS[Kind.STEP])
    editor.until(lambda: "Debug step #1" in editor.text)
    editor.type("<Esc>")
    with pytest.raises(NvimError, match="E45"):
        editor.command("silent write")
    assert path.read_text("utf-8") == DOCUMENTS["journal.md"]
    assert "Debug step #1" in editor.text
    editor.command("silent write!")
    assert path.read_text("utf-8") == editor.text


def test_what_cannot_be_written_into_is_told(editor: Editor, project: Path) -> None:
    path = project / "exp.ipynb"
    broken = notebook().replace('"cells": [', '"cells": [[')
    path.write_text(broken, "utf-8")
    editor.open(path)
    uri = editor.lua("return vim.uri_from_bufnr(0)")
    answer = editor.request("workspace/executeCommand", {"command": "tflsp.insertStep", "arguments": [{"uri": uri}]})
    assert answer["applied"] is False
    assert "no valid JSON" in answer["reason"]
    assert editor.text == broken
