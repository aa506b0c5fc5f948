"""Files and folders that may not be written: a clear message, and not a byte changed. Without root's right to all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import components

JOURNAL = "# Journal\n\n## Goal\n\nWhy?\n\n### Debug step #1: a\n\n- Result: better\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A project with a journal; what was made read-only in it can be removed again."""
    (tmp_path / "journal.md").write_text(JOURNAL)
    yield tmp_path
    tmp_path.chmod(0o755)


def run(*words: str, zh: bool = False) -> subprocess.CompletedProcess[str]:
    """`tflsp journal` as somebody whom a file's mode binds: root is bound by it only without its capability."""
    command = [sys.executable, "-m", "tflsp", "journal", *words]
    if os.geteuid() == 0:
        setpriv = components.program("setpriv", "apt-get install util-linux")
        command = [str(setpriv), "--bounding-set=-dac_override,-dac_read_search", *command]
    environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8" if zh else "C.UTF-8", "LANGUAGE": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def refused(folder: Path, *words: str, zh: bool = False) -> str:
    """Run a command that must be refused; give what it said."""
    before = contents(folder)
    done = run(*words, zh=zh)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert contents(folder) == before
    return done.stderr


@pytest.mark.parametrize("name", ["journal.md", "exp.py", "exp.ipynb"])
def test_a_read_only_file(folder: Path, name: str) -> None:
    path = folder / name
    if name == "exp.py":
        path.write_text("# %%\nx = 1\n")
    elif name == "exp.ipynb":
        path.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    path.chmod(0o444)
    for words in (("step", str(path), "--title", "b"), ("error", str(path), "--title", "OOM")):
        assert refused(folder, *words) == f"tflsp: {path}: the file is read-only: nothing was written\n"
    assert "文件是只读的" in refused(folder, "step", str(path), "--title", "b", zh=True)
    # What would be inserted can be seen nevertheless.
    assert run("step", str(path), "--title", "b", "--dry-run").returncode == 0


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o555)
    said = refused(folder, "step", str(folder / "journal.md"), "--title", "b")
    assert said == f"tflsp: {folder / 'journal.md'}: the folder cannot be written: nothing was written\n"
    said = refused(folder, "goal", str(folder / "new.md"), "Why?")
    assert said == f"tflsp: {folder / 'new.md'}: the folder cannot be written: nothing was written\n"


def test_a_promotion_into_a_read_only_guide_writes_neither_file(folder: Path) -> None:
    guide = folder / "best_practices.md"
    guide.write_text("# Best practices\n")
    guide.chmod(0o444)
    said = refused(folder, "promote", str(folder / "journal.md"), "1", "--to", "best-practices")
    assert said == f"tflsp: {guide} is read-only: nothing was written\n"
    assert contents(folder)["journal.md"] == JOURNAL.encode()


def test_a_summary_in_a_folder_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o555)
    assert "cannot be written: nothing was written" in refused(folder, "summary", str(folder))


def test_a_journal_that_may_not_be_read_is_told(folder: Path) -> None:
    hidden, text = folder / "exp.ipynb", "no journal, whatever it says: exp.txt"
    hidden.write_text(text)
    hidden.chmod(0)
    for words in (("list", str(folder)), ("summary", str(folder), "--dry-run")):
        done = run(*words)
        assert (done.returncode, done.stderr) == (0, f"tflsp: {hidden}: Permission denied\n")
        assert "journal.md" in done.stdout
