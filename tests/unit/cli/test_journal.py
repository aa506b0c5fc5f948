"""`tflsp journal` on files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from tests.unit.documents.notebooks import cell, notebook
from tflsp.cli.group import group


def journal(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(group, ["journal", *arguments], stdin, env={"LC_ALL": "C"})


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "exp.ipynb"
    cells = [cell("markdown", "# MNIST", id="a"), cell("code", "lr = 0.001", id="b")]
    path.write_text(json.dumps(notebook(*cells), indent=1) + "\n", encoding="utf-8")
    return path


def test_an_experiment_from_goal_to_conclusion(book: Path) -> None:
    assert journal("goal", str(book), "Why 92 %?", "--criterion", "val_accuracy > 97%").exit_code == 0
    change = ("--change", "learning_rate: 0.01 -> 0.001", "--result", "95.6 %", "--title", "slower")
    result = journal("step", str(book), *change)
    line = next(n for n, each in enumerate(book.read_text(encoding="utf-8").split("\n"), 1) if "### Debug" in each)
    assert result.stdout == f"{book}:{line}: Debug step #1: slower\n"
    assert journal("error", str(book), "--title", "OOM", "--message-from", "-", stdin="OOM <here>\n").exit_code == 0
    assert journal("conclusion", str(book), "Slower is better.", "--goal-met").exit_code == 0
    made = json.loads(book.read_text(encoding="utf-8"))
    nbformat.validate(made)
    starts = [each["source"][0].strip() for each in made["cells"]]
    wanted = ["# MNIST", "## Goal", "lr = 0.001", "### Debug step #1: slower", "## ❌ OOM error log", "## Conclusion"]
    assert starts == wanted
    listed = json.loads(journal("list", str(book.parent), "--json").stdout)
    assert [each["kind"] for each in listed] == ["goal", "step", "error", "conclusion"]
    assert listed[1]["changes"] == [{"name": "learning_rate", "old": "0.01", "new": "0.001"}]
    assert listed[1]["when"]
    assert listed[2]["message"] == "OOM <here>"
    assert f"{book}:{line}: #1         slower - 95.6 %\n" in journal("list", str(book)).stdout
    assert journal("show", str(book), "#1").stdout.startswith("### Debug step #1: slower\n\n- Date: ")
    assert journal("show", str(book), "goal").stdout.startswith("## Goal\n\nWhy 92 %?\n")
    assert journal("show", str(book), "7").exit_code == 1


def test_twice_changes_nothing(book: Path) -> None:
    assert journal("goal", str(book), "x").exit_code == 0
    before = book.read_bytes()
    result = journal("goal", str(book), "y")
    assert result.exit_code == 1
    assert "there is a goal already" in result.stderr
    assert book.read_bytes() == before


def test_a_new_journal_in_the_language_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "tflsp.toml").write_text('language = "zh"\n')
    path = tmp_path / "journal.md"
    assert journal("step", str(path), "--title", "调整").stdout == f"{path}:1: 调试步骤 #1：调整 (新文件)\n"
    assert path.read_text(encoding="utf-8").startswith("### 调试步骤 #1：调整\n\n- 时间：")
    refused = journal("step", str(tmp_path / "new.ipynb"))
    assert refused.exit_code == 1
    assert "`tflsp journal goal`" in refused.stderr
    assert not (tmp_path / "new.ipynb").exists()


@pytest.mark.parametrize("content", [None, "", " \n", "\ufeff"])
def test_a_new_notebook_begins_with_its_goal(tmp_path: Path, content: str | None) -> None:
    book = tmp_path / "notebooks" / "exp_lr.ipynb"
    if content is not None:
        book.parent.mkdir()
        book.write_text(content, encoding="utf-8")
    assert journal("goal", str(book), "Why 92 %?", "--language", "zh").exit_code == 0
    made = json.loads(book.read_text(encoding="utf-8-sig"))
    nbformat.validate(made)
    assert [each["cell_type"] for each in made["cells"]] == ["markdown"]
    assert made["cells"][0]["source"][0] == "## 实验目标\n"
    assert journal("step", str(book), "--title", "基线").exit_code == 0


def test_a_script_is_not_made(tmp_path: Path) -> None:
    result = journal("goal", str(tmp_path / "exp.py"), "x")
    assert result.exit_code == 1
    assert "there is no such file" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf# T\r\n\r\n\xff\r\n")
    before = path.read_bytes()
    result = journal("step", str(path), "--dry-run")
    assert "\n+### Debug step #1" in result.stdout
    assert path.read_bytes() == before
    made = json.loads(journal("step", str(path), "--json").stdout)
    assert (made["number"], made["line"], made["language"]) == (1, 5, "en")
    after = path.read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n")


def test_behind_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("## A\n\nx\n\n## B\n")
    assert journal("step", str(path), "--line", "2").exit_code == 0
    assert path.read_text().startswith("## A\n\nx\n\n### Debug step #1\n")


@pytest.mark.parametrize("arguments", [("--change", "nonsense"), ("--line", "0")])
def test_wrong_arguments(tmp_path: Path, arguments: tuple[str, str]) -> None:
    assert journal("step", str(tmp_path / "a.md"), *arguments).exit_code == 2


@pytest.mark.parametrize("command", ["goal", "step", "error", "conclusion", "promote", "renumber", "show", "timeline"])
def test_what_is_no_file_is_said(tmp_path: Path, command: str) -> None:
    (tmp_path / "circle.md").symlink_to("circle.md")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    for name, words in {"circle": "leads in a circle", "pipe": "no regular file", "folder": "is a directory"}.items():
        result = journal(command, str(tmp_path / f"{name}.md"))
        assert (result.exit_code, words in result.stderr) == (2, True), result.output


NO_NOTEBOOK = (
    b"[]",
    b"null",
    b"7",
    b"[" * 100_000,
    b"# Markdown\n",
    b'{"nbformat": 4}',
    b'{"cells": [',
    bytes(range(256)),
)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        *(("a.ipynb", data, "no valid JSON") for data in NO_NOTEBOOK),
        ("a.ipynb", b'{"cells": [], "nbformat": 3}', "nbformat 3"),
        ("a.md", "# Title\n".encode("utf-16"), "UTF-16"),
        ("a.ipynb", b"\xfe\xff" + "{}".encode("utf-16-be"), "UTF-16"),
        ("a.md", b"# Title\r\rText\r", "carriage returns"),
        ("a.py", b"# %% [markdown]\r# # T\r", "carriage returns"),
    ],
)
@pytest.mark.parametrize("command", ["goal", "step", "error", "conclusion"])
def test_what_cannot_be_read_stays_as_it_is(tmp_path: Path, command: str, name: str, data: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    result = journal(command, str(path))
    assert (result.exit_code, words in result.stderr) == (1, True), result.output
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == [name]


def test_what_is_too_large_is_not_written_blindly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tflsp.documents.opening.LIMIT", 1 << 20)
    monkeypatch.setattr("tflsp.journal.inserting.LIMIT", 1 << 20)
    monkeypatch.setattr("tflsp.checking.journal_files.LIMIT", 1 << 20)
    path = tmp_path / "a.md"
    path.write_bytes(b"## Goal\n\nWhy?\n" + b"x" * (1 << 20))
    result = journal("goal", str(path), "?")
    assert (result.exit_code, "larger than 1 MiB" in result.stderr) == (1, True)
    assert "larger than 1 MiB" in journal("list", str(path)).stderr


def test_nothing_found_is_said(tmp_path: Path) -> None:
    (tmp_path / "circle.md").symlink_to("circle.md")
    assert "no journal entries" in journal("list", str(tmp_path)).stderr
    assert journal("list", str(tmp_path), "--json").output == "[]\n"
    assert "there are no journals" in journal("summary", str(tmp_path)).stderr


def test_what_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "exp.ipynb"
    broken.write_text('{"cells": [{"cell_type": "markdown", "source": ["x" }], "nbformat": 4}')
    assert "no valid JSON" in journal("step", str(broken)).stderr
    path = tmp_path / "a.md"
    path.write_text("x\n")
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert "read-only" in journal("step", str(path)).stderr
    assert path.read_text() == "x\n"


def test_a_projects_own_templates(tmp_path: Path) -> None:
    own = tmp_path / ".tflsp/templates/en/step.md"
    own.parent.mkdir(parents=True)
    own.write_text(
        "### Debug step #{{ number }}: {{ title }}\n\nMine.\n\n{% for change in changes %}\n"
        "- {{ change.name }}: {{ change.old }} → {{ change.new }}\n{% endfor %}\n"
        "- Result: {{ result | item }}\n\nAnalysis: {{ analysis }}\n"
    )
    checked = journal("check-templates", str(tmp_path))
    assert (checked.exit_code, checked.stdout) == (0, "templates checked: 1, faults: 0\n")
    path = tmp_path / "sub/journal.md"
    assert journal("step", str(path), "--title", "x").exit_code == 0
    assert path.read_text().startswith("### Debug step #1: x\n\nMine.\n")
    own.write_text("### Step\n\n{{ nothing }}\n{{ title.__class__ }}\n")
    checked = journal("check-templates", str(tmp_path))
    assert checked.exit_code == 1
    assert f"{own}:3: there is no field 'nothing'" in checked.stdout
    assert f"{own}:4: there is no attribute '__class__'" in checked.stdout
    before = path.read_text()
    assert "line 3: there is no field" in journal("step", str(path)).stderr
    assert path.read_text() == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_templates_begin_with_ours(tmp_path: Path, language: str) -> None:
    assert "--begin" in journal("check-templates", str(tmp_path)).stdout
    begun = journal("check-templates", str(tmp_path), "--begin", language)
    assert (begun.exit_code, "templates checked: 4, faults: 0" in begun.stdout) == (0, True), begun.output
    step = tmp_path / ".tflsp/templates" / language / "step.md"
    step.write_text(step.read_text(encoding="utf-8").replace("💡", "🧪"), encoding="utf-8")
    assert f"kept  {step}" in journal("check-templates", str(tmp_path), "--begin", language).stdout
    assert journal("step", str(tmp_path / "a.md"), "--language", language).exit_code == 0
    assert "🧪" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_what_a_document_says_is_no_command_for_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "journal.md"
    path.write_text("### Step 1: \x1b[31mred\n")
    assert "\x1b" not in journal("list", str(path)).stdout + journal("show", str(path)).stdout
