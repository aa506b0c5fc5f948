"""textDocument/diagnostic: diagnostics that the client pulls."""

from __future__ import annotations

from functools import partial

from tflsp.server.analysis import Analysed
from tflsp.server.registry import on_request
from tflsp.server.requests import Request
from tflsp.server.session import Session
from tflsp.server.telling import json_of
from tflsp.server.uris import path_of
from tflsp.server.wire import Message


@on_request("textDocument/diagnostic")
def diagnostic(session: Session, params: Message, request: Request) -> None:
    """Answers when the newest state is analysed; all requests that wait by then get the same answer."""
    uri = params["textDocument"]["uri"]
    found = session.documents.find(uri)
    if found is None or session.publisher.pushes_document(found[0]):
        request.respond({"kind": "full", "items": []})
        if found is None and path_of(uri) is not None:
            session.files.closed(uri)
        return
    opened, part = found
    answer = partial(_answer, request, part, params.get("previousResultId"))
    session.analyser.when_ready(opened, answer, patient=True)


def _answer(request: Request, part: int, previous: str | None, analysed: Analysed | None) -> None:
    if analysed is None:  # closed meanwhile
        request.respond({"kind": "full", "items": []})
        return
    result = analysed.result_ids[part]
    if result == previous:
        request.respond({"kind": "unchanged", "resultId": result})
    else:
        items = json_of(analysed.diagnostics[part])
        request.respond_encoded({"kind": '"full"', "resultId": f'"{result}"', "items": items})
