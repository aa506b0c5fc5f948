"""The server with one more request, for tests: the text of an open document as the server has it."""

from __future__ import annotations

from tflsp.server import serve
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_request("tflsp.test/text")
def text(session: Session, params: Message, request: Request) -> None:
    found = session.documents.find(params["uri"])
    request.respond(None if found is None else found[0].document.parts[found[1]].text)


@on_request("tflsp.test/cells")
def cells(session: Session, params: Message, request: Request) -> None:
    opened = session.documents.get(params["uri"])
    texts = [] if opened is None else [part.text for part in opened.document.parts]
    request.respond(texts)


@on_request("tflsp.test/outline")
def outline(session: Session, params: Message, request: Request) -> None:
    opened = session.documents.get(params["uri"])
    found = None if opened is None else opened.document.outline
    cells = [] if found is None else found.cells
    request.respond([[cell.kind, cell.execution_count, list(cell.tags)] for cell in cells])


if __name__ == "__main__":
    raise SystemExit(serve())
