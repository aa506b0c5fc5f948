"""workspace/didRenameFiles, didCreateFiles, didDeleteFiles."""

from __future__ import annotations

from pathlib import Path

from tflsp.server.features.watched_files import decides
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.wire import Message


@on_notification("workspace/didRenameFiles")
def did_rename_files(session: Session, params: Message) -> None:
    """Open documents come by their new names as closed and opened; what is remembered of the old ones goes."""
    session.files.forget(_paths(params, "oldUri"))
    session.journals.forget_below(_paths(params, "oldUri"))
    session.files_changed()


@on_notification("workspace/didDeleteFiles")
def did_delete_files(session: Session, params: Message) -> None:
    session.files.forget(_paths(params, "uri"))
    session.journals.forget_below(_paths(params, "uri"))
    session.files_changed()


@on_notification("workspace/didCreateFiles")
def did_create_files(session: Session, params: Message) -> None:
    paths = _paths(params, "uri")
    session.scan.changed(paths)
    if any(decides(path) for path in paths):
        session.files_changed()


def _paths(params: Message, key: str) -> list[Path]:
    return [path for file in params["files"] if (path := path_of(file[key])) is not None]
