"""textDocument/references: what leads to a step or another heading of a journal, in all of the workspace."""

from __future__ import annotations

from lsprotocol import types

from tflsp.server.lsp import plain_position, range_
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.workspace.cell_places import heading, place
from tflsp.server.workspace.pointers import heading_from, pointers_to
from tflsp.server.workspace.sources import in_vscode


@feature(types.TEXT_DOCUMENT_REFERENCES)
async def references(session: Session, params: types.ReferenceParams) -> list[types.Location] | None:
    found = await heading_from(session, params.text_document.uri, plain_position(params.position))
    if found is None:
        return None
    pointed, anchor = found
    target = pointed.source
    places = [heading(target, anchor, session)] if params.context.include_declaration else []
    for pointer in await pointers_to(session, target):
        # VS Code finds the links between Markdown files itself, numbers it does not know.
        own = in_vscode(session, (pointed.here, target, pointer.source)) and hasattr(pointer.item, "path")
        if pointer.anchor == anchor and not own:
            places.append(place(pointer.source, pointer.part, pointer.item.span, session))
    unique = {(str(each["uri"]), str(each["range"])): each for each in places}
    return [types.Location(each["uri"], range_(each["range"])) for each in unique.values()] or None
