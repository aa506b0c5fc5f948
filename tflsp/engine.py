"""The engine: documents in, findings out. A pure function with a memo.

Chunks are analysed and judged by themselves and remembered by their content, so the cost of a keystroke follows the
chunk being typed in. Knows nothing of LSP, disks, networks or clocks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk, ChunkKey, Document, Note
from tflsp.facts.base import Analysis, Fact, analyse
from tflsp.facts.document_facts import DocumentFacts
from tflsp.findings import Finding, moved, resolve, stays_in_chunk
from tflsp.project import NO_PROJECT, Project
from tflsp.rules.base import Context, Match, Rule, Severity, all_rules
from tflsp.selection import active_rules
from tflsp.settings import DEFAULTS, Settings
from tflsp.suppressions import apply_suppressions

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Judged:
    """What one chunk gave: its analysis, and the matches of the rules that look at single facts.

    Their findings are remembered where the chunk stood last.
    """

    analysis: Analysis
    matches: tuple[tuple[Rule, Match], ...]
    _placed: tuple[Chunk, tuple[Finding | None, ...]] | None = None

    def findings(self, chunk: Chunk, severities: dict[Rule, Severity]) -> tuple[Finding, ...]:
        """The matches as findings of the chunk where it stands now."""
        before = self._placed[1] if self._placed is not None else (None,) * len(self.matches)
        if self._placed is None or self._placed[0] is not chunk:
            before = tuple(moved(finding, chunk) if finding is not None else None for finding in before)
        found = tuple(
            finding or resolve(rule, match, chunk, severities[rule])
            for finding, (rule, match) in zip(before, self.matches, strict=True)
        )
        kept = zip(found, self.matches, strict=True)
        self._placed = chunk, tuple(finding if stays_in_chunk(match) else None for finding, (_, match) in kept)
        return found


class Memo:
    """What is known of a document's chunks from its last checks. One per open document; not shared between threads."""

    def __init__(self) -> None:
        self._under: tuple[Settings, Project, str, str] | None = None
        self._judged: dict[ChunkKey, Judged] = {}

    def judged(self, chunks: Iterable[Chunk], context: Context, rules: Sequence[tuple[Rule, Severity]]) -> list[Judged]:
        """The chunks' results, computed where they are new; what is no longer part of the document is dropped."""
        under = (context.settings, context.project, context.kind, context.name)
        if under != self._under:
            # Facts do not depend on settings: only the judgement is made anew.
            known = {
                key: Judged(old.analysis, _judge(old.analysis, context, rules)) for key, old in self._judged.items()
            }
        else:
            known = self._judged
        self._under, self._judged = under, {}
        results = []
        for chunk in chunks:
            result = known.get(chunk.key) or self._judged.get(chunk.key)
            if result is None:
                analysis = analyse(chunk.key)
                result = Judged(analysis, _judge(analysis, context, rules))
            self._judged[chunk.key] = result
            results.append(result)
        return results


@dataclass(frozen=True)
class Report:
    """The findings of one check in the order of the document, what was not read, and the facts."""

    document: Document
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    facts: DocumentFacts


def check(
    document: Document,
    settings: Settings = DEFAULTS,
    project: Project = NO_PROJECT,
    memo: Memo | None = None,
) -> Report:
    """Check a document. Never raises for what a document holds."""
    rules = active_rules(settings, document.name)
    context = Context(settings, project, document.kind, document.name)
    chunks = document.chunks
    judged = (memo or Memo()).judged(chunks, context, rules)
    analysed = [(chunk, result.analysis) for chunk, result in zip(chunks, judged, strict=True)]
    facts = DocumentFacts(document, analysed)
    severities = dict(rules)
    findings = _once(_findings(chunks, judged, facts, context, severities))
    findings = apply_suppressions(facts, findings, severities)
    failures = [Note(f"not read completely: {failure}") for _, analysis in analysed for failure in analysis.failures]
    return Report(document, tuple(sorted(findings, key=_order)), (*document.notes, *failures), facts)


def _findings(
    chunks: Sequence[Chunk],
    judged: Sequence[Judged],
    facts: DocumentFacts,
    context: Context,
    severities: dict[Rule, Severity],
) -> Iterator[Finding]:
    for chunk, result in zip(chunks, judged, strict=True):
        if result.matches:
            yield from result.findings(chunk, severities)
    for rule, severity in severities.items():
        if not rule.whole_document or (rule.kinds and context.kind not in rule.kinds):
            continue
        if not rule.given or not facts.kinds.isdisjoint(rule.given):
            for found in _run(rule, facts, context):
                if found.chunk is not None:
                    yield resolve(rule, found, found.chunk, severity)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """What several facts take from one place (two services, one anchor) is found there once."""
    found = {(finding.code, finding.part, finding.span, finding.key): finding for finding in findings}
    return list(found.values())


def _judge(
    analysis: Analysis, context: Context, rules: Sequence[tuple[Rule, Severity]]
) -> tuple[tuple[Rule, Match], ...]:
    return tuple(
        (rule, found)
        for rule, _ in rules
        if not rule.whole_document
        for fact in _facts(rule, analysis)
        for found in _run(rule, fact, context)
    )


def _facts(rule: Rule, analysis: Analysis) -> Iterator[Fact]:
    for kind, facts in analysis.facts.items():
        if kind.__name__ in rule.judges:
            yield from facts


def _run(rule: Rule, judged: object, context: Context) -> list[Match]:
    """A rule's matches. A rule that fails is reported once, and takes nothing else down."""
    try:
        return list(rule.check(judged, context))
    except Exception as error:  # any fault of one rule
        _report_failure(rule.code, type(error).__name__)
        log.debug("rule %s", rule.code, exc_info=error)
        return []


@lru_cache(maxsize=256)
def _report_failure(code: str, error: str) -> None:
    log.error("rule %s failed with %s and was left out", code, error)


def _order(finding: Finding) -> tuple[int, int, str]:
    return (finding.part, finding.span.start, finding.code)


__all__ = ["Memo", "Report", "all_rules", "check"]
