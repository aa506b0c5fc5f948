"""textDocument/definition: from a journal's link, or a step that a text mentions, to the heading that it means."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.features.journal_shown import known_before
from tflsp.server.lsp import plain_position, range_
from tflsp.server.places import place_of
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.workspace.cell_places import heading, top
from tflsp.server.workspace.incidents import location
from tflsp.server.workspace.sources import in_vscode, pointed_from


@feature(types.TEXT_DOCUMENT_DEFINITION)
async def definition(session: Session, params: types.DefinitionParams) -> list[types.Location] | None:
    uri, position = params.text_document.uri, params.position
    pointed = await pointed_from(session, uri, plain_position(position))
    if pointed is not None and pointed.item is not None:
        if in_vscode(session, (pointed.here, pointed.source)) and not hasattr(pointed.item, "number"):
            return None
        if pointed.anchor is not None:
            return [_location(heading(pointed.source, pointed.anchor, session))]
        return [_location(top(pointed.source, session))]
    place = await place_of(session, uri)
    if place is None:
        return None
    offset = place.offset(position.line, position.character)
    return [_location(location(seen)) for _, seen in known_before(place, offset)] or None


def _location(value: dict[str, object]) -> types.Location:
    where = value["range"]
    assert isinstance(where, dict)
    return types.Location(str(value["uri"]), range_(where))
