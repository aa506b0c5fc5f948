"""textDocument/didOpen, didChange, didSave, didClose."""

from __future__ import annotations

from pathlib import PurePosixPath

from tflsp.server.features.watched_files import decides
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.uris import CELL_SCHEMES, scheme_of
from tflsp.server.wire import Message


@on_notification("textDocument/didOpen")
def did_open(session: Session, params: Message) -> None:
    item = params["textDocument"]
    if scheme_of(item["uri"]) in CELL_SCHEMES and session.documents.find(item["uri"]) is not None:
        return  # a cell that came with its notebook
    session.opened(session.documents.open(session.name_of(item["uri"]), item))


@on_notification("textDocument/didChange")
def did_change(session: Session, params: Message) -> None:
    item = params["textDocument"]
    opened = session.documents.change(item["uri"], item.get("version"), params["contentChanges"])
    if opened is not None:
        session.changed(opened)


@on_notification("textDocument/didSave")
def did_save(session: Session, params: Message) -> None:
    """The text is known already; a file that decides on settings is read from the disk, where it is by now."""
    opened = session.documents.get(params["textDocument"]["uri"])
    if opened is None:
        return
    if decides(PurePosixPath(opened.name)):
        session.files_changed()
    before = opened.revision
    session.documents.look_again(opened)
    if opened.revision != before:
        session.refresh()


@on_notification("textDocument/didClose")
def did_close(session: Session, params: Message) -> None:
    if (opened := session.documents.close(params["textDocument"]["uri"])) is not None:
        session.closed(opened)
