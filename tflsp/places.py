"""Where tflsp keeps what is the user's and no project's: targets, keys, sockets, logs.

Pure of asyncssh, docker and LSP; the thin `tflsp connect` imports it, so it imports next to nothing itself.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class UnsafeFolder(Exception):
    """A folder that must be the user's alone is not; the text says which and what to do."""


def state_folder() -> Path:
    """Targets, locks and logs: ``$XDG_STATE_HOME/tflsp``, by default ``~/.local/state/tflsp``."""
    return _base("XDG_STATE_HOME", ".local", "state") / "tflsp"


def runtime_folder() -> Path:
    """The daemon's socket: ``$XDG_RUNTIME_DIR/tflsp``, else a folder of the state's."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime, "tflsp") if os.path.isabs(runtime) else state_folder() / "run"


def ssh_folder() -> Path:
    """Our own keys, known hosts and included configuration: ``~/.ssh/tflsp``."""
    return Path.home() / ".ssh" / "tflsp"


def private_folder(path: Path) -> Path:
    """Make a folder for this user alone (0700), or check that it is one. Raises UnsafeFolder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise UnsafeFolder(f"{path} is not a folder of yours; remove it and try again")
    if stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(0o700)
    return path


def write_private(path: Path, data: bytes) -> None:
    """Write a file for this user alone (0600), whole or not at all."""
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _base(variable: str, *default: str) -> Path:
    chosen = os.environ.get(variable, "")
    return Path(chosen) if os.path.isabs(chosen) else Path.home().joinpath(*default)
