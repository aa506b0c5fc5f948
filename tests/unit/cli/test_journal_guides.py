"""`tflsp journal promote`, `summary`, `renumber` and `timeline` on files."""

from __future__ import annotations

import json
import os
import webbrowser
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from tests.unit.documents.notebooks import cell, notebook
from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.capture.snapshots import Snapshot, last_snapshot, take_snapshot
from tflsp.cli.group import group
from tflsp.documents.opening import LIMIT

STEP = "### Debug step #{}: Slower\n\n- lr: 0.1 → 0.01\n- Result: val_accuracy 0.95\n\n💡 Analysis: It overshot.\n"
ERROR = "## ❌ OOM error log\n\n> Resource exhausted: OOM when allocating tensor with shape[6,7]\n"


def journal(*arguments: str | Path, stdin: str = "") -> Result:
    return CliRunner().invoke(group, ["journal", *map(str, arguments)], stdin, env={"LC_ALL": "C", "COLUMNS": "100"})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/journal.md").write_text(f"# Slow\n\n{STEP.format(3)}\n{ERROR}", encoding="utf-8")
    return tmp_path


def test_entries_go_to_their_guides(project: Path) -> None:
    source = project / "notes/journal.md"
    result = journal("promote", source)
    assert (result.exit_code, result.stdout) == (0, f"{project / 'SUMMARY.md'}: Slower (created)\n")
    assert "- **Slower** (lr: 0.1 → 0.01): val_accuracy 0.95 — It overshot. (" in (project / "SUMMARY.md").read_text(
        "utf-8"
    )
    made = json.loads(journal("promote", source, "error", "--json").stdout)
    assert (made["guide"], made["done"]) == ("troubleshooting", "created")
    assert made["changed"] == [str(project / "troubleshooting_guide.md"), str(source)]
    assert "- Fingerprint: `" in (project / "troubleshooting_guide.md").read_text("utf-8")
    before = source.read_bytes()
    assert "(unchanged)" in journal("promote", source, "#3", "--to", "summary").stdout
    assert source.read_bytes() == before
    assert journal("promote", source, "--line", "4", "--to", "best-practices").exit_code == 0
    assert (project / "best_practices.md").exists()


def test_the_nearest_guide_is_used(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs/Best-Practices.md").write_bytes(b"\xef\xbb\xbf# Ours\r\n\xff\r\n")
    assert journal("promote", project / "notes/journal.md", "3", "--to", "best-practices").exit_code == 0
    made = (project / "docs/Best-Practices.md").read_bytes()
    assert made.startswith(b"\xef\xbb\xbf# Ours\r\n\xff\r\n\r\n## Slower\r\n")
    assert b"](../notes/journal.md#debug-step-3-slower)" in made
    # A guide that is not there goes beside the one that is.
    assert journal("promote", project / "notes/journal.md", "error").exit_code == 0
    assert (project / "docs/troubleshooting_guide.md").exists()


def test_what_cannot_be_promoted_is_said(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = project / "notes/journal.md"
    assert "no such entry" in journal("promote", source, "7").stderr
    assert "at this line" in journal("promote", source, "--line", "1").stderr
    assert journal("promote", source, "nonsense").exit_code == 2
    assert journal("promote", project / "none.md").exit_code == 2
    before = source.read_bytes()
    assert "\n+- **Slower**" in journal("promote", source, "--dry-run").stdout
    assert not (project / "SUMMARY.md").exists()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path) != source)
    result = journal("promote", source)
    assert (result.exit_code, "read-only: nothing was written" in result.stderr) == (1, True)
    assert source.read_bytes() == before
    assert not (project / "SUMMARY.md").exists()


def test_a_notebook_keeps_its_form(project: Path) -> None:
    path = project / "exp.ipynb"
    book = notebook(cell("markdown", STEP.format(1).rstrip("\n"), id="a"), cell("code", "x = 1", id="b"))
    path.write_text(json.dumps(book, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert journal("promote", path, "1", "--to", "best-practices").exit_code == 0
    made = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(made)
    assert path.read_text(encoding="utf-8") == json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    assert made["cells"][0]["source"][-1] == "- Promoted to: [best_practices.md](best_practices.md#slower)"


def test_the_table_of_experiments(project: Path) -> None:
    (project / "tflsp.toml").write_text('language = "zh"\n')
    assert "\n+| [Slow](notes/journal.md) |" in journal("summary", project, "--dry-run").stdout
    assert not (project / "SUMMARY.md").exists()
    result = journal("summary", project / "notes")
    assert result.stdout == f"{project / 'SUMMARY.md'}: 1 个实验\n"
    text = (project / "SUMMARY.md").read_text("utf-8")
    assert text.startswith("# 总结\n")
    assert "| [Slow](notes/journal.md) |  | — | val_accuracy 95 % (#3) |  |" in text
    assert journal("summary", project).stdout.endswith("(未改变)\n")


def test_where_there_are_no_journals(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    result = journal("summary", tmp_path)
    assert (result.exit_code, "there are no journals" in result.stderr) == (1, True)
    assert not (tmp_path / "SUMMARY.md").exists()


def test_numbers_change_only_when_asked_for(project: Path) -> None:
    source = project / "notes/journal.md"
    journal("promote", source, "3")
    take_snapshot(project, Snapshot("notes/journal.md", 3, "2026-01-01", Hyperparameters(values={"lr": "0.1"})))
    before = source.read_bytes()
    shown = journal("renumber", source, "--dry-run").stdout
    assert shown.startswith("#3 → #1  Slower\n")
    assert "-### Debug step #3: Slower\n+### Debug step #1: Slower\n" in shown
    assert "SUMMARY.md" in shown
    asked = journal("renumber", source)
    assert (asked.exit_code, "--yes" in asked.stderr) == (1, True)
    assert source.read_bytes() == before
    assert journal("renumber", source, "--yes").exit_code == 0
    assert source.read_bytes() == before.replace(b"#3", b"#1")
    text = (project / "SUMMARY.md").read_text("utf-8")
    assert "[journal.md, step #1](notes/journal.md#debug-step-1-slower)" in text
    kept = last_snapshot(project, "notes/journal.md", {1})
    assert kept is not None
    assert (kept.step, kept.hyperparameters.values) == (1, {"lr": "0.1"})
    assert "1 to n already" in journal("renumber", source, "--yes").stdout
    assert json.loads(journal("renumber", source, "--json").stdout) == {"steps": [], "changed": []}


def test_a_timeline_in_each_form(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = project / "notes/journal.md"
    shown = journal("timeline", source).stdout
    assert shown.startswith("Slow\n")
    assert "─●─" in shown
    assert "✗   OOM: Resource exhausted" in shown
    assert journal("timeline", source, "--format", "markdown").stdout.startswith("# Timeline: Slow\n")
    page = project / "out/timeline.html"
    assert journal("timeline", source, "--output", page).stdout == f"{page}\n"
    assert page.read_text("utf-8").startswith("<!doctype html>\n")
    assert "there is val_accuracy" in journal("timeline", source, "--metric", "recall").stderr
    assert journal("timeline", project / "none.md").exit_code == 2
    (project / "x.md").write_text("# Nothing\n")
    assert "there is no step and no error yet" in journal("timeline", project / "x.md").stderr
    opened: list[str] = []

    def opens(uri: str) -> bool:
        opened.append(uri)
        return True

    monkeypatch.setattr(webbrowser, "open", opens)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    result = journal("timeline", source, "--open")
    assert result.exit_code == 0
    assert opened == [Path(result.stdout.strip()).as_uri()]
    assert journal("timeline", source, "--open", "--format", "markdown").exit_code == 2


@pytest.mark.parametrize("name", ["journal.md", "exp.ipynb"])
def test_a_text_that_is_too_long_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = f"{STEP.format(1)}\n{'x' * LIMIT}\n"
    book = notebook(cell("markdown", text, id="a"))
    path.write_text(json.dumps(book) if name.endswith(".ipynb") else text, encoding="utf-8")
    (tmp_path / "tflsp.toml").write_text('language = "zh"\n')
    for words in (("promote",), ("timeline",), ("renumber", "--dry-run"), ("show",), ("step",)):
        done = journal(words[0], path, *words[1:])
        assert done.exit_code == 1
        assert done.stderr == f"tflsp: {path}: 文件大于 32 MiB，未读取：请清除不需要的输出\n"
    assert journal("list", path).stderr == f"tflsp: {path}: 文件大于 32 MiB，未读取：请清除不需要的输出\n"
    assert [each.name for each in tmp_path.iterdir() if each.name != "tflsp.toml"] == [name]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_too_long_below_a_folder_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("tflsp.checking.journal_files.LIMIT", 1 << 20)
    (tmp_path / "tflsp.toml").write_text(f'language = "{language}"\n')
    (tmp_path / "short.md").write_text(STEP.format(1))
    for number in range(7):
        (tmp_path / f"exp_{number}.md").write_text(f"{STEP.format(1)}\n{'x' * (1 << 20)}\n")
    (tmp_path / "run.sh").write_text("x" * (2 << 20))
    named = ", ".join(str(tmp_path / f"exp_{number}.md") for number in range(5))
    wanted = {
        "en": f"tflsp: {named} and 2 more: what is larger than 1 MiB is not read: clear outputs that nobody needs\n",
        "zh": f"tflsp: {named} 及另外 2 个文件: 文件大于 1 MiB，未读取：请清除不需要的输出\n",
    }[language]
    for words in (("list",), ("list", "--json"), ("summary", "--dry-run"), ("summary",)):
        done = journal(words[0], tmp_path, *words[1:])
        assert (done.exit_code, done.stderr) == (0, wanted), words
        assert "short.md" in done.stdout or words == ("summary",)
    table = (tmp_path / "SUMMARY.md").read_text("utf-8")
    assert "(short.md)" in table
    assert "exp_" not in table


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_file_that_is_named_and_not_read_is_an_error_behind_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]
) -> None:
    monkeypatch.setattr("tflsp.checking.journal_files.LIMIT", 1 << 20)
    short, long = tmp_path / "short.md", tmp_path / "long.md"
    short.write_text(STEP.format(1))
    long.write_text(f"{STEP.format(1)}\n{'x' * (1 << 20)}\n")
    for paths, code in (([tmp_path], 0), ([long, short], 2), ([tmp_path, long], 2)):
        shown = journal("list", *paths, *form)
        assert (shown.exit_code, "larger than 1 MiB" in shown.stderr) == (code, True), shown.output
        assert ("short.md" in shown.stdout, "long.md" in shown.stdout) == (True, False)


def test_a_file_that_is_named_and_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.symlink_to("/proc/self/mem")  # which fails for the administrator as well
    shown = journal("list", path)
    assert (shown.exit_code, shown.stdout, shown.stderr) == (2, "", f"tflsp: {path}: Input/output error\n")


def test_a_document_says_nothing_to_the_terminal(project: Path) -> None:
    path = project / "journal.md"
    path.write_text("### Step 2: \x1b[31mred\n\n- Result: accuracy 0.5\n")
    said = [journal(*each).stdout for each in (("timeline", path), ("renumber", path, "--dry-run"), ("promote", path))]
    assert all(said)
    assert "\x1b" not in "".join(said)
