"""Findings as plain values: what workers hand back and what formats print. Rows and columns are 1-based code points."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.masking import hidden, masked
from tflsp.findings import Finding, FindingFix
from tflsp.rules.pages import page
from tflsp.text import LineIndex, Position, Span


class Place(NamedTuple):
    """A 1-based row and column, in code points."""

    row: int
    column: int


class EditRecord(NamedTuple):
    """An edit of the file; its places are the file's own, also for notebooks."""

    location: Place
    end_location: Place
    content: str


class LineRecord(NamedTuple):
    """A line that a fix adds to another file; its text is None where it holds a secret."""

    path: str
    line: str | None


class FixRecord(NamedTuple):
    """A fix and how safe it is."""

    title: str
    safety: str
    edits: tuple[EditRecord, ...]
    lines: tuple[LineRecord, ...]


class Record(NamedTuple):
    """A finding. In notebooks ``cell`` (1-based) is set and the places are within the cell."""

    code: str
    name: str
    severity: str
    message: str
    filename: str
    cell: int | None
    location: Place
    end_location: Place
    fix: FixRecord | None
    url: str
    excerpt: tuple[str, ...]  # the lines that the finding runs over, at most a few, with dots for secrets


# How many lines of a long finding are shown.
EXCERPT_LINES = 3


def record_of(finding: Finding, facts: DocumentFacts, filename: str, language: str) -> Record:
    """A finding of a document as a plain value."""
    document, secrets = facts.document, hidden(facts)
    in_cell = document.kind == "notebook" and finding.cell is not None
    lines = _lines(finding.chunk.key.text) if in_cell else document.parts[finding.part].lines
    span = finding.local if in_cell else finding.span
    start, end = lines.position(span.start), lines.position(span.end)
    concealed = secrets.of_chunk(finding.chunk) if in_cell else secrets.of_part(finding.part)
    last = min(end.line, start.line + EXCERPT_LINES - 1)
    return Record(
        finding.code,
        finding.name,
        finding.severity.label,
        finding.message(language),
        filename,
        finding.cell + 1 if in_cell and finding.cell is not None else None,
        _place(start),
        _place(end),
        _fix(finding.fixes[0], document.parts[finding.part].lines, language) if finding.fixes else None,
        _url(finding.code),
        tuple(masked(lines.text, lines.line_span(line), concealed) for line in range(start.line, last + 1)),
    )


# Findings of one cell come one after the other.
@lru_cache(maxsize=4)
def _lines(text: str) -> LineIndex:
    return LineIndex(text)


@cache
def _url(code: str) -> str:
    return page(code).path.as_uri()


def _fix(fix: FindingFix, lines: LineIndex, language: str) -> FixRecord:
    edits = tuple(EditRecord(*_places(lines, edit.span), edit.new_text) for edit in fix.edits)
    others = tuple(LineRecord(line.path, None if line.secret else line.line) for line in fix.lines)
    return FixRecord(fix.title(language), fix.safety.value, edits, others)


def _places(lines: LineIndex, span: Span) -> tuple[Place, Place]:
    return _place(lines.position(span.start)), _place(lines.position(span.end))


def _place(position: Position) -> Place:
    return Place(position.line + 1, position.character + 1)
