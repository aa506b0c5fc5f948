"""workspace/didChangeWorkspaceFolders."""

from __future__ import annotations

from tflsp.server.features.configuration import ask
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.uris import path_of
from tflsp.server.wire import Message


@on_notification("workspace/didChangeWorkspaceFolders")
def did_change_workspace_folders(session: Session, params: Message) -> None:
    event = params["event"]
    for folder in event.get("removed") or ():
        session.folders.pop(folder["uri"], None)
    for folder in event.get("added") or ():
        if (path := path_of(folder["uri"])) is not None:
            session.folders[folder["uri"]] = path
    session.files_changed()
    if session.client.configuration:
        session.tasks.start(ask(session))
