"""`tflsp journal ... --stdin`: entries for what an editor has and has not saved; the file stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from tflsp.cli.group import group


def notebook(*outputs: str, rate: float = 0.01) -> str:
    cells = [nbformat.v4.new_markdown_cell("## Goal\n\nWhy 92 %?")]
    for number, text in enumerate(outputs, start=1):
        stream = nbformat.v4.new_output("stream", name="stdout", text=text)
        source = f"model.compile(tf.keras.optimizers.Adam(learning_rate={rate}))\nmodel.fit(x, y)"
        cells.append(nbformat.v4.new_code_cell(source, outputs=[stream], execution_count=number))
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


def run(*arguments: str, text: str) -> str:
    result = CliRunner().invoke(group, ["journal", *arguments], input=text)
    assert result.exit_code == 0, result.output
    return result.stdout


SHAPES = "ValueError: Shapes (2, 3) and (2, 4) are incompatible"
TRAINED = "Epoch 1/1\n10/10 [==============================] - 0s 1ms/step - loss: 0.5000 - accuracy: 0.9100\n"


def test_a_step_is_filled_in_from_standard_input_and_the_file_is_not_written(tmp_path: Path) -> None:
    file = tmp_path / "exp.ipynb"
    file.write_text(notebook(), "utf-8")
    before = file.read_bytes()
    entry = json.loads(run("step", str(file), "--stdin", "--json", text=notebook(TRAINED)))
    assert entry["number"] == 1
    assert "accuracy 0.9100" in entry["text"]
    assert entry["cell"] == 2
    assert file.read_bytes() == before


def test_the_next_step_tells_what_has_changed_since(tmp_path: Path) -> None:
    file = tmp_path / "exp.ipynb"
    first = json.loads(run("step", str(file), "--stdin", "--json", text=notebook(TRAINED)))
    later = nbformat.reads(notebook(TRAINED, rate=0.001), 4)
    later.cells.append(nbformat.v4.new_markdown_cell(first["text"]))
    assert "0.01 → 0.001" in run("step", str(file), "--stdin", text=nbformat.writes(later))
    assert not file.exists()


@pytest.mark.parametrize(("after", "cell"), [(1, 1), (2, 2), (9, 3)])
def test_an_entry_goes_behind_the_cell_that_is_named(tmp_path: Path, after: int, cell: int) -> None:
    text = notebook(TRAINED, TRAINED)
    entry = json.loads(run("step", str(tmp_path / "exp.ipynb"), "--stdin", "--json", "--after", str(after), text=text))
    assert entry["cell"] == cell


def test_a_file_gets_its_cell_behind_the_one_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "exp.ipynb"
    file.write_text(notebook(TRAINED, TRAINED), "utf-8")
    run("conclusion", str(file), "Enough.", "--after", "2", text="")
    kinds = [cell.cell_type for cell in nbformat.read(file, 4).cells]
    assert kinds == ["markdown", "code", "markdown", "code"]


def test_an_error_is_that_of_standard_input(tmp_path: Path) -> None:
    failed = nbformat.reads(notebook(), 4)
    output = nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[SHAPES])
    failed.cells.append(nbformat.v4.new_code_cell("f()", outputs=[output], execution_count=1))
    assert SHAPES in run("error", str(tmp_path / "exp.ipynb"), "--stdin", text=nbformat.writes(failed))


def test_entries_are_shown_of_standard_input() -> None:
    [goal] = json.loads(run("show", "never-saved.ipynb", "--stdin", "--json", text=notebook()))
    assert goal["kind"] == "goal"
    assert goal["question"] == "Why 92 %?"
    assert goal["cell"] == 0
