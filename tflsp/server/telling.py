"""The diagnostics of one open document from one analysis to the next: what has not changed is not made again.

A keystroke changes one chunk. The findings of the others are the same, where they stand or some lines further down.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from tflsp.documents.document import Chunk, ChunkKey
from tflsp.engine import Report
from tflsp.findings import Finding
from tflsp.rules.base import Severity
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
_Edits = tuple[tuple[str, str, Mapping[str, object], tuple[tuple[int, int, str], ...]], ...]


class _Place(NamedTuple):
    """The line at which a chunk begins, and its span in the part's text."""

    line: int
    span: Span


class _Told(NamedTuple):
    """A diagnostic, the line at which its chunk began then, and what it was made of."""

    finding: Finding
    line: int
    edits: _Edits
    diagnostic: Diagnostic


_Signature = tuple[str, str, Severity, int, int, str]


class Teller:
    """One per open document, and per thread that analyses."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[tuple[ChunkKey, _Signature], _Told] = {}

    def tell(self, report: Report, uris: Sequence[str], language: str) -> tuple[Shown, ...]:
        """The findings of each part with their diagnostics. One that its rule's page has no text for is left out."""
        shown: tuple[Shown, ...] = tuple([] for _ in report.document.parts)
        known, self._known = self._known, {}
        places: dict[Chunk, _Place | None] = {}
        for finding in report.findings:
            chunk = finding.chunk
            if chunk not in places:
                places[chunk] = _place(chunk, report.document.parts[chunk.part].lines)
            try:
                made = self._tell(finding, report, uris, language, places[chunk], known)
            except LookupError as error:
                _untold(finding.code, str(error))
            else:
                shown[chunk.part].append((finding, made))
        return shown

    def _tell(
        self,
        finding: Finding,
        report: Report,
        uris: Sequence[str],
        language: str,
        place: _Place | None,
        known: dict[tuple[ChunkKey, _Signature], _Told],
    ) -> Diagnostic:
        if place is None or finding.related:
            return self._make(finding, report, uris, language)
        line = place.line
        local, chunk = finding.local, finding.chunk
        key = (chunk.key, (finding.code, finding.key, finding.severity, local.start, local.end, language))
        told = known.get(key)
        if told is not None and told.finding is finding and told.line == line:
            self._known[key] = told
            return told.diagnostic
        # A finding that only moved has the very arguments that it had: its fixes moved with it.
        is_moved = told is not None and told.finding.arguments is finding.arguments
        edits = told.edits if told is not None and is_moved else _edits(finding, place.span)
        if edits is None:
            return self._make(finding, report, uris, language)
        if told is None or told.finding.arguments != finding.arguments or told.edits != edits:
            made = self._make(finding, report, uris, language)
        elif told.line == line:
            made = told.diagnostic
        else:
            made = Diagnostic(moved(told.diagnostic, line - told.line))
        self._known[key] = _Told(finding, line, edits, made)
        return made

    def _make(self, finding: Finding, report: Report, uris: Sequence[str], language: str) -> Diagnostic:
        return Diagnostic(diagnostic(finding, report, uris, self._client, language))


def _place(chunk: Chunk, lines: LineIndex) -> _Place | None:
    """Where a chunk stands; None where it is no plain run of whole lines, whose places only move."""
    if chunk.map.is_plain:
        span = Span(chunk.map.start(0), chunk.map.start(len(chunk.key.text)))
    else:
        *borrowed, own = chunk.map.segments
        if own.inner != own.outer or any(segment.outer for segment in borrowed):
            return None
        span = Span(own.start, own.start + own.outer)
    line = lines.line_at(span.start)
    return None if line is None else _Place(line, span)


def _edits(finding: Finding, place: Span) -> _Edits | None:
    """The fixes' edits in the coordinates of the chunk; None where one lies outside of it."""
    made = []
    start = place.start
    for fix in finding.fixes:
        for edit in fix.edits:
            if edit.span.start < start or edit.span.end > place.end:
                return None
        places = tuple((edit.span.start - start, edit.span.end - start, edit.new_text) for edit in fix.edits)
        made.append((fix.key, fix.safety.value, fix.arguments, places))
    return tuple(made)


@lru_cache(maxsize=256)
def _untold(code: str, why: str) -> None:
    log.error("%s cannot be shown: %s", code, why)
