"""initialized, shutdown, exit, $/setTrace."""

from __future__ import annotations

from typing import Any

from tflsp.documents.opening import open_text
from tflsp.engine import check
from tflsp.server.capabilities import initialize_result
from tflsp.server.features.configuration import SECTION, ask
from tflsp.server.features.watched_files import watchers
from tflsp.server.journal import unlogged
from tflsp.server.registry import on_notification, on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_notification("initialized")
def initialized(session: Session, params: Message) -> None:
    """The client takes requests from now on."""
    client = session.client
    wanted: list[dict[str, Any]] = []
    if client.registers_configuration:
        wanted.append({"method": "workspace/didChangeConfiguration", "registerOptions": {"section": SECTION}})
    if client.registers_watches:
        wanted.append({"method": "workspace/didChangeWatchedFiles", "registerOptions": {"watchers": watchers()}})
    if wanted:
        registrations = [{"id": f"tflsp-{each['method']}", **each} for each in wanted]
        session.connection.request("client/registerCapability", {"registrations": registrations})
    if client.configuration:
        session.tasks.start(ask(session))
    if client.wants_unlogged:
        unlogged.follow(session)
    session.worker.submit(warm_up, background=True)
    session.worker.submit(session.idle, background=True)


@on_request("initialize")
def initialize_again(session: Session, params: Message, request: Request) -> None:
    """jupyter-lsp puts several clients on one server, and each begins anew; they are told what the first was told."""
    request.respond(initialize_result(session.client))


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


def warm_up() -> None:
    """What the first analysis would otherwise wait for: rules and grammars.

    The engine for secrets waits for the first token that could be one: it takes 20 MiB, and most texts have none.
    """
    check(open_text("warm.md", _SAMPLE))


_SAMPLE = "# A\n\n```bash\ndocker run -p 1:1 a:1\n```\n\n```python\nimport os\n```\n"
