"""The diagnostics of one open document from one analysis to the next: what has not changed is not made again.

A keystroke changes one chunk. The findings of the others are the same, where they stand or some lines further down.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tflsp.documents.document import Chunk, Document
from tflsp.engine import Report
from tflsp.findings import Finding
from tflsp.server.client import Client
from tflsp.server.convert import diagnostic, moved
from tflsp.text import LineIndex, Span

log = logging.getLogger(__name__)

_encoder = json.JSONEncoder(separators=(",", ":"), check_circular=False)


class Diagnostic(dict[str, Any]):
    """A diagnostic that is written as JSON once, however often it is sent."""

    __slots__ = ("_json",)
    _json: str

    @property
    def json(self) -> str:
        try:
            return self._json
        except AttributeError:
            self._json = _encoder.encode(self)
            return self._json


def json_of(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of diagnostics as JSON."""
    return f"[{','.join([each.json for each in diagnostics])}]"


Shown = list[tuple[Finding, Diagnostic]]


class _Place(NamedTuple):
    """The line at which a chunk begins, and whether it is the last of its part."""

    line: int
    is_last: bool


class _Told(NamedTuple):
    """A diagnostic, and where the chunks that it speaks of stood then: the finding's, and those of its fixes' edits."""

    finding: Finding
    places: tuple[_Place, ...]
    diagnostic: Diagnostic


class Teller:
    """One per open document, and per thread that analyses."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._language = ""
        # By the identity of their findings' arguments: what a match gave has the very ones wherever it moves.
        self._known: dict[int, _Told] = {}

    def tell(self, report: Report, uris: Sequence[str], language: str) -> tuple[Shown, ...]:
        """The findings of each part with their diagnostics. One that its rule's page has no text for is left out."""
        shown: tuple[Shown, ...] = tuple([] for _ in report.document.parts)
        known = self._known if language == self._language else {}
        self._known, self._language = {}, language
        places = _Places(report.document)
        for finding in report.findings:
            told = known.get(id(finding.arguments))
            by = places.moved(told, finding) if told is not None else None
            if told is not None and by == 0:
                self._known[id(finding.arguments)] = told
                shown[finding.chunk.part].append((finding, told.diagnostic))
                continue
            try:
                if told is not None and by is not None:
                    made = Diagnostic(moved(told.diagnostic, by))
                else:
                    made = Diagnostic(diagnostic(finding, report, uris, self._client, language))
            except LookupError as error:
                _untold(finding.code, str(error))
                continue
            if not finding.related and (there := places.of(finding)) is not None:
                self._known[id(finding.arguments)] = _Told(finding, there, made)
            shown[finding.chunk.part].append((finding, made))
        return shown


class _Places:
    """Where the chunks of one document stand that findings speak of."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[Chunk, _Place | None] = {}

    def moved(self, told: _Told, finding: Finding) -> int | None:
        """By how many lines all that a finding speaks of moved; None where that is not known.

        What stands at a text's end can be written in another way than elsewhere.
        """
        before = told.places
        own = self._place(finding.chunk, before[0].line)
        if own is None or own.is_last is not before[0].is_last:
            return None
        by = own.line - before[0].line
        if len(before) > 1:
            for chunk, old in zip(_other_chunks(finding), before[1:], strict=True):
                now = self._place(chunk, old.line)
                if now is None or now.line - old.line != by or now.is_last is not old.is_last:
                    return None
        return by

    def of(self, finding: Finding) -> tuple[_Place, ...] | None:
        """The places of the finding's chunks; None where it does not move as they do."""
        places = []
        for chunk in (finding.chunk, *_other_chunks(finding)):
            place = self._place(chunk)
            if place is None:
                return None
            places.append(place)
        for fix in finding.fixes:
            for edit, chunk in zip(fix.edits, fix.chunks or (finding.chunk,) * len(fix.edits), strict=True):
                own = _own_span(chunk)
                if own is None or not own.covers(edit.span):
                    return None
        return tuple(places)

    def _place(self, chunk: Chunk, line: int = -1) -> _Place | None:
        """Where a chunk stands, which was at ``line`` before."""
        try:
            return self._known[chunk]
        except KeyError:
            lines = self._document.parts[chunk.part].lines
            made = self._known[chunk] = _place(chunk, lines, line)
            return made


def _other_chunks(finding: Finding) -> Sequence[Chunk]:
    """The chunks of a finding's edits, where not all stand in its own."""
    for fix in finding.fixes:
        if fix.chunks:
            return [chunk for fix in finding.fixes for chunk in fix.chunks or (finding.chunk,) * len(fix.edits)]
    return ()


def _place(chunk: Chunk, lines: LineIndex, before: int) -> _Place | None:
    """Where a chunk stands; None where it is no plain run of whole lines, whose places only move."""
    span = _own_span(chunk)
    if span is None:
        return None
    line = before if lines.begins(before, span.start) else lines.line_at(span.start)
    return None if line is None else _Place(line, span.end == len(lines.text))


def _own_span(chunk: Chunk) -> Span | None:
    """The one stretch of the part's text that a chunk stands for; None where there are several."""
    if chunk.map.is_plain:
        start = chunk.map.start(0)
        return Span(start, start + len(chunk.key.text))
    *borrowed, own = chunk.map.segments
    if own.inner != own.outer or any(segment.outer for segment in borrowed):
        return None
    return Span(own.start, own.start + own.outer)


@lru_cache(maxsize=256)
def _untold(code: str, why: str) -> None:
    log.error("%s cannot be shown: %s", code, why)
