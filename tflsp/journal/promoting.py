"""Planning a promotion: a step or an error becomes an entry of a guide, linked both ways; a second time it is updated.

What is there is found by the link to its source. The plan is tried before it is given: the journal must read as before.
"""

from __future__ import annotations

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal import Journal, JournalEntry, read_journal
from tflsp.facts.journal_anchors import anchors
from tflsp.facts.journal_entries import ErrorLog, Kind, Step
from tflsp.facts.journal_lines import lines
from tflsp.facts.journal_words import label
from tflsp.journal.guide_edits import added, own_origin, updated
from tflsp.journal.guide_entries import Source, title_of
from tflsp.journal.guides import BEGINNINGS, Guide, Section, language_of, section_at, sections
from tflsp.journal.link_paths import destination, links, promoted_line, relative
from tflsp.journal.markdown import difference
from tflsp.journal.masking import entry_without_secrets
from tflsp.journal.reading import journal_of
from tflsp.journal.refusals import Refusal
from tflsp.journal.source_edits import appended, writer
from tflsp.text import Span, TextEdit, apply_edits


class NotPromoted(Refusal):
    """Why nothing is promoted."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What is to be done: an edit of the guide (of ``guide_text``), and edits of the journal's parts.

    ``title`` is the entry's in the guide, ``created`` whether it was not there before. Edits are empty where all is as
    it should be.
    """

    guide: Guide
    title: str
    created: bool
    guide_text: str
    guide_edits: tuple[TextEdit, ...]
    source_edits: tuple[tuple[int, TextEdit], ...]

    @property
    def is_empty(self) -> bool:
        return not self.guide_edits and not self.source_edits


def promotable(journal: Journal) -> list[JournalEntry]:
    """The entries that can be promoted."""
    return journal.of(Kind.STEP, Kind.ERROR)


def plan_promotion(
    document: Document,
    entry: JournalEntry,
    guide: Guide,
    *,
    source_path: str,
    guide_path: str,
    guide_text: str,
    fingerprint: str = "",
    language: str = "en",
) -> Promotion:
    """Promote an entry of a document into a guide whose text is this (empty where it is to be made).

    Paths are from one folder, with slashes. ``language`` is that of a guide that has none. Raises NotPromoted.
    """
    told = entry.entry
    if not isinstance(told, Step | ErrorLog):
        raise NotPromoted("not-promotable")
    told = entry_without_secrets(told)
    if source_path == guide_path:
        raise NotPromoted("guide-itself")
    journal = journal_of(document)
    language = language_of(guide_text, journal.language(language))
    anchor = _anchor(document, entry)
    source = Source(relative(source_path, guide_path), anchor, told, fingerprint)
    old = guide_text
    text = guide_text if guide_text.strip("\ufeff \t\r\n") else BEGINNINGS[guide][language]
    own = own_origin(text, source, source_path, guide_path)
    new = added(text, guide, source, language) if own is None else updated(text, guide, source, language, own)
    new_own = own_origin(new, source, source_path, guide_path)
    where = None
    if new_own is not None and guide is not Guide.SUMMARY:
        where = section_at(sections(new), new_own.line.start, above=1)
    if new_own is None or (
        own is None and new_own.form == "entry" and not _is_headed(new, guide, where, source, language)
    ):
        raise NotPromoted("swallowed")
    target = _anchor_at(new, where) if where is not None else ""
    return Promotion(
        guide,
        where.title if where is not None else title_of(told, language),
        own is None,
        old,
        difference(old, new),
        _linked_back(document, journal, entry, relative(guide_path, source_path), target),
    )


def _is_headed(text: str, guide: Guide, where: Section | None, source: Source, language: str) -> bool:
    """Whether a new entry stands below its own heading."""
    if guide is Guide.SUMMARY:
        return True
    title = title_of(source.entry, language).strip("# ")
    return where is not None and text[where.start : where.body].strip("# ") == title


def _anchor(document: Document, entry: JournalEntry) -> str:
    """The anchor of an entry's heading; empty in what is no Markdown file."""
    if document.kind != "markdown":
        return ""
    return next((each.name for each in anchors([entry.stretch.text]) if each.start == entry.inner.start), "")


def _anchor_at(text: str, section: Section) -> str:
    return next((each.name for each in anchors([text]) if each.start == section.start), "")


# The link back


def _linked_back(
    document: Document, journal: Journal, entry: JournalEntry, path: str, anchor: str
) -> tuple[tuple[int, TextEdit], ...]:
    """The edit of the journal by which its entry links to the guide."""
    text, inner = entry.stretch.text, entry.inner
    target = destination(path, anchor)
    at, last = entry.body, None
    for line, is_shown in lines(text[entry.body : inner.end]):
        at = text.index(line, at)
        found = None if is_shown else label(line, entry.kind)
        if found is not None and found.field == "guide":
            last = Span(at, at + len(line))
            for link in links(line):
                if link.path == path:
                    if destination(link.path, link.fragment) == target:
                        return ()
                    where = link.target.shift(at)
                    return (_tried(document, journal, entry, TextEdit(where, target)),)
        at += len(line)
    line = promoted_line(entry.language, path, target)
    place = inner.end if last is None else last.end
    follows_field = entry.kind is Kind.STEP and text[entry.body : inner.end].rpartition("\n")[2].startswith("- ")
    blank = last is None and not follows_field
    return (_tried(document, journal, entry, appended(text, place, line, blank=blank)),)


def _tried(document: Document, journal: Journal, entry: JournalEntry, edit: TextEdit) -> tuple[int, TextEdit]:
    """The edit in the document's own text. Raises NotPromoted where the journal would read otherwise with it."""
    part = entry.stretch.part
    outer = writer(document)(entry.stretch, edit)
    after = read_journal(document.edited(outer, part)).entries
    place = (part, entry.span.start)
    same = len(after) == len(journal.entries) and all(
        new.entry == old.entry if (old.stretch.part, old.span.start) == place else new.text == old.text
        for old, new in zip(journal.entries, after, strict=True)
    )
    if not same:
        raise NotPromoted("no-link")
    return part, outer


def applied(promotion: Promotion) -> str:
    """The guide's text when the promotion is done."""
    return apply_edits(promotion.guide_text, promotion.guide_edits)
