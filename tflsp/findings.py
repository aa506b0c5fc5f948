"""Findings: matches with their places in the document, and fixes as edits of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tflsp.bad_examples import is_bad_example
from tflsp.dataclass import dataclass, field, replace
from tflsp.documents.document import Chunk
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import Located, place, place_edit
from tflsp.rules.base import Edit, Fix, LineInFile, Match, Related, Rule, Safety, Severity, Tag
from tflsp.rules.pages import page
from tflsp.text import Span, TextEdit

NOWHERE: Mapping[Chunk, Chunk] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FindingFix:
    """A fix in the coordinates of the finding's part.

    ``chunks`` are those that the edits stand in, one for each; empty where all stand in the finding's own.
    """

    code: str
    key: str
    arguments: Mapping[str, object]
    safety: Safety
    edits: tuple[TextEdit, ...]
    lines: tuple[LineInFile, ...] = ()
    chunks: tuple[Chunk, ...] = field(default=(), repr=False, compare=False)

    def title(self, language: str = "en") -> str:
        return page(self.code).say(language, self.key, self.arguments)


@dataclass(frozen=True, slots=True)
class FindingRelated:
    """Another place that explains the finding."""

    code: str
    key: str
    span: Span
    part: int

    def message(self, language: str = "en") -> str:
        return page(self.code).say(language, self.key, {})


@dataclass(frozen=True, slots=True)
class Finding:
    """One warning: what, how severe, and where.

    ``span`` is in the text of the document's part, ``local`` in that of the chunk. ``fact_span`` and ``local_fact`` are
    the whole statement (the command, the call) that the finding is about. ``language`` is that of the innermost region.
    """

    rule: Rule
    severity: Severity
    key: str
    arguments: Mapping[str, object]
    chunk: Chunk = field(repr=False)  # its text is the document's: no matter for logs
    span: Span
    fact_span: Span
    local: Span
    local_fact: Span
    language: str
    fixes: tuple[FindingFix, ...] = ()
    related: tuple[FindingRelated, ...] = ()
    tags: tuple[Tag, ...] = ()

    @property
    def part(self) -> int:
        """The index of the document's part that the finding stands in."""
        return self.chunk.part

    @property
    def cell(self) -> int | None:
        """The 0-based index of the notebook cell or percent cell, whose source is the chunk's text."""
        return self.chunk.cell

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def name(self) -> str:
        return self.rule.name

    @property
    def url(self) -> str:
        """Where the rule's page lies."""
        return page(self.code).path.as_uri()

    def message(self, language: str = "en") -> str:
        return page(self.code).say(language, self.key, self.arguments)


def resolve(rule: Rule, match: Match, chunk: Chunk, severity: Severity) -> Finding:
    """A match with its place; a severity from settings (in ``severity``) stands above the match's own."""
    fact = match.fact
    local, local_fact = fact.region.to_root(match.span), fact.region.to_root(fact.span)
    severity = severity if severity is not rule.severity else match.severity or severity
    shown = not rule.even_in_bad_examples and is_bad_example(fact.region, local_fact.start)
    if shown:
        severity = Severity.HINT
    return Finding(
        rule=rule,
        severity=severity,
        key=match.message,
        arguments=match.arguments,
        chunk=chunk,
        span=chunk.map.span(local),
        fact_span=chunk.map.span(local_fact),
        local=local,
        local_fact=local_fact,
        language=fact.region.language,
        fixes=tuple(_fix(rule, fix, fact, chunk, shown=shown) for fix in match.fixes),
        related=tuple(_related(rule, related, chunk) for related in match.related),
        tags=match.tags,
    )


def moved(finding: Finding, chunk: Chunk, now: Mapping[Chunk, Chunk] = NOWHERE) -> Finding | None:
    """The finding after its chunk moved, or None where it has to be resolved anew.

    ``now`` says what the other chunks are that its fixes stand in. One with related places speaks of one chunk.
    """
    by = _moved_by(finding.chunk, chunk)
    if by is None:
        return None
    fixes = []
    for fix in finding.fixes:
        after = _moved_fix(fix, by) if not fix.chunks else _moved_with(fix, now)
        if after is None:
            return None
        fixes.append(after)
    # Written out: a key is waited for, and moves all findings behind it.
    return Finding(
        finding.rule,
        finding.severity,
        finding.key,
        finding.arguments,
        chunk,
        finding.span.shift(by),
        finding.fact_span.shift(by),
        finding.local,
        finding.local_fact,
        finding.language,
        tuple(fixes),
        tuple([replace(related, span=related.span.shift(by)) for related in finding.related]),
        finding.tags,
    )


def stays_in_chunk(match: Match) -> bool:
    """Whether all that the match speaks of lies in one chunk, so that it moves as a whole."""
    return all(edit.chunk is None for fix in match.fixes for edit in fix.edits) and not any(
        isinstance(related.where, Located) for related in match.related
    )


def chunks_of(match: Match) -> tuple[Chunk, ...]:
    """The chunks that a match of a whole document speaks of, its own first."""
    own = (match.chunk,) if match.chunk is not None else ()
    edited = [edit.chunk for fix in match.fixes for edit in fix.edits if edit.chunk is not None]
    related = [related.where.chunk for related in match.related if isinstance(related.where, Located)]
    return tuple(dict.fromkeys((*own, *edited, *related)))


def rebound(match: Match, now: Mapping[Chunk, Chunk]) -> Match:
    """The match after its chunks moved; ``now`` says what each of them is now."""

    def located(where: Fact | Located[Any]) -> Fact | Located[Any]:
        return Located(where.fact, now[where.chunk]) if isinstance(where, Located) else where

    def edited(edit: Edit) -> Edit:
        return replace(edit, chunk=now[edit.chunk]) if edit.chunk is not None else edit

    return replace(
        match,
        where=located(match.where),
        fixes=tuple(replace(fix, edits=tuple(map(edited, fix.edits))) for fix in match.fixes),
        related=tuple(replace(related, where=located(related.where)) for related in match.related),
    )


def _moved_by(before: Chunk, now: Chunk) -> int | None:
    """By how many code points a chunk moved; None where it did more than that."""
    return now.map.moved_from(before.map) if now.part == before.part else None


def _moved_fix(fix: FindingFix, by: int) -> FindingFix:
    edits = tuple([TextEdit(edit.span.shift(by), edit.new_text) for edit in fix.edits])
    return FindingFix(fix.code, fix.key, fix.arguments, fix.safety, edits, fix.lines)


def _moved_with(fix: FindingFix, now: Mapping[Chunk, Chunk]) -> FindingFix | None:
    """A fix after its chunks moved, each by itself."""
    edits, chunks = [], []
    for edit, before in zip(fix.edits, fix.chunks, strict=True):
        chunk = now.get(before)
        by = _moved_by(before, chunk) if chunk is not None else None
        if chunk is None or by is None:
            return None
        edits.append(TextEdit(edit.span.shift(by), edit.new_text))
        chunks.append(chunk)
    return FindingFix(fix.code, fix.key, fix.arguments, fix.safety, tuple(edits), fix.lines, tuple(chunks))


def _fix(rule: Rule, fix: Fix, fact: Fact, chunk: Chunk, *, shown: bool) -> FindingFix:
    edits = tuple(_edit(edit, fact, chunk) for edit in fix.edits)
    # A mistake that is shown on purpose must not be mended in passing.
    safety = Safety.UNSAFE if shown and fix.safety is Safety.SAFE else fix.safety
    chunks = tuple([edit.chunk or chunk for edit in fix.edits])
    is_elsewhere = any(each is not chunk for each in chunks)
    return FindingFix(rule.code, fix.title, fix.arguments, safety, edits, fix.lines, chunks if is_elsewhere else ())


def _edit(edit: Edit, fact: Fact, chunk: Chunk) -> TextEdit:
    region, chunk = edit.region or fact.region, edit.chunk or chunk
    text = edit.new_text
    if "\n" in text and "\r\n" in region.text:
        # Rules write \n; a text keeps the line ends that it has.
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return place_edit(chunk, region, TextEdit(edit.span, text))


def _related(rule: Rule, related: Related, chunk: Chunk) -> FindingRelated:
    if isinstance(related.where, Located):
        return FindingRelated(rule.code, related.message, related.where.place(related.span), related.where.chunk.part)
    return FindingRelated(rule.code, related.message, place(chunk, related.where.region, related.span), chunk.part)
