"""The newest run below ``logs``, as TensorBoard's own reader gives it, in the interpreter that has TensorFlow.

Costs a look at the folder where nothing was logged. No link is followed: what lies elsewhere is none of the project's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tflsp.capture.event_files import LoggedRun, newest_run, run_in
from tflsp.checking.tensorflow_python import tensorflow_python

_FOLDER: Final = "logs"
_MOST_ENTRIES: Final = 5_000
_DEEPEST: Final = 5
# A file of pictures and graphs; reading it would take longer than anybody waits.
_LARGEST: Final = 512 << 20  # bytes


def newest_logged_run(path: Path, root: Path, *, since: float = 0.0) -> LoggedRun | None:
    """The newest run of the project at ``root`` that wrote something after ``since`` (seconds since 1970).

    Looked for beside ``path`` and at the root. None where there is none, or nobody here can read it.
    """
    folders = dict.fromkeys(folder / _FOLDER for folder in (path.parent, root))
    files = newest_run(each for folder in folders for each in _event_files(folder))
    if not files or max(map(_changed, files)) <= since:
        return None
    found = tensorflow_python(root)
    if found is None or not found.has_tensorboard:
        return None
    run = run_in(found.interpreter.ask("child_tensorboard", *files))
    return run if run is not None and run.ended > since else None


def _event_files(folder: Path) -> Iterator[tuple[str, float]]:
    """The event files below a folder with the times of their last change."""
    left, waiting = _MOST_ENTRIES, [(folder, 0)]
    if folder.is_symlink():
        return
    while waiting:
        at, depth = waiting.pop()
        with suppress(OSError), os.scandir(at) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    return
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEEPEST:
                        waiting.append((Path(entry.path), depth + 1))
                elif "tfevents" in entry.name and entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    if status.st_size <= _LARGEST:
                        yield entry.path, status.st_mtime


def _changed(path: str) -> float:
    try:
        return os.stat(path, follow_symlinks=False).st_mtime
    except OSError:
        return 0.0
