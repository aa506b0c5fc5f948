"""`tflsp doctor`: its report, its exit code, what --fix asks."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.unit.doctor.made import Made
from tflsp.cli.doctor import command
from tflsp.cli.doctor_show import show
from tflsp.doctor import here as here_module
from tflsp.doctor.base import Words
from tflsp.doctor.running import run


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The machine that the command finds itself on."""
    made = Made(tmp_path)
    made.file("/workspace/a.md")
    monkeypatch.setattr(here_module, "here", lambda folder, name: made.machine())
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return made


def doctor(*arguments: str, answers: str | None = None) -> Result:
    return CliRunner().invoke(command, arguments, input=answers)


def test_all_is_well(made: Made) -> None:
    result = doctor()
    assert result.exit_code == 0, result.stdout
    assert "Nothing is wrong." in result.stdout
    assert "tflsp: 0.1.0" in result.stdout


def test_something_is_wrong(made: Made) -> None:
    made.uid = 0
    result = doctor()
    assert result.exit_code == 1
    assert result.stdout.index("✗ root-owned-files") < result.stdout.index("Fine (")
    assert "- /workspace" not in result.stdout
    assert json.loads(doctor("--json").stdout)["ok"] is False
    assert doctor("--json").exit_code == 1


def test_in_chinese(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.uid = 0
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "挂载目录中的文件属于 root" in doctor().stdout
    assert "Files in the mounted folder" in doctor("--language", "en").stdout


def test_fixes_are_asked_for(made: Made) -> None:
    made.directory("/home/dev/.tflsp", mode=0o755)
    assert "`tflsp doctor --fix` does: chmod 700 /home/dev/.tflsp (it was 755)" in doctor().stdout
    refused = doctor("--fix", answers="n\n")
    assert refused.exit_code == 1
    assert made.path("/home/dev/.tflsp").stat().st_mode & 0o777 == 0o755
    assert doctor("--fix", answers="").exit_code == 1  # nobody is there to answer
    assert made.path("/home/dev/.tflsp").stat().st_mode & 0o777 == 0o755
    done = doctor("--fix", answers="y\n")
    assert done.exit_code == 0
    assert "✗" not in done.stdout
    assert made.path("/home/dev/.tflsp").stat().st_mode & 0o777 == 0o700


def test_fixing_without_asking(made: Made) -> None:
    made.directory("/home/dev/.tflsp", mode=0o755)
    result = doctor("--fix", "--yes", "--json")
    assert json.loads(result.stdout)["ok"] is True
    assert "chmod 700" in result.stderr
    assert result.exit_code == 0


def test_an_unknown_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    result = doctor("nobody")
    assert result.exit_code == 2
    assert "no container is known as 'nobody'" in result.stderr


def test_markup_is_text(made: Made) -> None:
    """A folder's name must not be taken for a colour."""
    made.folder = "/[red]x[/red]"
    made.directory("/[red]x[/red]", owner=0)
    stream = io.StringIO()
    machine = made.machine()
    show(machine, run(machine), [Words("[bold]note", "")], "en", stream)
    assert "/[red]x[/red] itself belongs to root" in stream.getvalue()
    assert "[bold]note" in stream.getvalue()
