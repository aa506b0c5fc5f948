"""textDocument/definition: from a journal's link, or a step that a text mentions, to the heading that it means."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.convert import offset_of
from tflsp.server.features.journal_shown import known_before
from tflsp.server.lsp import plain_position, range_
from tflsp.server.places import place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.workspace.incidents import location
from tflsp.server.workspace.sources import in_vscode, pointed_at


@feature(types.TEXT_DOCUMENT_DEFINITION)
async def definition(session: Session, params: types.DefinitionParams) -> list[types.Location] | None:
    found = session.documents.find(params.text_document.uri)
    if found is None:
        return None
    opened, number = found
    lines = opened.document.parts[number].lines
    offset = offset_of(lines, plain_position(params.position), session.client.encoding)
    pointed = await pointed_at(session, opened, number, offset)
    if pointed is not None and pointed.item is not None:
        if in_vscode(session, (pointed.here, pointed.source)) and not hasattr(pointed.item, "number"):
            return None
        if pointed.anchor is not None:
            return [_location(pointed.source.heading(pointed.anchor, session))]
        top = {"line": 0, "character": 0}
        return [_location({"uri": pointed.source.uris[0], "range": {"start": top, "end": top}})]
    place = await place_of(session, params.text_document.uri)
    if place is None:
        return None
    return [_location(location(seen)) for _, seen in known_before(place, offset)] or None


def _location(value: dict[str, object]) -> types.Location:
    where = value["range"]
    assert isinstance(where, dict)
    return types.Location(str(value["uri"]), range_(where))
