"""What happened since a file's last step: its text, its snapshots, git and tflsp.lock, read for ``captured``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tflsp.capture.captured import Captured, captured
from tflsp.capture.environment import Commit, commit_of
from tflsp.capture.hyperparameters import Hyperparameters, hyperparameters_in
from tflsp.capture.snapshots import Snapshot, SnapshotsError, last_snapshot, take_snapshot
from tflsp.checking.files import decode
from tflsp.checking.git import head_and_changes, versions_of
from tflsp.checking.project_files import project_root, read_project
from tflsp.dataclass import dataclass
from tflsp.documents.opening import open_text
from tflsp.facts.journal import Journal, read_journal
from tflsp.facts.journal_entries import Goal, Kind

# Commits of the file that are looked at for the one that brought the last step.
_MOST_VERSIONS: Final = 20


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """What was captured, the journal's language (``default`` where it has none), and what could not be read."""

    captured: Captured
    language: str
    problem: str | None = None


def capture_file(path: Path, *, language: str, log: str | None = None) -> CapturedFile:
    """Capture for the next step of a file, which need not exist. ``log`` is a run's output, for what keeps none.

    Changes are those since the last step's snapshot; without one, since the commit that brought that step. Raises
    OSError where the file cannot be read.
    """
    path = path.resolve()
    root = project_root(path)
    document = open_text(path.as_posix(), decode(path.read_bytes()) if path.exists() else "")
    journal = read_journal(document)
    problem: str | None = None
    before: Hyperparameters | None = None
    try:
        snapshot = last_snapshot(root, _name(path, root), _numbers(journal))
        before = None if snapshot is None else snapshot.hyperparameters
    except SnapshotsError as error:
        problem = str(error)
    if before is None:
        before = _committed(path, max(_numbers(journal), default=0))
    found = captured(
        document,
        before=before,
        goal=_criterion(journal),
        log=log,
        commit=_commit(root),
        digests=read_project(root).digests,
    )
    return CapturedFile(found, journal.language(language), problem)


def keep(path: Path, step: int, hyperparameters: Hyperparameters, taken_at: str) -> None:
    """Keep what a step was inserted with, for the next one. Raises SnapshotsError."""
    path = path.resolve()
    root = project_root(path)
    take_snapshot(root, Snapshot(_name(path, root), step, taken_at, hyperparameters))


def _criterion(journal: Journal) -> str:
    goals = [each.entry for each in journal.of(Kind.GOAL) if isinstance(each.entry, Goal)]
    return next((goal.criterion for goal in reversed(goals) if goal.criterion), "")


def _numbers(journal: Journal) -> set[int]:
    return {each.number for each in journal.of(Kind.STEP) if each.number}


def _committed(path: Path, step: int) -> Hyperparameters | None:
    """The hyperparameters in the commit that brought a step; of step 0, those of the last commit."""
    found: Hyperparameters | None = None
    for version in versions_of(path, _MOST_VERSIONS if step else 1):
        document = open_text(path.as_posix(), decode(version))
        if max(_numbers(read_journal(document)), default=0) != step:
            break
        found = hyperparameters_in(document)
    return found


def _commit(root: Path) -> Commit | None:
    said = head_and_changes(root)
    return None if said is None else commit_of(*said)


def _name(path: Path, root: Path) -> str:
    # A name in bytes that are no UTF-8 is one nevertheless.
    return path.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()
