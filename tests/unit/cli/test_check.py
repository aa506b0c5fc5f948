"""`tflsp check` as a user calls it: output formats, exit codes, fixes, standard input."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tflsp.checking.checker import forget_settings
from tflsp.cli.group import group

UNUSED = "echo 警告💡  # tflsp: ignore[TFL999]\r\n"
SETTINGS = 'langauge = "zh"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    forget_settings()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "start.sh").write_bytes(b"\xef\xbb\xbf" + UNUSED.encode())
    notebook = {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# t\n"]},
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": ["x = '💡'\n", "y = 1  # tflsp: ignore[TFL999]"],
            },
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook, indent=1), "utf-8")
    return tmp_path


def tflsp(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(group, ["check", "--select", "TFL001,TFL002", *arguments], input=stdin)


def test_json_counts_code_points_and_cells(project: Path) -> None:
    result = tflsp("--output-format", "json", ".")
    assert result.exit_code == 1
    notebook, script = json.loads(result.stdout)
    assert (notebook["filename"], notebook["cell"]) == ("a.ipynb", 2)
    assert notebook["location"] == {"row": 2, "column": 24}
    assert script["cell"] is None
    assert script["location"] == {"row": 1, "column": len("echo 警告💡  # tflsp: ignore[") + 1}
    assert script["end_location"]["column"] == script["location"]["column"] + len("TFL999")
    assert script["fix"]["safety"] == "safe"
    assert set(script) == {
        *("code", "name", "severity", "message", "filename", "cell", "location", "end_location", "fix", "url"),
    }


def test_fix_keeps_byte_order_mark_line_ends_and_mode(project: Path) -> None:
    (project / "start.sh").chmod(0o755)
    assert tflsp("--fix", ".").exit_code == 0
    assert (project / "start.sh").read_bytes() == b"\xef\xbb\xbf" + "echo 警告💡\r\n".encode()
    assert (project / "start.sh").stat().st_mode & 0o777 == 0o755
    notebook = json.loads((project / "a.ipynb").read_text("utf-8"))
    assert notebook["cells"][1]["source"] == ["x = '💡'\n", "y = 1"]
    assert tflsp(".").exit_code == 0


def test_diff_changes_nothing(project: Path) -> None:
    before = (project / "start.sh").read_bytes()
    result = tflsp("--diff", "start.sh")
    assert result.exit_code == 1
    assert "-echo 警告💡  # tflsp" in result.stdout
    assert "+echo 警告💡" in result.stdout
    assert (project / "start.sh").read_bytes() == before


def test_full_output_puts_carets_under_wide_characters(project: Path) -> None:
    line, carets = tflsp("start.sh").stdout.splitlines()[3:5]
    # Two columns for each wide character: the carets begin where a terminal shows the code.
    before = line.index("TFL999")
    assert carets.index("^") == before + sum(char in "警告💡" for char in line)


def test_concise_statistics_and_github(project: Path) -> None:
    assert "start.sh:1:27: warning TFL001" in tflsp("--output-format", "concise", "start.sh").stdout
    assert tflsp("--statistics", ".").stdout.split()[:3] == ["2", "TFL001", "unused-suppression"]
    first, second = tflsp("--output-format", "github", ".").stdout.splitlines()
    assert first.startswith("::warning file=a.ipynb,title=TFL001 unused-suppression::cell 2, line 2: ")
    assert second.startswith("::warning file=start.sh,line=1,col=27,endLine=1,endColumn=33,title=")


def test_sarif_and_junit_are_well_formed(project: Path) -> None:
    run = json.loads(tflsp("--output-format", "sarif", ".").stdout)["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == ["TFL001", "TFL001"]
    assert run["tool"]["driver"]["rules"][0]["id"] == "TFL001"
    suites = ElementTree.fromstring(tflsp("--output-format", "junit", ".").stdout)
    assert suites.get("failures") == "2"
    assert len(suites.findall(".//failure")) == 2


def test_standard_input(project: Path) -> None:
    result = tflsp("--stdin-filename", "sub/x.sh", "--output-format", "concise", "-", stdin=UNUSED)
    assert result.exit_code == 1
    assert result.stdout.startswith("sub/x.sh:1:27")
    fixed = CliRunner().invoke(group, ["check", "--select", "TFL001", "--fix", "--stdin-filename", "x.sh", "-"], UNUSED)
    assert fixed.stdout_bytes == "echo 警告💡\r\n".encode()


def test_language_and_settings(project: Path) -> None:
    (project / "tflsp.toml").write_text(SETTINGS)
    forget_settings()
    result = tflsp("--output-format", "concise", ".")
    assert "tflsp.toml:1:1: warning TFL002 langauge" in result.stdout
    assert "没有作用" in tflsp("--language", "zh", "start.sh").stdout or "不是" in tflsp("--language", "zh", ".").stdout
    (project / "tflsp.toml").write_text('severity = {TFL001 = "hint"}\n')
    forget_settings()
    assert tflsp("start.sh").exit_code == 0
    assert tflsp("--strict", "start.sh").exit_code == 1
    assert tflsp("--strict", "--exit-zero", "start.sh").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.md"], "none.md does not exist"),
        (["--select", "TFL77", "."], "no rule is called 'TFL77'"),
        (["--config", "broken.toml", "."], "is not valid TOML"),
    ],
)
def test_errors_say_what_to_do(project: Path, arguments: list[str], says: str) -> None:
    (project / "broken.toml").write_text("a = [")
    result = CliRunner().invoke(group, ["check", *arguments])
    assert result.exit_code == 2
    assert says in result.stderr


def test_many_files_in_many_processes_give_the_same(project: Path) -> None:
    for number in range(40):
        (project / f"s{number:02}.sh").write_text(f"echo {number}  # tflsp: ignore[TFL999]\n")
    one = tflsp("--jobs", "1", "--output-format", "json", ".").stdout
    two = tflsp("--jobs", "2", "--output-format", "json", ".").stdout
    assert one == two
    assert len(json.loads(one)) == 42


def test_does_not_import_what_it_does_not_need() -> None:
    code = (
        "import sys; from tflsp.cli.group import group; group(['check', '-h'], standalone_mode=False);"
        "import tflsp.engine;"
        "print([m for m in ('pygls', 'lsprotocol', 'asyncssh', 'docker', 'attrs', 'rich') if m in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.splitlines()[-1] == "[]"
