"""Snapshots on disk: kept, replaced, told apart by document and step; broken files are said, not hidden."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.capture.snapshots import FILE, Snapshot, SnapshotsError, last_snapshot, take_snapshot


def snapshot(step: int, rate: str, document: str = "a.ipynb") -> Snapshot:
    values = Hyperparameters(
        {"learning_rate": rate, "优化器": "Adam"}, ("Dense(3)",), ("C()",), ("batch(3)",), {"s": "1"}
    )
    return Snapshot(document, step, "2026-11-22T07:00:00+00:00", values)


def test_the_last_of_the_steps_that_the_document_has(tmp_path: Path) -> None:
    assert last_snapshot(tmp_path, "a.ipynb", [1]) is None
    assert not (tmp_path / ".tflsp").exists()
    first, second = snapshot(1, "0.1"), snapshot(2, "0.2")
    for each in (snapshot(0, "0.5"), first, second, snapshot(9, "9", "b.md")):
        take_snapshot(tmp_path, each)
    assert last_snapshot(tmp_path, "a.ipynb", [1, 2, 3]) == second
    # Step 2 was taken out of the document again.
    assert last_snapshot(tmp_path, "a.ipynb", [1]) == first
    assert last_snapshot(tmp_path, "a.ipynb", []) == snapshot(0, "0.5")
    assert last_snapshot(tmp_path, "c.ipynb", [1]) is None


def test_a_step_that_is_written_again_replaces_its_snapshot(tmp_path: Path) -> None:
    take_snapshot(tmp_path, snapshot(1, "0.1"))
    take_snapshot(tmp_path, snapshot(1, "0.3"))
    assert last_snapshot(tmp_path, "a.ipynb", [1]) == snapshot(1, "0.3")


def test_git_does_not_see_the_database(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    take_snapshot(tmp_path, snapshot(1, "0.1"))
    status = ["git", "-C", str(tmp_path), "status", "--porcelain", "--untracked-files=all"]
    said = subprocess.run(status, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["??", ".tflsp/.gitignore"]


def test_a_broken_database_is_said_and_kept(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(SnapshotsError, match=r"journal\.db"):
        last_snapshot(tmp_path, "a", [1])
    with pytest.raises(SnapshotsError, match=r"journal\.db"):
        take_snapshot(tmp_path, snapshot(1, "1"))
    assert path.read_bytes().startswith(b"no database")


def test_a_snapshot_of_another_form_is_said(tmp_path: Path) -> None:
    take_snapshot(tmp_path, snapshot(1, "0.1"))
    database = sqlite3.connect(tmp_path / FILE)
    with database:
        database.execute("UPDATE snapshots SET hyperparameters = '[]'")
    database.close()
    with pytest.raises(SnapshotsError, match="step #1"):
        last_snapshot(tmp_path, "a.ipynb", [1])


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    take_snapshot(tmp_path, snapshot(1, "0.1"))
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(SnapshotsError, match="newer"):
        take_snapshot(tmp_path, snapshot(2, "0.1"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / ".tflsp").write_text("a file")
    with pytest.raises(SnapshotsError):
        take_snapshot(tmp_path, snapshot(1, "0.1"))
