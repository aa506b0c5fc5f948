"""Links between journals, with the heading's line in the target, and in the tooltip what a link leads to, or that it
leads nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types

from tflsp.facts.journal_anchors import Anchor, find_anchor
from tflsp.facts.journal_entries import DOCUMENTS
from tflsp.facts.journal_links import Link, leads_to_journal
from tflsp.facts.journal_recording import short
from tflsp.server.explain.words import say
from tflsp.server.lsp import range_
from tflsp.server.places import Place
from tflsp.server.workspace.cell_places import link_to_heading
from tflsp.server.workspace.sources import Source, items, link_path, source_at, source_of

# A page has fewer; further targets are not looked into.
_MOST_TARGETS = 200


async def journal_links(place: Place) -> list[types.DocumentLink]:
    """The links of a text to journals. VS Code has those of Markdown, in cells as well."""
    document = place.analysed.state.document
    if document.kind not in DOCUMENTS:
        return []
    if place.session.client.is_vscode and (document.kind == "markdown" or place.opened.is_notebook):
        return []
    here = source_of(place.session, place.opened)
    if here.state is not place.analysed.state:
        return []
    found = await asyncio.to_thread(_links, here, place.number)
    paths = {path for _, link in found if link.path and (path := link_path(place.session, here, link.path))}
    targets = {path: await source_at(place.session, path) for path in sorted(paths)[:_MOST_TARGETS]}
    return await asyncio.to_thread(
        lambda: [made for part, link in found if (made := _made(place, here, part, link, targets)) is not None]
    )


def _links(here: Source, number: int) -> list[tuple[int, Link]]:
    return [
        (part, item)
        for part, item in items(here)
        if isinstance(item, Link) and leads_to_journal(item) and here.journal.stretches[part].part == number
    ]


def _made(
    place: Place, here: Source, part: int, link: Link, targets: Mapping[Path, Source | None]
) -> types.DocumentLink | None:
    path = link_path(place.session, here, link.path) if link.path else None
    source = here if not link.path else targets.get(path) if path is not None else None
    span = here.journal.stretches[part].map.span(link.target)
    where = range_(place.range(span))
    if source is None:
        return None
    anchor = find_anchor(source.anchors, link.fragment) if link.fragment else None
    tooltip = None
    if place.session.client.link_tooltips:
        tooltip = _tooltip(place, source, link, anchor)
    return types.DocumentLink(where, target=_target(place, source, anchor), tooltip=tooltip)


def _target(place: Place, source: Source, anchor: Anchor | None) -> str:
    if anchor is None:
        return source.uri
    if (link := link_to_heading(source, anchor, place.session)) is not None:
        return link
    heading = source.heading(anchor, place.session)
    uri, line = heading["uri"], heading["range"]["start"]["line"]
    return str(uri) if "#" in uri else f"{uri}#L{line + 1}"


def _tooltip(place: Place, source: Source, link: Link, anchor: Anchor | None) -> str | None:
    if anchor is not None:
        return short(anchor.title)
    if not source.page.offers(link.fragment):
        return say("no-heading", place.language, name=source.name, heading=link.fragment)
    return None
