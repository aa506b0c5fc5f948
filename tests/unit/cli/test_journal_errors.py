"""`tflsp journal error` filled in from a log and from a notebook's outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from nbformat import v4

from tests.unit.tensorflow.errors import texts
from tflsp.cli.group import group


def error(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(group, ["journal", "error", *map(str, arguments)], input=stdin)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "journal.md"
    path.write_text("# Learning rate\n\n## Experiment goal\n\nWhy?\n", "utf-8")
    return path


def test_a_log_fills_the_entry(journal: Path, tmp_path: Path) -> None:
    log = tmp_path / "train.log"
    log.write_text(f"{texts.IPYTHON_8}\n{texts.GPU_OOM}")
    assert error(journal, "--log", log).exit_code == 0
    text = journal.read_text("utf-8")
    assert "Out of memory error log" in text
    assert "OOM when allocating tensor with shape[256,1024,32,32]" in text
    assert "1.0 GiB were wanted, 6.0 GiB of 7.5 GiB were in use, enough was free, but in pieces." in text
    assert "1. The batch is too large" in text
    assert "- Smaller batches" in text
    assert "Incompatible" not in text
    again = error(journal, "--log", log)
    assert journal.read_text("utf-8") == text, again.output


def test_a_chinese_notebook_is_filled_from_its_own_outputs(tmp_path: Path) -> None:
    output = v4.new_output("error", ename="ValueError", evalue="?", traceback=texts.IPYTHON_7.split("\n"))
    cells = [
        v4.new_markdown_cell("# 实验\n\n## 实验目标\n\n准确率为何停滞？"),
        v4.new_code_cell("fit()", outputs=[output]),
    ]
    path = tmp_path / "a.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    assert error(path, "--language", "en").exit_code == 0
    written = nbformat.read(path, 4)
    nbformat.validate(written)
    [added] = [cell.source for cell in written.cells if "错误日志" in cell.source]
    assert "Data cardinality is ambiguous: x sizes: 8, y sizes: 7" in added
    assert "出错位置：`In [7]:2: model.fit(x, y, epochs=3)`。" in added
    assert "可能原因" in added


def test_what_is_given_stays(journal: Path) -> None:
    assert error(journal, "--log", "-", "--title", "Again", "--analysis", "Mine.", stdin=texts.IPYTHON_8).exit_code == 0
    text = journal.read_text("utf-8")
    assert "Again error log" in text
    assert "Mine." in text
    assert "Likely causes" not in text


def test_an_unknown_error_has_its_message_and_place(journal: Path) -> None:
    error(journal, "--log", "-", stdin=texts.PLAIN.format(user="ann", line=7, index=3))
    text = journal.read_text("utf-8")
    assert "IndexError: list index 3 out of range" in text
    assert "train.py:7: layers.append(model.layers[3])`" in text


def test_a_log_without_an_error_inserts_nothing(journal: Path) -> None:
    before = journal.read_text("utf-8")
    result = error(journal, "--log", "-", stdin="Epoch 1/5\n")
    assert (result.exit_code, "no error" in result.stderr) == (1, True), result
    assert journal.read_text("utf-8") == before


def test_without_capture_nothing_is_filled_in(journal: Path) -> None:
    assert error(journal, "--no-capture", "--log", "-", stdin=texts.GPU_OOM).exit_code == 0
    assert "Likely" not in journal.read_text("utf-8")
