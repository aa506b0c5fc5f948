"""What is added to an analysis where an error is one that the workspace knows: related information, or a hint.

Runs on the thread of the analysis. Costs nothing where no error is known, and no more than a look at a chunk's
fingerprints, which are kept with it, where none of them is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.engine import Report
from tflsp.facts.base import Analysis
from tflsp.facts.journal_anchors import anchors
from tflsp.facts.journal_incidents import errors_told, incidents_of
from tflsp.journal.index_outputs import errors_by_source
from tflsp.journal.reading import journal_of
from tflsp.server.client import Client
from tflsp.server.convert import range_of
from tflsp.server.explain.words import say
from tflsp.server.telling import Diagnostic, Shown
from tflsp.server.workspace.incidents import Seen, before, location
from tflsp.text import Span

# What an error without an analysis is found by: it is told there.
_PASTED = "TFL404"
CODE = "seen-before"
_HINT = 4
_MOST_SEEN = 3
Incidents = Mapping[str, tuple[Seen, ...]]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An error in part number ``part`` of a document, below ``heading``. ``solved``: what helped is written there."""

    fingerprint: str
    part: int
    span: Span
    cell: int | None
    solved: bool
    heading: Span | None = None


def occurrences(
    document: Document, wanted: Mapping[str, object], outputs: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Occurrence]:
    """The errors of a document that are among ``wanted``: in its Markdown, and in its cells' saved outputs.

    ``outputs`` are those by the cells' sources; a raw notebook has its own.
    """
    journal = journal_of(document)
    for incident in incidents_of(journal, tuple(anchors(stretch.text for stretch in journal.stretches))):
        if incident.fingerprint in wanted:
            stretch = journal.stretches[incident.part]
            span = stretch.map.span(incident.span)
            solved = bool(incident.solution)
            head = incident.anchor
            heading = stretch.map.span(Span(head.start, head.end)) if head is not None else None
            yield Occurrence(incident.fingerprint, stretch.part, span, stretch.cell, solved, heading)
    if document.kind != "notebook":
        return
    if len(document.parts) == 1 and document.parts[0].cell is None:
        outputs = errors_by_source(document.text)
    for chunk in document.chunks if outputs else ():
        for fingerprint in (outputs or {}).get(chunk.key.text, ()):
            if fingerprint in wanted:
                first = chunk.key.text.partition("\n")[0]
                yield Occurrence(fingerprint, chunk.part, chunk.map.span(Span(0, len(first))), chunk.cell, False)


def seen_again(
    uri: str, report: Report, incidents: Incidents, outputs: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Occurrence, Sequence[Seen]]]:
    """The errors of a document that are told elsewhere too, or further up, each with the first places of these."""
    if not incidents or not (outputs or mentions(report, incidents)):
        return
    document = report.document
    for found in occurrences(document, incidents, outputs):
        line = document.parts[found.part].lines.line_of(found.span.start)
        seen = tuple(islice(before(incidents, found.fingerprint, uri, (found.part, line)), _MOST_SEEN))
        if seen:
            yield found, seen


def with_incidents(
    shown: tuple[Shown, ...],
    again: Iterable[tuple[Occurrence, Sequence[Seen]]],
    document: Document,
    client: Client,
    language: str,
) -> tuple[list[Diagnostic], ...]:
    """The diagnostics of each part, with what is known of errors in it; hints stand behind those of findings."""
    made = tuple([diagnostic for _, diagnostic in pairs] for pairs in shown)
    hinted: set[tuple[int, int]] = set()
    for found, seen in again:
        lines = document.parts[found.part].lines
        line = lines.line_of(found.span.start)
        related = [_related(each, language) for each in seen] if client.related_information else []
        number = next((number for number, (finding, _) in enumerate(shown[found.part])
                       if finding.code == _PASTED and _is_about(finding.span, found)), None)  # fmt: skip
        if number is not None and related:
            old = made[found.part][number]
            both = [*old.get("relatedInformation", ()), *related]
            made[found.part][number] = Diagnostic({**old, "relatedInformation": both})
        elif not found.solved and (found.part, line) not in hinted:
            hinted.add((found.part, line))
            hint = Diagnostic(
                range=range_of(lines, found.span, client.encoding),
                severity=_HINT,
                code=CODE,
                source="tflsp",
                message=say("seen-before-hint", language, seen=seen[0].told(language)),
            )
            if related:
                hint["relatedInformation"] = related
            made[found.part].append(hint)
    return made


def _is_about(span: Span, found: Occurrence) -> bool:
    """Whether a finding stands at an error, or at the heading of the log that the error is told in."""
    places = (found.span, found.heading or found.span)
    return any(span.start <= place.end and place.start <= span.end for place in places)


def mentions(report: Report, fingerprints: Collection[str]) -> bool:
    """Whether a document may have an error with one of these fingerprints."""
    document = report.document
    if document.kind == "notebook" and (document.parts and document.parts[0].cell is None):
        outputs = errors_by_source(document.text)
        if any(each in fingerprints for found in outputs.values() for each in found):
            return True
    return any(
        any(each in fingerprints for each in analysis.once(_fingerprints))
        for chunk, analysis in report.facts.analysed
        if chunk.key.language == "markdown"
    )


def _fingerprints(analysis: Analysis) -> frozenset[str]:
    return frozenset(each.fingerprint for each in errors_told(analysis.root.text))


def _related(seen: Seen, language: str) -> dict[str, Any]:
    return {"location": location(seen), "message": say("seen-before-hint", language, seen=seen.told(language))}
