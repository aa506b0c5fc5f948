"""The helper's log as it is shown: its end, and what comes, over the change to the next file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tflsp.remote.daemon_log import lines_of


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "daemon.log"
    path.write_text("one\ntwo\nthree 中文\n", "utf-8")
    return path


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def test_the_end(log: Path) -> None:
    assert list(lines_of(log, 2)) == ["two\n", "three 中文\n"]
    assert list(lines_of(log, 50)) == ["one\n", "two\n", "three 中文\n"]


def test_what_comes(log: Path) -> None:
    """Each time that nothing is there, something happens: a line, half of one, a full file, a moment without one."""
    before = log.with_name("daemon.log.1")

    def full() -> None:
        append(log, "last of the first\n")
        log.rename(before)

    happens: list[Callable[[], object]] = [
        lambda: append(log, "four\n"),
        lambda: append(log, "fi"),
        lambda: append(log, "ve\n"),
        full,
        lambda: append(before, "written late\n"),
        lambda: log.write_text("first of the next\n", "utf-8"),
    ]

    def next_happens() -> None:
        happens.pop(0)()

    got = []
    for piece in lines_of(log, 1, next_happens):
        got.append(piece)
        if piece.startswith("first"):
            break
    assert "".join(got) == "three 中文\nfour\nfive\nlast of the first\nwritten late\nfirst of the next\n"
    assert happens == []


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(lines_of(tmp_path / "daemon.log", 1, lambda: None))


def test_followed_until_somebody_has_seen_enough(tmp_path: Path) -> None:
    """The real program: each line is there when it is written, and Ctrl-C is no failure."""
    question = "from tflsp.remote.daemon_log import log_path; print(log_path())"
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    asked = subprocess.run(
        [sys.executable, "-c", question], env=environment, check=True, capture_output=True, text=True
    )
    path = Path(asked.stdout.strip())
    assert path.is_relative_to(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text("one\ntwo\n", "utf-8")
    command = [sys.executable, "-m", "tflsp", "daemon", "logs", "-n", "1", "--follow"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shown:
        try:
            assert shown.stdout is not None
            assert shown.stdout.readline() == "two\n"
            append(path, "three\n")
            assert shown.stdout.readline() == "three\n"
            shown.send_signal(signal.SIGINT)
            assert shown.communicate() == ("", "")
        finally:
            shown.kill()  # nobody waits for it where anything failed
    assert shown.returncode == 0
