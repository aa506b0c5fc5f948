"""The quick reading of `tflsp check`'s arguments says what click says, or leaves them to click."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tflsp.cli import check as check_command
from tflsp.cli.check_options import OPTIONS, Kind, Options, plainly

PLAIN = (
    "",
    "a.md b.md",
    "--fix --unsafe-fixes --diff --statistics --strict --exit-zero --watch .",
    "--select TFL1,TFL2 --select=TFL3 --ignore image-latest a.md",
    "--output-format json --language=zh --jobs 2 a.md",
    "-j 3 --output-format full --output-format github",
    "--config here.toml --stdin-filename start.sh",
)
FOR_CLICK = (
    *("--help", "-h", "-", "-j2", "--", "-- a.md", "--jobs", "--jobs=-1", "--jobs two", "--select --fix", "--fix=yes"),
    *("--output-format xml", "--language de", "--config missing.toml", "--selec TFL1", "-x", "--unknown 1"),
)


@pytest.mark.parametrize("arguments", PLAIN)
def test_what_is_plain_is_read_as_click_reads_it(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here.toml").touch()
    read: list[Options] = []

    def check(options: Options) -> int:
        read.append(options)
        return 0

    monkeypatch.setattr(check_command, "check", check)
    assert CliRunner().invoke(check_command.command, arguments.split()).exit_code == 0
    assert read == [plainly(arguments.split())]


@pytest.mark.parametrize("arguments", FOR_CLICK)
def test_what_is_not_plain_is_left_to_click(arguments: str) -> None:
    assert plainly(arguments.split()) is None


def test_every_option_is_in_the_cases() -> None:
    said = " ".join(PLAIN)
    assert all(any(flag in said for flag in option.flags) for option in OPTIONS)
    assert {option.kind for option in OPTIONS} == set(Kind)


def test_a_plain_check_imports_no_click_and_few_others(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One\n\n```bash\ndocker run tensorflow/tensorflow:latest\n```\n")
    code = (
        "import sys; import tflsp.start; from tflsp.cli import quick; quick.check(['one.md']);"
        "print([m for m in ('click', 'dataclasses', 'inspect', 'logging', 'multiprocessing') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "TFL101" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_process_ends_with_the_exit_code_and_all_output(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# One\n\n```bash\ndocker run tensorflow/tensorflow:latest\n```\n")
    command = [sys.executable, "-m", "tflsp", "check", "--output-format", "json"]
    for arguments, code, found in (["one.md"], 1, True), (["--ignore=TFL", "one.md"], 0, False), (["two.md"], 2, False):
        done = subprocess.run([*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, "TFL101" in done.stdout) == (code, found)
        assert ("two.md does not exist" in done.stderr) == (code == 2)
