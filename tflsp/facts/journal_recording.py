"""A document's journal as a record of the workspace's index, and a record without what is secret in it.

Pure: one document in, one record out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from tflsp.dataclass import replace
from tflsp.documents.document import Document
from tflsp.documents.opening import open_text
from tflsp.facts.base import analyse
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal import Journal, JournalEntry, Stretch, is_journal, read_journal
from tflsp.facts.journal_anchors import anchors
from tflsp.facts.journal_entries import DOCUMENTS, Conclusion, ErrorLog, Goal, Kind, Step
from tflsp.facts.journal_fields import entry_of
from tflsp.facts.journal_incidents import Incident, incidents_of
from tflsp.facts.journal_lines import inline
from tflsp.facts.journal_links import Link, leads_to_journal, links_and_mentions
from tflsp.facts.journal_records import (
    NO_RECORD,
    EntryRecord,
    IncidentRecord,
    JournalRecord,
    LinkRecord,
    Where,
)
from tflsp.facts.journal_words import Heading
from tflsp.facts.masking import hidden, masked
from tflsp.text import Encoding, LineIndex, Span

# Code points of a text that are kept.
LONGEST = 160
# Code points of an entry whose fields are kept.
_KEPT = 4_000
# Values of one file; a person has fewer.
MOST = 20_000


def record_of(
    document: Document, encoding: Encoding = Encoding.UTF16, journal: Journal | None = None, *, by_cells: bool = False
) -> JournalRecord:
    """The record of a document of any kind; ``journal`` is what it holds, where that was read already.

    ``by_cells``: places in a raw notebook are those in its cells' texts, and their part is the cell's number.
    """
    if document.kind not in DOCUMENTS:
        return NO_RECORD
    journal = journal or read_journal(document)
    return _Reading(document, journal, encoding, by_cells=by_cells and document.kind == "notebook").record()


class _Reading:
    def __init__(self, document: Document, journal: Journal, encoding: Encoding, *, by_cells: bool) -> None:
        self.document = document
        self.journal = journal
        self.encoding = encoding
        self.numbers = {id(stretch): number for number, stretch in enumerate(journal.stretches)}
        self.anchors = tuple(anchors(stretch.text for stretch in journal.stretches))
        self.at = {(each.part, each.start): each for each in self.anchors}
        self.by_cells = by_cells
        self.cells: dict[int, LineIndex] = {}  # the lines of cells that something stands in

    def record(self) -> JournalRecord:
        incidents = tuple(incidents_of(self.journal, self.anchors))[:MOST]
        prints = {id(each.entry): each.fingerprint for each in reversed(incidents) if each.entry is not None}
        entries = tuple(self._entry(each, prints.get(id(each), "")) for each in self.journal.entries[:MOST])
        read = {entry.kind: entry.entry for entry in reversed(self.journal.of(Kind.GOAL, Kind.CONCLUSION))}
        goal, conclusion = read.get(Kind.GOAL), read.get(Kind.CONCLUSION)
        ended = conclusion if isinstance(conclusion, Conclusion) else Conclusion()
        return JournalRecord(
            bool(entries) and is_journal(self.document, self.journal),
            self.journal.language("en"),
            self._title(),
            short(goal.criterion or goal.question) if isinstance(goal, Goal) else "",
            ended.goal_met,
            short(ended.best),
            short(ended.text),
            entries,
            tuple(map(self._incident, incidents)),
            tuple(self._links())[:MOST],
        )

    def _title(self) -> str:
        first = self.anchors[0] if self.anchors else None
        return short(first.title) if first is not None and first.level == 1 else ""

    def _entry(self, entry: JournalEntry, fingerprint: str) -> EntryRecord:
        number = self.numbers[id(entry.stretch)]
        anchor = self.at[number, entry.inner.start]
        body = entry.stretch.text[entry.body : entry.inner.end]
        said, changes = (_known_fields if len(body) < _KEPT else _fields)(entry.head, body)
        return EntryRecord(
            entry.kind,
            entry.number,
            short(entry.head.title),
            short(anchor.title),
            anchor.name,
            self._where(entry.stretch, Span(anchor.start, anchor.end)),
            self._where(entry.stretch, entry.inner),
            entry.stretch.cell,
            said,
            changes,
            fingerprint,
        )

    def _incident(self, found: Incident) -> IncidentRecord:
        stretch = self.journal.stretches[found.part]
        anchor = found.anchor
        where = self._where(stretch, found.span)
        head = where if anchor is None else self._where(stretch, Span(anchor.start, anchor.end))
        return IncidentRecord(
            found.fingerprint,
            short(anchor.title) if anchor is not None else "",
            found.step,
            short(found.solution),
            where,
            head,
        )

    def _links(self) -> Iterator[LinkRecord]:
        for stretch in self.journal.stretches:
            for link in links_and_mentions(stretch.text):
                if isinstance(link, Link) and leads_to_journal(link):
                    yield LinkRecord(link.path, link.fragment, self._where(stretch, link.span))

    def _where(self, stretch: Stretch, span: Span) -> Where:
        part = stretch.part
        if self.by_cells and stretch.cell is not None:
            part = stretch.cell
            lines = self.cells.get(part) or self.cells.setdefault(part, LineIndex(stretch.text))
        else:
            lines, span = self.document.parts[part].lines, stretch.map.span(span)
        start, end = lines.position(span.start, self.encoding), lines.position(span.end, self.encoding)
        return part, start.line, start.character, end.line, end.character


def _fields(head: Heading, body: str) -> tuple[str, tuple[tuple[str, str, str], ...]]:
    """What matters most of an entry, and a step's changes."""
    changes: tuple[tuple[str, str, str], ...] = ()
    match entry_of(head, body):
        case Step() as step:
            said = step.result
            changes = tuple((short(each.name), short(each.old), short(each.new)) for each in step.changes[:50])
        case Goal() as goal:
            said = goal.criterion or goal.question
        case ErrorLog() as error:
            said = error.solution
        case Conclusion() as conclusion:
            said = conclusion.best or conclusion.text
        case passage:
            said = passage.text
    return short(said), changes


# Of a long journal that is typed in, one entry changes at a time.
_known_fields = lru_cache(maxsize=8_192)(_fields)


def without_secrets(record: JournalRecord) -> JournalRecord:
    """The record with dots for what is secret in its texts: they are shown where their document is not."""
    texts = list(dict.fromkeys(_texts(record)))
    joined = "\n".join(texts)
    document = open_text("a.txt", joined, "plaintext")
    facts = DocumentFacts(document, [(chunk, analyse(chunk.key)) for chunk in document.chunks])
    secrets = hidden(facts).of_part(0)
    if not secrets:
        return record
    known = dict(zip(texts, masked(joined, Span(0, len(joined)), secrets).split("\n"), strict=True))
    return replace(
        record,
        title=known[record.title],
        goal=known[record.goal],
        best=known[record.best],
        conclusion=known[record.conclusion],
        entries=tuple(_entry_without(each, known) for each in record.entries),
        incidents=tuple(
            replace(each, heading=known[each.heading], solution=known[each.solution]) for each in record.incidents
        ),
    )


def _texts(record: JournalRecord) -> Iterator[str]:
    """The texts that people read, each on one line."""
    yield from (record.title, record.goal, record.best, record.conclusion)
    for entry in record.entries:
        yield from (entry.title, entry.heading, entry.said)
        for change in entry.changes:
            yield from change
    for incident in record.incidents:
        yield from (incident.heading, incident.solution)


def _entry_without(entry: EntryRecord, known: Mapping[str, str]) -> EntryRecord:
    changes = tuple((known[name], known[old], known[new]) for name, old, new in entry.changes)
    texts = {name: known[getattr(entry, name)] for name in ("title", "heading", "said")}
    return replace(entry, changes=changes, **texts)


def short(text: str) -> str:
    """The beginning of a text, on one line."""
    line = inline(text[: 4 * LONGEST])
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
