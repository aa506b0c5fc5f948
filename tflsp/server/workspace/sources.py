"""Documents by their path, open or not; and what a journal's link, mention or heading under a cursor leads to.

An open document stands above its file. Files are read when somebody asks, and not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tflsp.checking.linked_files import LARGEST, page_of_document, path_from
from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk, Document
from tflsp.documents.opening import open_bytes
from tflsp.facts.journal import Journal, JournalEntry, Stretch
from tflsp.facts.journal_anchors import Anchor, anchors, find_anchor
from tflsp.facts.journal_entries import DOCUMENTS, Kind
from tflsp.facts.journal_links import Link, Mention, links_and_mentions
from tflsp.facts.linked import Page
from tflsp.journal.reading import journal_of
from tflsp.server.convert import offset_of, range_of
from tflsp.server.documents import Opened, State
from tflsp.server.journal.targets import is_virtual, notebook_of
from tflsp.server.session import Session
from tflsp.server.uris import path_of, uri_of, within
from tflsp.text import Span, TextEdit, written_outside


@dataclass(frozen=True, eq=False)
class Source:
    """A document and where it comes from; ``state`` is that of an open one."""

    uri: str
    path: Path | None
    document: Document
    uris: tuple[str, ...]
    state: State | None = None

    @cached_property
    def journal(self) -> Journal:
        return journal_of(self.document)

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """The headings; their parts are numbers of the journal's stretches."""
        return tuple(anchors(stretch.text for stretch in self.journal.stretches))

    @cached_property
    def page(self) -> Page:
        """The document as links see it."""
        return page_of_document(self.document) or Page()

    @cached_property
    def entries(self) -> dict[tuple[int, int], JournalEntry]:
        """Entries by their stretch's number and their start in it."""
        numbers = {id(stretch): number for number, stretch in enumerate(self.journal.stretches)}
        return {(numbers[id(entry.stretch)], entry.inner.start): entry for entry in self.journal.entries}

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.stem if self.path is not None else self.uri.rsplit("/", 1)[-1]

    def step(self, number: int) -> Anchor | None:
        """The heading of the step with this number."""
        for anchor in self.anchors:
            entry = self.entries.get((anchor.part, anchor.start))
            if entry is not None and entry.kind is Kind.STEP and entry.number == number:
                return anchor
        return None

    def entry_at(self, anchor: Anchor) -> JournalEntry | None:
        """The entry that a heading begins."""
        return self.entries.get((anchor.part, anchor.start))

    def section(self, anchor: Anchor) -> str:
        """The text below a heading, with it: an entry, or all up to the next heading of its level."""
        entry = self.entry_at(anchor)
        if entry is not None:
            return entry.text
        text = self.journal.stretches[anchor.part].text
        following = (each for each in self.anchors if each.part == anchor.part and each.start > anchor.start)
        end = next((each.start for each in following if each.level <= anchor.level), len(text))
        return text[anchor.start : end].rstrip()

    def location(self, part: int, span: Span, session: Session) -> dict[str, Any]:
        """A span of stretch number ``part`` as an LSP Location."""
        stretch = self.journal.stretches[part]
        lines = self.document.parts[stretch.part].lines
        where = range_of(lines, stretch.map.span(span), session.client.encoding)
        return {"uri": self.uris[stretch.part], "range": where}

    def heading(self, anchor: Anchor, session: Session) -> dict[str, Any]:
        """A heading's line as an LSP Location."""
        return self.location(anchor.part, Span(anchor.start, anchor.end), session)

    def written(self, part: int, edit: TextEdit) -> tuple[int, TextEdit]:
        """An edit of stretch number ``part`` as one of the document's part, in that text's own way to write."""
        stretch = self.journal.stretches[part]
        chunk = self._chunk(stretch)
        if chunk is None:  # a Markdown text as it stands
            return stretch.part, TextEdit(stretch.map.span(edit.span), edit.new_text)
        return stretch.part, written_outside(edit, stretch.text, chunk.map, chunk.codec)

    def _chunk(self, stretch: Stretch) -> Chunk | None:
        if self.document.kind == "markdown":
            return None
        return next((chunk for chunk in self.document.chunks if chunk.map is stretch.map), None)


@dataclass(frozen=True, slots=True)
class Pointed:
    """What stands under a cursor: a link, a mention, or a heading (``item`` is None), in stretch number ``part``.

    ``source`` and ``anchor`` are what it leads to; ``anchor`` is None for a file alone, or where there is no such
    heading (``missing``).
    """

    here: Source
    part: int
    span: Span
    item: Link | Mention | None
    source: Source
    anchor: Anchor | None
    missing: str = ""


def opened_at(session: Session, path: Path) -> Opened | None:
    """The open document of a file; none of JupyterLab's virtual ones, which are only parts of it."""
    found = (opened for opened in session.documents if path_of(opened.uri) == path)
    return next((opened for opened in found if not is_virtual(opened)), None)


def source_of(session: Session, opened: Opened) -> Source:
    """An open document as it stands; what was read of it stays until it changes."""
    state, sources = opened.state, session.journals.sources
    known = sources.get(opened)
    if isinstance(known, Source) and known.state is state:
        return known
    uris = tuple(part.uri for part in state.parts)
    path = path_of(notebook_of(opened.uri) if is_virtual(opened) else opened.uri)
    made = Source(opened.uri, path, state.document, uris, state)
    if not opened.closed:
        sources[opened] = made
    return made


async def source_at(session: Session, path: Path) -> Source | None:
    """The document of a file; None where there is none that can be read."""
    opened = opened_at(session, path)
    return source_of(session, opened) if opened is not None else await asyncio.to_thread(_read, path)


def _read(path: Path) -> Source | None:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:
            return None
        document, _ = open_bytes(path.name, path.read_bytes())
    except OSError:
        return None
    uri = uri_of(path)
    return Source(uri, path, document, (uri,))


async def pointed_at(session: Session, opened: Opened, number: int, offset: int) -> Pointed | None:
    """What a journal has at ``offset`` of part ``number`` of an open document, and where that leads."""
    if opened.document.kind not in DOCUMENTS:
        return None
    here = source_of(session, opened)
    found = await asyncio.to_thread(_item_at, here, number, offset)
    return None if found is None else await _followed(session, here, *found)


async def pointed_from(session: Session, uri: str, position: Mapping[str, Any]) -> Pointed | None:
    """What an open journal has at an LSP position, and where that leads."""
    found = session.documents.find(uri)
    if found is None:
        return None
    opened, number = found
    offset = offset_of(opened.document.parts[number].lines, position, session.client.encoding)
    return await pointed_at(session, opened, number, offset)


async def followed(session: Session, here: Source, part: int, item: Link | Mention) -> Pointed | None:
    """Where a link or mention leads; None for nothing of the workspace."""
    return await _followed(session, here, part, item.span, item)


def items(source: Source) -> Iterator[tuple[int, Link | Mention]]:
    """The links and mentions of a document, with the number of their stretch."""
    for part, stretch in enumerate(source.journal.stretches):
        for item in links_and_mentions(stretch.text):
            yield part, item


def _item_at(here: Source, number: int, offset: int) -> tuple[int, Span, Link | Mention | Anchor] | None:
    for part, stretch in enumerate(here.journal.stretches):
        if stretch.part != number or (inner := stretch.map.inwards(offset)) is None:
            continue
        heading = next((each for each in here.anchors if each.part == part and each.start <= inner <= each.end), None)
        for item in links_and_mentions(stretch.text):
            if item.span.start > inner:
                break
            if item.span.touches(inner):
                return part, item.span, item
        if heading is not None:
            return part, Span(heading.start, heading.end), heading
    return None


async def _followed(
    session: Session, here: Source, part: int, span: Span, item: Link | Mention | Anchor
) -> Pointed | None:
    match item:
        case Anchor():
            return Pointed(here, part, span, None, here, item)
        case Mention():
            anchor = await asyncio.to_thread(here.step, item.number)
            return None if anchor is None else Pointed(here, part, span, item, here, anchor)
        case Link():
            source = here
            if item.path:
                path = link_path(session, here, item.path)
                there = await source_at(session, path) if path is not None else None
                if there is None:
                    return None
                source = there
            if not item.fragment or source.document.kind not in DOCUMENTS:
                return Pointed(here, part, span, item, source, None)
            anchor = await asyncio.to_thread(lambda: find_anchor(source.anchors, item.fragment))
            missing = "" if anchor or source.page.offers(item.fragment) else item.fragment
            return Pointed(here, part, span, item, source, anchor, missing)


def link_path(session: Session, here: Source, path: str) -> Path | None:
    """The file that a link's path means; None for one outside of the workspace and the document's own project.

    What a text that somebody else has written names is not looked at all over the machine.
    """
    found = path_from(here.path, path, session.root_of(here.uri))
    if found is None or here.path is None:
        return None
    project = session.projects.root(here.path.parent).path
    roots = [*session.folders.values(), here.path.parent, *([project] if project is not None else [])]
    return found if any(within(found, root) for root in roots) else None


def in_vscode(session: Session, sources: Sequence[Source]) -> bool:
    """Whether all of these are Markdown files in VS Code, which follows links between them itself."""
    return session.client.is_vscode and all(source.document.kind == "markdown" for source in sources)
