"""The links of a text to journals, as facts, and the page that a document's texts make: its headings' anchors, other
ids, and its links with the headings that they stand below. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Analysis, Fact, reads
from tflsp.facts.document_facts import DocumentFacts, by_value, resuming
from tflsp.facts.journal_anchors import Anchor, loosely, numbered
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import Mark, marks
from tflsp.facts.journal_links import Link, leads_to_journal, links_and_mentions
from tflsp.facts.journal_words import label
from tflsp.facts.linked import Page, PageHeading, PageLink, step_meant
from tflsp.text import Span
from tflsp.text.patterns import pattern

PROMOTED = "promoted"
"""A link of a journal's entry to the guide that it was promoted to."""
ORIGIN = "origin"
"""A link of a guide's entry to the journal that it was promoted from."""
LISTED = "listed"
"""A link of the table of experiments that SUMMARY.md has."""

# Behind the link to where an entry came from: how it was put here, and what its lines were then.
MARKER = pattern(r"[ \t]*<!--[ \t]*tflsp:[ \t]*(?P<form>entry|part|also)(?P<hashes>(?:[ \t]+[0-9a-f]{4})*)[ \t]*-->")
_TABLE = pattern(r"<!--[ \t]*tflsp:[ \t]*experiments\b[\s\S]*?(?:<!--[ \t]*/tflsp:[ \t]*experiments\b|\Z)")
# Anchors that are written down, and headings that `marks` does not count among those of journals: quoted, in lists,
# in HTML, with a line below them.
_IDS = pattern(
    r"<[A-Za-z][^<>\n]*?\s(?:id|name)[ \t]*=[ \t]*[\"']?(?P<html>[^\s\"'<>]+)"
    r"|\{[^{}\n]*#(?P<attribute>[^\s{}]+)[^{}\n]*\}"
    r"|^\((?P<label>[^\s()]+)\)=[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_HEADINGS = pattern(
    r"^[ \t>*+\d.)-]*#{1,6}[ \t]+(?P<heading>[^\r\n]*?)(?:[ \t]+#+)?[ \t]*$"
    r"|<h[1-6][^<>]*>(?P<tag>[^\n]*?)</h[1-6]>"
    r"|^[ \t>]*(?P<underlined>[^\s>][^\r\n]*)\r?\n[ \t>]*(?:=+|-+)[ \t]*\r?$",
    re.MULTILINE | re.IGNORECASE,
)
_ATTRIBUTES = pattern(r"[ \t]*\{[^{}]*\}[ \t]*\Z")


@dataclass(frozen=True, slots=True, eq=False)
class JournalLink(Fact):
    """A link to a file of the kinds that journals are kept in, or to a heading of its own document."""

    link: Link
    role: str


@dataclass(frozen=True, slots=True, eq=False)
class GuideLink(Fact):
    """A link that promotion or the table of experiments put into a guide: what tells, at no cost, that it is ours."""


class Outline(NamedTuple):
    """A Markdown text: its headings, the anchors that it has besides, its links and what they are there for."""

    headings: tuple[Mark, ...]
    ids: frozenset[str]
    links: tuple[tuple[Link, str], ...]


@reads("markdown")
def journal_link_facts(region: Region) -> Iterator[JournalLink | GuideLink]:
    """The links of a chunk to journals; what it only shows has none."""
    if region.parent is None:
        for link, role in _links(region.text):
            yield JournalLink(region, link.span, link, role)
            if role in (ORIGIN, LISTED):
                yield GuideLink(region, link.span)


@by_value
def link_paths(facts: DocumentFacts) -> frozenset[str]:
    """The paths of a document's links. Ask by ``facts.derive``."""
    return facts.gather(JournalLink, _paths) - {""}


@by_value
def own_page(facts: DocumentFacts) -> Page:
    """The document itself as links see it; its links are in the order of its facts. Ask by ``facts.derive``."""
    return facts.derive(_page)[1]


@resuming
def _page(facts: DocumentFacts) -> tuple[Sequence[tuple[object, ...]], Page]:
    """The page, and what it was made of: most of what is typed changes neither."""
    chunks = [analysis for _, analysis in facts.analysed if analysis.root.language == "markdown"]
    said = [analysis.once(_said) for analysis in chunks]
    before = facts.before(_page)
    if before is not None and before[0] == said:
        return before
    return said, page_of([analysis.once(outline_in) for analysis in chunks])


def _said(analysis: Analysis) -> tuple[object, ...]:
    """What a chunk says to links, in its order, without places."""
    outline = analysis.once(outline_in)
    places: list[tuple[int, object]] = [(mark.start, (mark.level, mark.title)) for mark in outline.headings]
    places += [(link.span.start, (link.path, link.fragment, role)) for link, role in outline.links]
    places.sort(key=lambda each: each[0])
    return (outline.ids, *(what for _, what in places))


def outline_of(text: str) -> Outline:
    return Outline(_headings(text), _ids(text), tuple(_links(text)))


def numbered_headings(texts: Sequence[Analysis]) -> Iterator[Anchor]:
    """The anchors of chunks of Markdown, with their places."""
    return numbered(analysis.once(outline_in).headings for analysis in texts)


def page_of(outlines: Sequence[Outline]) -> Page:
    """The page that texts make together."""
    headings: list[PageHeading] = []
    links: list[PageLink] = []
    anchors = numbered(outline.headings for outline in outlines)
    above: list[tuple[int, str]] = []
    for outline in outlines:
        waiting = iter(outline.links)
        next_link = next(waiting, None)
        for mark in outline.headings:
            while next_link is not None and next_link[0].span.start < mark.start:
                links.append(_placed(*next_link, above))
                next_link = next(waiting, None)
            anchor = next(anchors)
            headings.append(PageHeading(anchor.name, mark.title, mark.level))
            while above and above[-1][0] >= mark.level:
                above.pop()
            above.append((mark.level, anchor.name))
        while next_link is not None:
            links.append(_placed(*next_link, above))
            next_link = next(waiting, None)
    return Page(tuple(headings), frozenset[str]().union(*(outline.ids for outline in outlines)), tuple(links))


def _placed(link: Link, role: str, above: Sequence[tuple[int, str]]) -> PageLink:
    # Only of these it is asked.
    step = step_meant(link.text) if role == ORIGIN else 0
    return PageLink(link.path, link.fragment, role, tuple(name for _, name in above), step)


def outline_in(analysis: Analysis) -> Outline:
    """The outline of a chunk of Markdown. Ask by ``analysis.once``."""
    text = analysis.root.text
    links = tuple((each.link, each.role) for each in analysis.of(JournalLink))
    return Outline(_headings(text), _ids(text), links)


def _headings(text: str) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks(text) if mark.level)


def _ids(text: str) -> frozenset[str]:
    return frozenset(_found_ids(text))


def _found_ids(text: str) -> Iterator[str]:
    for found in _IDS.finditer(text):
        written = found["html"] or found["attribute"] or found["label"]
        yield from (written, written.lower())
    for found in _HEADINGS.finditer(text):
        title = found["heading"] or found["tag"] or found["underlined"] or ""
        yield from (loosely(title), loosely(_ATTRIBUTES.sub("", title)))


def _links(text: str) -> Iterator[tuple[Link, str]]:
    if "](" not in text and "]:" not in text:
        return
    table = [found.span() for found in _TABLE.finditer(text)] if "tflsp:" in text else []
    for item in links_and_mentions(text):
        if isinstance(item, Link) and leads_to_journal(item):
            yield item, _role(text, item.span, table)


def _role(text: str, span: Span, table: Iterable[tuple[int, int]]) -> str:
    if any(start <= span.start < end for start, end in table):
        return LISTED
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = text[start : len(text) if end < 0 else end].rstrip("\r")
    if MARKER.search(line, span.end - start):
        return ORIGIN
    found = label(line, Kind.STEP)
    return PROMOTED if found is not None and found.field == "guide" else ""


def _paths(analysis: Analysis) -> Iterable[str]:
    return frozenset(each.link.path for each in analysis.of(JournalLink))
