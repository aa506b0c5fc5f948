"""initialized, shutdown, exit, $/setTrace."""

from __future__ import annotations

from tflsp.server.registry import on_notification, on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_notification("initialized")
def initialized(session: Session, params: Message) -> None:
    """The client is ready for requests of ours."""


@on_request("shutdown")
def shutdown(session: Session, params: Message, request: Request) -> None:
    session.shut_down = True
    request.respond(None)


@on_notification("exit")
def leave(session: Session, params: Message) -> None:
    """LSP 3.17, "Exit": 0 after a shutdown, else 1."""
    session.stop(0 if session.shut_down else 1)


@on_notification("$/setTrace")
def set_trace(session: Session, params: Message) -> None:
    session.trace = params["value"]
