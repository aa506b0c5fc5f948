"""Who leads to a heading: links of the whole workspace, and the numbers by which its own document mentions a step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tflsp.checking.linked_files import path_from
from tflsp.dataclass import dataclass
from tflsp.facts.journal_anchors import Anchor, find_anchor
from tflsp.facts.journal_links import Link, Mention
from tflsp.server.session import Session
from tflsp.server.workspace.journals import Known
from tflsp.server.workspace.sources import Pointed, Source, items, link_path, pointed_from, source_at


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link or a mention in stretch number ``part`` of a document, and the heading that it leads to."""

    source: Source
    part: int
    item: Link | Mention
    anchor: Anchor


async def heading_from(session: Session, uri: str, position: Mapping[str, Any]) -> tuple[Pointed, Anchor] | None:
    """What an open journal has at an LSP position, and the heading that it leads to; None where it leads to none.

    Waits for the first reading of all journals: a link that nobody knows of yet would break by a rename. None too where
    the heading was typed away meanwhile.
    """
    pointed = await pointed_from(session, uri, position)
    if pointed is None or pointed.anchor is None:
        return None
    anchor = pointed.anchor
    if not session.scan.was_read:
        await session.scan.read_once()
        pointed = await pointed_from(session, uri, position)
    return (pointed, anchor) if pointed is not None and pointed.anchor == anchor else None


async def pointers_to(session: Session, target: Source) -> list[Pointer]:
    """All that leads to a heading of a document, wherever it stands."""
    sources = [target]
    for path in await linking(session, target):
        if path != target.path and (source := await source_at(session, path)) is not None:
            sources.append(source)
    return await asyncio.to_thread(lambda: [each for source in sources for each in _pointers(session, source, target)])


async def linking(session: Session, target: Source) -> list[Path]:
    """The files with links into a document."""
    known = await session.journals.known()
    return await asyncio.to_thread(lambda: sorted(_linking(session, known, target)))


def _linking(session: Session, known: Iterable[Known], target: Source) -> Iterator[Path]:
    for each in known:
        if each.path is None or target.path is None:
            continue
        # Most links lead elsewhere by their last part already.
        paths = {link.path for link in each.record.links if link.fragment and link.path.endswith(target.path.name)}
        if paths:
            root = session.root_of(each.uri)
            if any(path_from(each.path, path, root) == target.path for path in paths):
                yield each.path


def _pointers(session: Session, source: Source, target: Source) -> Iterator[Pointer]:
    for part, item in items(source):
        anchor = None
        match item:
            case Mention() if source is target:
                anchor = source.step(item.number)
            case Link() if item.fragment and _leads(session, source, item, target):
                anchor = find_anchor(target.anchors, item.fragment)
        if anchor is not None:
            yield Pointer(source, part, item, anchor)


def _leads(session: Session, source: Source, link: Link, target: Source) -> bool:
    if not link.path:
        return source is target
    return target.path is not None and link_path(session, source, link.path) == target.path
