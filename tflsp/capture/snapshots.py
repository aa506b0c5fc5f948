"""What a document's hyperparameters were when its steps were written: ``.tflsp/journal.db``, SQLite.

A file that is not there, is broken or cannot be written is said as ``SnapshotsError``; nothing else depends on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from tflsp.capture.hyperparameters import Hyperparameters
from tflsp.dataclass import dataclass
from tflsp.journal.refusals import Refusal

FILE: Final = Path(".tflsp") / "journal.db"
_VERSION: Final = 1
# Another process that writes takes milliseconds.
_PATIENCE: Final = 2.0  # seconds
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS snapshots (
    document TEXT NOT NULL,
    step INTEGER NOT NULL,
    taken_at TEXT NOT NULL,
    hyperparameters TEXT NOT NULL,
    PRIMARY KEY (document, step)
)
"""


_CAUSES = {
    sqlite3.SQLITE_NOTADB: "snapshots-broken",
    sqlite3.SQLITE_CORRUPT: "snapshots-broken",
    sqlite3.SQLITE_BUSY: "snapshots-busy",
    sqlite3.SQLITE_LOCKED: "snapshots-busy",
    sqlite3.SQLITE_READONLY: "snapshots-read-only",
    sqlite3.SQLITE_PERM: "snapshots-read-only",
    sqlite3.SQLITE_CANTOPEN: "snapshots-unopened",
    sqlite3.SQLITE_FULL: "snapshots-full",
    sqlite3.SQLITE_IOERR: "snapshots-full",
}


class SnapshotsError(Refusal):
    """Why snapshots cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document's hyperparameters at one of its steps; step 0 is before the first.

    ``document`` is its path in the project, with forward slashes; ``taken_at`` is ISO 8601.
    """

    document: str
    step: int
    taken_at: str
    hyperparameters: Hyperparameters


def has_snapshots(root: Path) -> bool:
    """Whether a project has a file of snapshots, as far as can be seen; a disk that was full has left an empty one."""
    try:
        return (root / FILE).stat().st_size > 0
    except OSError:
        return False


def last_snapshot(root: Path, document: str, steps: Collection[int]) -> Snapshot | None:
    """The snapshot of the highest of these steps (or of step 0); None where there is none.

    A step that is no longer in the document does not count. Raises SnapshotsError.
    """
    if not has_snapshots(root):
        return None
    with _opened(root / FILE) as database:
        query = "SELECT step, taken_at, hyperparameters FROM snapshots WHERE document = ? ORDER BY step DESC"
        for step, taken_at, stored in database.execute(query, (document,)):
            if step == 0 or step in steps:
                try:
                    return Snapshot(document, step, taken_at, Hyperparameters.from_json(json.loads(stored)))
                except (ValueError, KeyError, TypeError) as error:
                    raise SnapshotsError("snapshot-unread", file=FILE.as_posix(), number=step) from error
    return None


def take_snapshot(root: Path, snapshot: Snapshot) -> None:
    """Keep a snapshot; one of the same step is replaced. Raises SnapshotsError."""
    path = root / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        ignored = path.parent / ".gitignore"
        if not ignored.exists():
            # What is compared with is one person's own; templates beside it are everybody's.
            ignored.write_text("journal.db*\n", encoding="utf-8")
    except OSError as error:
        raise SnapshotsError("snapshots", file=path.parent.name, why=error.strerror) from error
    stored = json.dumps(snapshot.hyperparameters.as_json())
    with _opened(path) as database, database:
        database.execute(
            "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)",
            (snapshot.document, snapshot.step, snapshot.taken_at, stored),
        )


def renumber_snapshots(root: Path, document: str, numbers: Mapping[int, int]) -> None:
    """Keep a document's snapshots under the new numbers of its steps; those of steps that are gone go. Raises
    SnapshotsError.
    """
    if not has_snapshots(root):
        return
    with _opened(root / FILE) as database, database:
        query = "SELECT step, taken_at, hyperparameters FROM snapshots WHERE document = ? AND step > 0"
        rows = database.execute(query, (document,)).fetchall()
        database.execute("DELETE FROM snapshots WHERE document = ? AND step > 0", (document,))
        kept = [(document, numbers[step], taken_at, stored) for step, taken_at, stored in rows if step in numbers]
        database.executemany("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?)", kept)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as database:
            (version,) = database.execute("PRAGMA user_version").fetchone()
            if version > _VERSION:
                raise SnapshotsError("newer-snapshots", file=FILE.as_posix())
            if version < _VERSION:
                with database:
                    database.execute(_TABLE)
                    database.execute(f"PRAGMA user_version = {_VERSION}")
            yield database
    except sqlite3.Error as error:
        key = _CAUSES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "snapshots")
        raise SnapshotsError(key, file=FILE.as_posix(), why=error) from error
