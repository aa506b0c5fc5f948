"""The commands beside `check`: rule, config, init, version, completion, and help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tflsp.checking.checker import forget_settings
from tflsp.cli.group import COMMANDS, group


def tflsp(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_where_there_are_arguments(name: str) -> None:
    result = tflsp(name, "--help")
    assert result.exit_code == 0
    assert name == "version" or "Examples:" in result.stdout


def test_typos_get_a_suggestion() -> None:
    result = tflsp("chekc")
    assert result.exit_code == 2
    assert "Did you mean 'check'?" in result.stderr


def test_rule_by_code_and_name() -> None:
    assert tflsp("rule", "tfl001").stdout == tflsp("rule", "unused-suppression").stdout
    assert tflsp("rule", "TFL001").stdout.startswith("# TFL001 unused-suppression")
    assert tflsp("rule", "nonsense").exit_code == 2
    rules = json.loads(tflsp("rule", "--all", "--output-format", "json").stdout)
    assert [rule["code"] for rule in rules] == sorted(rule["code"] for rule in rules)
    assert all(rule["what"] and rule["url"].startswith("file:") for rule in rules)


def test_config_says_where_from(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('language = "zh"\nselect = ["TFL1"]\n')
    (tmp_path / "tflsp.toml").write_text('extend = "base.toml"\nlanguage = "en"\nlangauge = 1\n')
    (tmp_path / "a.md").write_text("")
    result = tflsp("config", "--output-format", "json", str(tmp_path / "a.md"))
    shown = json.loads(result.stdout)
    assert [Path(file).name for file in shown["files"]] == ["tflsp.toml", "base.toml"]
    assert shown["settings"]["language"] == "en"
    assert shown["settings"]["select"] == ["TFL1"]
    assert "did you mean 'language'" in tflsp("config", str(tmp_path)).stderr


def test_extend_in_a_circle_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tflsp.toml").write_text('extend = "tflsp.toml"\n')
    result = tflsp("config", str(tmp_path))
    assert result.exit_code == 2
    assert "circle" in result.stderr


def test_init_writes_once_and_is_clean(tmp_path: Path) -> None:
    folder = tmp_path / "mnist"
    first = tflsp("init", str(folder), "--tensorflow-version", "2.9.3")
    assert first.exit_code == 0
    assert "tensorflow/tensorflow:2.9.3-jupyter" in (folder / "compose.yaml").read_text()
    assert "${localWorkspaceFolder}" in (folder / ".devcontainer/devcontainer.json").read_text()
    (folder / "README.md").write_text("mine")
    second = tflsp("init", str(folder))
    assert "wrote" not in second.stdout
    assert (folder / "README.md").read_text() == "mine"
    forget_settings()
    findings = tflsp("check", "--strict", "--output-format", "concise", str(folder))
    assert findings.exit_code == 0, findings.stdout


@pytest.mark.parametrize(("language", "summary"), [("en", "# Summary\n"), ("zh", "# 总结\n")])
def test_init_begins_a_project_in_its_language(tmp_path: Path, language: str, summary: str) -> None:
    folder = tmp_path / "mnist"
    first = tflsp("init", str(folder), "--language", language)
    assert f"cd {folder}\n" in first.stdout
    assert "git init" in first.stdout
    assert (folder / "SUMMARY.md").read_text(encoding="utf-8").startswith(summary)
    forget_settings()
    findings = tflsp("check", "--strict", "--ignore", "TFL105", str(folder))
    assert findings.exit_code == 0, findings.stdout
    # What it says to do next can be done: nothing stands where the goal is to go.
    for name in ("journal.md", "notebooks/exp_1.ipynb"):
        assert tflsp("journal", "goal", str(folder / name), "?").exit_code == 0
    made = (folder / "notebooks/exp_1.ipynb").read_text(encoding="utf-8")
    assert ("## 实验目标" in made) is (language == "zh")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    assert "_TFLSP_COMPLETE" in tflsp("completion", shell).stdout


def test_version() -> None:
    assert tflsp("version").stdout.startswith("tflsp ")
    assert "tree-sitter" in tflsp("version", "-v").stdout
