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


@pytest.mark.parametrize(
    ("words", "is_told"),
    [((), True), (("--analysis", "Too much."), True), (("--title", "OOM"), False), (("--no-capture",), False)],
)
def test_an_entry_with_nothing_to_fill_it_in_says_so(journal: Path, words: tuple[str, ...], is_told: bool) -> None:
    result = error(journal, *words)
    assert (result.exit_code, "no error was found" in result.stderr) == (0, is_told)
    assert ("## ❌ OOM error log" if "OOM" in words else "## ❌ Error log") in journal.read_text("utf-8")


SHAPES = "InvalidArgumentError: Incompatible shapes: [32,10] vs. [32,5] [Op:AddV2]"
FENCE = f"```\n{SHAPES}\n```\n"


@pytest.mark.parametrize("way", ["message", "file", "stdin"])
def test_a_message_is_read_as_a_log_is_and_stays_as_it_is(journal: Path, tmp_path: Path, way: str) -> None:
    message = f"On Friday:\n\n{texts.GPU_OOM.strip()}"
    given = tmp_path / "m.txt"
    given.write_text(message, "utf-8")
    arguments = {"message": ("--message", message), "file": ("--message-from", given), "stdin": ("--message-from", "-")}
    assert error(journal, *arguments[way], stdin=message if way == "stdin" else None).exit_code == 0
    text = journal.read_text("utf-8")
    assert "## ❌ Out of memory error log" in text
    assert "On Friday:" in text
    assert "total_region_allocated_bytes_: 8053063680" in text
    assert "1.0 GiB were wanted" in text
    assert "1. The batch is too large" in text
    assert "- Smaller batches" in text


@pytest.mark.parametrize("option", ["--message", "--log", "--message-from"])
def test_an_exceptions_line_alone_gives_the_entry_its_name(journal: Path, option: str) -> None:
    given = "KeyError: 'val_acc'"
    assert error(journal, option, given if option == "--message" else "-", stdin=f"{given}\n").exit_code == 0
    text = journal.read_text("utf-8")
    assert "## ❌ KeyError error log" in text
    assert given in text


def test_a_message_that_nobody_knows_is_all_that_is_told(journal: Path) -> None:
    journal.write_text(f"# Log\n\n{FENCE}", "utf-8")
    assert error(journal, "--message", "The loss went up.").exit_code == 0
    entry = journal.read_text("utf-8").partition(FENCE)[2]
    assert "The loss went up." in entry
    assert "Likely causes" not in entry


def test_a_log_tells_what_a_message_does_not(journal: Path) -> None:
    arguments = ("--message", "It broke.", "--log", "-")
    assert error(journal, *arguments, stdin=texts.IPYTHON_8).exit_code == 0
    text = journal.read_text("utf-8")
    assert "Shapes do not fit together error log" in text
    assert "It broke." in text
    assert error(journal, "--message", "Again.", "--log", "-", stdin="Epoch 1/5\n").exit_code == 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["j.md", "s.py", "nb.ipynb"])
def test_the_last_error_that_was_pasted_fills_the_entry(tmp_path: Path, name: str, language: str) -> None:
    title = {"en": "# Log", "zh": "# 日志"}[language]
    cells = [f"{title}\n\n```\n{texts.IPYTHON_7}\n```\n", FENCE]
    path = tmp_path / name
    if name.endswith(".ipynb"):
        nbformat.write(v4.new_notebook(cells=[*map(v4.new_markdown_cell, cells), v4.new_code_cell("x = 1")]), path)
    elif name.endswith(".py"):
        marked = ("".join(f"# {line}\n" for line in cell.splitlines()) for cell in cells)
        path.write_text("".join(f"# %% [markdown]\n{cell}" for cell in marked) + "# %%\nx = 1\n", "utf-8")
    else:
        path.write_text("\n".join(cells), "utf-8")
    titles = [
        {"en": "Shapes do not fit together error log", "zh": "形状不匹配 错误日志"}[language],
        {"en": "As many inputs as labels, please error log", "zh": "样本数与标签数不一致 错误日志"}[language],
    ]
    for wanted in titles:
        result = error(path)
        assert wanted in result.output, result
    text = path.read_text("utf-8")
    for word in {"en": ("Likely causes", "To try:"), "zh": ("可能原因", "可以尝试：")}[language]:
        assert text.count(word) == 2
    again = error(path)
    assert (again.exit_code, path.read_text("utf-8")) == (1, text), again.output


def test_a_line_names_the_error_that_is_pasted_there(journal: Path) -> None:
    journal.write_text(f"# Log\n\n{FENCE}\n## Other\n\n> {texts.IPYTHON_7.splitlines()[-1]}\n", "utf-8")
    assert "Shapes do not fit together" in error(journal, "--line", 4).output


def test_what_was_pasted_comes_before_outputs_and_what_is_told_after_them(tmp_path: Path) -> None:
    output = v4.new_output("error", ename="ValueError", evalue="?", traceback=texts.IPYTHON_7.split("\n"))
    path = tmp_path / "a.ipynb"
    cells = [v4.new_markdown_cell(f"# Log\n\n{FENCE}"), v4.new_code_cell("fit()", outputs=[output])]
    nbformat.write(v4.new_notebook(cells=cells), path)
    assert "Shapes do not fit together" in error(path).output
    assert "As many inputs as labels" in error(path).output
    assert error(path).exit_code == 1


def test_after_a_cell_it_is_that_cells_error(tmp_path: Path) -> None:
    other = "ResourceExhaustedError: OOM when allocating tensor with shape[8,8] and type float [Op:MatMul]"
    trace = ["Traceback (most recent call last)", "KeyError: 'x'"]
    raised = v4.new_output("error", ename="KeyError", evalue="'x'", traceback=trace)
    cells = [
        v4.new_markdown_cell(f"# Log\n\n{FENCE}"),
        v4.new_code_cell("fit()", outputs=[raised]),
        v4.new_markdown_cell(f"> {other}"),
    ]
    path = tmp_path / "a.ipynb"
    for after, title in (
        (1, "Shapes do not fit together"),
        (2, "KeyError"),
        (3, "Out of memory"),
        (9, "Out of memory"),
    ):
        nbformat.write(v4.new_notebook(cells=cells), path)
        assert title in error(path, "--after", after).output, after
    # Its own error, though an entry tells of it, and another has none.
    nbformat.write(v4.new_notebook(cells=[*cells, v4.new_markdown_cell(f"## ❌ Shapes error log\n\n> {SHAPES}")]), path)
    again = error(path, "--after", 1)
    assert (again.exit_code, "has an entry already" in again.stderr) == (1, True), again.output


def test_a_line_of_a_log_that_nobody_knows_is_not_preferred_to_an_error(journal: Path) -> None:
    log = f"{texts.IPYTHON_8}\n\n{texts.TIME}: E tensorflow/a/b.cc:12] Something else is odd\n"
    assert error(journal, "--log", "-", stdin=log).exit_code == 0
    assert "Shapes do not fit together error log" in journal.read_text("utf-8")
