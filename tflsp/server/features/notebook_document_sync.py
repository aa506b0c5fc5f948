"""notebookDocument/didOpen, didChange, didSave, didClose."""

from __future__ import annotations

from tflsp.server.notebooks import change_synced, open_synced
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_notification("notebookDocument/didOpen")
def did_open(session: Session, params: Message) -> None:
    uri = params["notebookDocument"]["uri"]
    session.opened(open_synced(session.documents, session.name_of(uri), params))


@on_notification("notebookDocument/didChange")
def did_change(session: Session, params: Message) -> None:
    changed = change_synced(session.documents, params["notebookDocument"]["uri"], params["change"])
    if changed is not None:
        opened, lost = changed
        session.publisher.take_back(lost)
        session.changed(opened)


@on_notification("notebookDocument/didSave")
def did_save(session: Session, params: Message) -> None:
    """The text is known already; its outputs are in the file."""
    opened = session.documents.get(params["notebookDocument"]["uri"])
    if opened is not None:
        session.journals.opened(opened)


@on_notification("notebookDocument/didClose")
def did_close(session: Session, params: Message) -> None:
    if (opened := session.documents.close(params["notebookDocument"]["uri"])) is not None:
        session.closed(opened)
