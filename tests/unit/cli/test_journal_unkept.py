"""Snapshots that cannot be read or kept: the entry is inserted nevertheless, one line says what is lost, and nothing
else changes. Without root's right to all, and with a limit to a file's size for a disk that is full.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import components
from tflsp.cli.group import group

CODE = "# %%\nlr = {}\n"
DATABASE = Path(".tflsp") / "journal.db"
NEXT = "the next step cannot tell what has changed since this one"
BOTH = f"changes are those since the last commit, where there is one, and {NEXT}"


def run(path: Path, *words: str, zh: bool = False, largest: int | None = None) -> subprocess.CompletedProcess[str]:
    """`tflsp journal` as somebody whom modes bind, who writes files of at most ``largest`` bytes."""
    command = [sys.executable, "-m", "tflsp", "journal", *words[:1], str(path), *words[1:]]
    if os.geteuid() == 0:
        setpriv = components.program("setpriv", "apt-get install util-linux")
        command = [str(setpriv), "--bounding-set=-dac_override,-dac_read_search", *command]
    if largest is not None:
        command = [str(components.program("prlimit", "apt-get install util-linux")), f"--fsize={largest}", *command]
    language = {"LC_ALL": "zh_CN.UTF-8" if zh else "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **language})


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Path]:
    """A script with a goal, whose learning rate has changed since; what was made read-only can be removed again."""
    (tmp_path / ".git").mkdir()
    path = tmp_path / "exp.py"
    path.write_text(CODE.format(0.01))
    assert CliRunner().invoke(group, ["journal", "goal", str(path), "Why?"]).exit_code == 0
    path.write_text(path.read_text().replace("0.01", "0.02"))
    yield path
    folder = tmp_path / ".tflsp"
    for each in (folder, *folder.iterdir()) if folder.is_dir() else ():
        each.chmod(0o755)


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for each in statements:
            database.execute(each)


def in_its_place(database: Path) -> None:
    database.unlink()
    database.mkdir()


def file_for_folder(database: Path) -> None:
    database.unlink()
    (database.parent / ".gitignore").unlink()
    database.parent.rmdir()
    database.parent.write_text("mine")


@pytest.mark.parametrize(
    ("spoil", "wanted", "has_change"),
    [
        (lambda path: path.chmod(0o444), f".tflsp/journal.db cannot be written: {NEXT}", True),
        (lambda path: path.parent.chmod(0o555), f".tflsp/journal.db cannot be written: {NEXT}", True),
        (lambda path: path.parent.chmod(0o444), f".tflsp: Permission denied: {NEXT}", False),
        (lambda path: path.chmod(0), f".tflsp/journal.db cannot be opened: {BOTH}", False),
        (in_its_place, f".tflsp/journal.db cannot be opened: {BOTH}", False),
        (file_for_folder, f".tflsp: File exists: {NEXT}", False),
        (
            lambda path: path.write_text("no database, and long enough to be seen as something else"),
            f".tflsp/journal.db is no database (remove it, and it is made again from git): {BOTH}",
            False,
        ),
        (
            lambda path: os.truncate(path, 5000),
            f".tflsp/journal.db is no database (remove it, and it is made again from git): {BOTH}",
            False,
        ),
        (
            lambda path: execute(path, "PRAGMA user_version = 99"),
            f".tflsp/journal.db was written by a newer tflsp: {BOTH}",
            False,
        ),
    ],
    ids=["read-only", "folder", "hidden", "unreadable", "no-file", "no-folder", "broken", "truncated", "newer"],
)
def test_a_step_goes_on_without_snapshots(
    script: Path, spoil: Callable[[Path], object], wanted: str, has_change: bool
) -> None:
    database = script.parent / DATABASE
    spoil(database)
    before = kept(database)
    done = run(script, "step", "--title", "slower")
    assert (done.returncode, done.stderr) == (0, f"tflsp: {wanted}\n")
    assert script.read_text().count("### Debug step #1: slower") == 1
    assert ("# - lr: 0.01 → 0.02" in script.read_text()) == has_change
    assert kept(database) == before


def test_what_is_only_shown_needs_not_be_kept(script: Path) -> None:
    (script.parent / DATABASE).write_text("no database, and long enough to be seen as something else")
    said = CliRunner().invoke(group, ["journal", "step", str(script), "--dry-run"], env={"LC_ALL": "C"}).stderr
    assert said.endswith("changes are those since the last commit, where there is one\n")


def kept(database: Path) -> dict[str, bytes]:
    """What is in a folder, read with all rights."""
    modes = {each: each.stat().st_mode for each in (database.parent,)}
    try:
        database.parent.chmod(0o755)
        if not database.parent.is_dir():
            return {"": database.parent.read_bytes()}
        files = [each for each in database.parent.iterdir() if each.is_file()]
        return {each.name: each.read_bytes() for each in files if os.access(each, os.R_OK)}
    finally:
        for each, mode in modes.items():
            each.chmod(mode & 0o7777)


def test_what_is_lost_is_told_in_chinese(script: Path) -> None:
    (script.parent / DATABASE).write_text("no database, and long enough to be seen as something else")
    said = run(script, "step", zh=True).stderr
    assert said.count("\n") == 1
    assert "不是数据库" in said
    assert "下一个步骤也无法得知此后的改动" in said


def test_a_disk_that_has_no_room_for_snapshots(script: Path) -> None:
    database = script.parent / DATABASE
    before = database.read_bytes()
    database.unlink()
    done = run(script, "step", "--title", "slower", largest=len(before) - 4096)
    full = ".tflsp/journal.db could not be read or written (is the disk full?)"
    assert (done.returncode, done.stderr) == (0, f"tflsp: {full}: {NEXT}\n")
    assert "### Debug step #1: slower" in script.read_text()
    # With room again, all goes on.
    done = run(script, "step", "--title", "more")
    assert (done.returncode, done.stderr) == (0, "")
    script.write_text(script.read_text().replace("lr = 0.02", "lr = 0.03"))
    assert run(script, "step", "--title", "last").stderr == ""
    assert "# - lr: 0.02 → 0.03" in script.read_text()


def test_a_disk_that_has_no_room_for_the_entry(script: Path) -> None:
    before = {each: each.read_bytes() for each in script.parent.rglob("*") if each.is_file()}
    done = run(script, "step", "--title", "slower", largest=len(before[script]))
    assert (done.returncode, done.stderr) == (2, f"tflsp: {script}: File too large\n")
    assert {each: each.read_bytes() for each in script.parent.rglob("*") if each.is_file()} == before
