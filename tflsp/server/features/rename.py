"""textDocument/prepareRename and rename: the title of a step, or of another heading of a journal, with all links to it.

A step keeps its number. Anchors of other headings that change along (the second of two equal titles) are followed too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from lsprotocol import types

from tflsp.facts.journal_anchors import Anchor, anchors
from tflsp.facts.journal_links import Link, fragment_like
from tflsp.facts.journal_words import without_separator
from tflsp.server.edits import EditBuilder
from tflsp.server.lsp import plain_position, range_
from tflsp.server.registry import feature
from tflsp.server.session import Session
from tflsp.server.workspace.pointers import Pointer, heading_from, pointers_to
from tflsp.server.workspace.sources import Source, pointed_from
from tflsp.text import Span, TextEdit, apply_edits


@feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
async def prepare_rename(session: Session, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    pointed = await pointed_from(session, params.text_document.uri, plain_position(params.position))
    if pointed is None or pointed.item is not None or pointed.anchor is None:
        return None
    title = _title(pointed.source, pointed.anchor)
    where = pointed.source.location(pointed.part, title, session)
    text = title.of(pointed.source.journal.stretches[pointed.part].text)
    return types.PrepareRenamePlaceholder(range_(where["range"]), text)


@feature(types.TEXT_DOCUMENT_RENAME)
async def rename(session: Session, params: types.RenameParams) -> types.WorkspaceEdit | None:
    name = " ".join(params.new_name.split())
    found = await heading_from(session, params.text_document.uri, plain_position(params.position)) if name else None
    if found is None:
        return None
    pointed, anchor = found
    source = pointed.source
    pointers = await pointers_to(session, source)
    edits = await asyncio.to_thread(lambda: list(_edits(source, anchor, name, pointers)))
    return _built(session, edits)


def _title(source: Source, anchor: Anchor) -> Span:
    """Where the title of a heading stands: of an entry what is its own, behind its word and number."""
    line = source.journal.stretches[anchor.part].text[anchor.start : anchor.end]
    whole = line.rfind(anchor.title)
    entry = source.entry_at(anchor)
    own = anchor.title if entry is None else entry.head.title
    if own and (at := anchor.title.rfind(own)) >= 0:
        start = anchor.start + whole + at
        return Span(start, start + len(own))
    end = anchor.start + whole + len(anchor.title)
    return Span(end, end)


def _edits(
    source: Source, anchor: Anchor, name: str, pointers: list[Pointer]
) -> Iterator[tuple[Source, int, TextEdit]]:
    """The edits of all documents, each with the number of its stretch."""
    stretch = source.journal.stretches[anchor.part]
    place = _title(source, anchor)
    entry = source.entry_at(anchor)
    written = name
    if entry is not None and not entry.head.title:
        written = ("：" if entry.language == "zh" else ": ") + name
    elif entry is not None:
        written = without_separator(name)
    yield source, anchor.part, TextEdit(place, written)
    texts = [each.text for each in source.journal.stretches]
    texts[anchor.part] = apply_edits(stretch.text, [TextEdit(place, written)])
    renamed = list(anchors(texts))
    if len(renamed) != len(source.anchors):
        return
    now = {(old.part, old.start): new for old, new in zip(source.anchors, renamed, strict=True)}
    for pointer in pointers:
        if isinstance(pointer.item, Link):
            new = now[pointer.anchor.part, pointer.anchor.start]
            yield from _link_edits(pointer, pointer.item, pointer.anchor, new)


def _link_edits(pointer: Pointer, link: Link, old: Anchor, new: Anchor) -> Iterator[tuple[Source, int, TextEdit]]:
    if link.fragment_span is not None and old.name != new.name:
        text = pointer.source.journal.stretches[pointer.part].text
        fragment = fragment_like(link.fragment_span.of(text), new.name)
        yield pointer.source, pointer.part, TextEdit(link.fragment_span, fragment)
    if link.text and link.text == old.title != new.title:
        yield pointer.source, pointer.part, TextEdit(link.text_span, new.title)


def _built(session: Session, edits: list[tuple[Source, int, TextEdit]]) -> types.WorkspaceEdit:
    builder = EditBuilder(session)
    for source, part, edit in edits:
        number, outer = source.written(part, edit)
        if source.state is not None:
            builder.edit(source.state, number, [outer])
        else:
            builder.edit_file(source.uri, source.document.text, [outer])
    return builder.build()
