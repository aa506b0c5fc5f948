"""textDocument/references: what leads to a step or another heading of a journal, in all of the workspace."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.convert import offset_of
from tflsp.server.lsp import plain_position, range_
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.workspace.pointers import pointers_to
from tflsp.server.workspace.sources import in_vscode, pointed_at


@feature(types.TEXT_DOCUMENT_REFERENCES)
async def references(session: Session, params: types.ReferenceParams) -> list[types.Location] | None:
    found = session.documents.find(params.text_document.uri)
    if found is None:
        return None
    opened, number = found
    lines = opened.document.parts[number].lines
    offset = offset_of(lines, plain_position(params.position), session.client.encoding)
    pointed = await pointed_at(session, opened, number, offset)
    if pointed is None or pointed.anchor is None:
        return None
    target, anchor = pointed.source, pointed.anchor
    places = [target.heading(anchor, session)] if params.context.include_declaration else []
    for pointer in await pointers_to(session, target):
        # VS Code finds the links between Markdown files itself, numbers it does not know.
        own = in_vscode(session, (pointed.here, target, pointer.source)) and hasattr(pointer.item, "path")
        if pointer.anchor == anchor and not own:
            places.append(pointer.source.location(pointer.part, pointer.item.span, session))
    unique = {(str(place["uri"]), str(place["range"])): place for place in places}
    return [types.Location(place["uri"], range_(place["range"])) for place in unique.values()] or None
