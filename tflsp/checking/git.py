"""What git says of a file and its past. Nothing that a repository's own settings name is run: no hooks, no filters.

Whatever git cannot say (it is not there, this is no repository, it takes too long) is None.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tflsp.dataclass import dataclass

# A journal's step should not wait longer for it.
_TIMEOUT: Final = 5.0  # seconds
_SETTINGS: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True, slots=True)
class Version:
    """A file's bytes in a commit, and when that was made (ISO 8601)."""

    data: bytes
    when: str


def head_and_changes(folder: Path) -> tuple[str, str | None] | None:
    """The commit that is checked out, and the names of tracked files that are not as in it, one a line.

    Told by the files' times and sizes, as ``git diff-index`` does: a file that was only touched counts as changed.
    """
    head = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if head is None:
        return None
    changed = _git(folder, "diff-index", "--name-only", "--ignore-submodules", "HEAD")
    return _text(head), None if changed is None else _text(changed)


def versions_of(path: Path, most: int) -> Iterator[Version]:
    """A file as it was committed, the newest commit first; at most so many versions."""
    log = _git(path.parent, "log", "--format=%H %cI", f"--max-count={most}", "HEAD", "--", path.name)
    for line in _text(log or b"").splitlines():
        commit, _, when = line.partition(" ")
        data = _git(path.parent, "cat-file", "blob", f"{commit}:./{path.name}")
        if data is None:
            return
        yield Version(data, when)


def _git(folder: Path, *arguments: str) -> bytes | None:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    try:
        said = subprocess.run(
            ["git", *_SETTINGS, "-C", str(folder), *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return said.stdout if said.returncode == 0 else None


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace")
