"""workspace/didChangeWatchedFiles, and which files are to be watched."""

from __future__ import annotations

from pathlib import PurePath

from tflsp.checking.discovery import reads
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.wire import Message

# Files that decide on settings or say something of the project, whatever documents hold.
DECIDING = frozenset(
    {"tflsp.toml", ".tflsp.toml", "pyproject.toml", ".gitignore", ".env", ".env.example", "tflsp.lock"}
)
_PATTERNS = (
    "**/{tflsp.toml,.tflsp.toml,pyproject.toml,.gitignore,.env,.env.example,tflsp.lock}",
    "**/*{Dockerfile,dockerfile,Containerfile}*",
    "**/*.{yml,yaml,md,ipynb,py,sh}",
    "**/{devcontainer,.devcontainer,daemon}.json",
)


def watchers() -> list[dict[str, str]]:
    """What to register for."""
    return [{"globPattern": pattern} for pattern in _PATTERNS]


@on_notification("workspace/didChangeWatchedFiles")
def did_change_watched_files(session: Session, params: Message) -> None:
    paths = [path for change in params["changes"] if (path := path_of(change["uri"])) is not None]
    session.scan.changed(path for path in paths if reads(path.name))
    if any(decides(path) for path in paths):
        session.files_changed()


def decides(path: PurePath) -> bool:
    """Whether settings or what is known of a project may follow from a file."""
    return path.name in DECIDING
