"""The engine: documents in, findings out. A pure function with a memo.

Chunks are analysed and judged by themselves and remembered by their content, so the cost of a keystroke follows the
chunk being typed in. Knows nothing of LSP, disks, networks or clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk, Document, Note
from tflsp.facts.base import Analysis
from tflsp.facts.document_facts import DocumentFacts
from tflsp.findings import Finding
from tflsp.memo import Judged, Memo
from tflsp.project import NO_PROJECT, Project
from tflsp.rules.base import Context, Match, Piece, Rule, Severity, all_rules
from tflsp.rules.running import judge_document, judge_fact
from tflsp.selection import active_rules
from tflsp.settings import DEFAULTS, Settings
from tflsp.suppressions import apply_suppressions

if TYPE_CHECKING:
    from tflsp.facts.linked import Linked


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
    linked: Linked | None = None,
) -> Report:
    """Check a document. Never raises for what a document holds."""
    rules = active_rules(settings, document.name)
    context = Context(settings, project, document.kind, document.name, linked)
    memo = memo or Memo()
    chunks = memo.chunks(document)
    judged = memo.judged(chunks, context, partial(_judge, context=context, rules=rules, judged=_judged(rules)))
    facts = memo.facts(document, chunks, judged)
    severities = dict(rules)
    findings = _once(_findings(memo, chunks, judged, context, severities))
    findings = apply_suppressions(facts, findings, severities)
    failures = [Note(f"not read completely: {failure}") for each in judged for failure in each.analysis.failures]
    return Report(document, tuple(sorted(findings, key=_order)), (*document.notes, *failures), facts)


def _findings(
    memo: Memo,
    chunks: Sequence[Chunk],
    judged: Sequence[Judged],
    context: Context,
    severities: dict[Rule, Severity],
) -> Iterator[Finding]:
    for chunk, result in zip(chunks, judged, strict=True):
        if result.matches:
            yield from result.findings(chunk, severities)
    for rule, severity in severities.items():
        if rule.whole_document and (not rule.kinds or context.kind in rule.kinds):
            beside = context.linked if rule.linked else None
            yield from memo.whole(rule, severity, partial(_judge_whole, rule, context), beside)


def _judge_whole(rule: Rule, context: Context, facts: DocumentFacts) -> list[Match | Piece]:
    return judge_document(rule, facts, context) if not rule.given or facts.has(rule.given) else []


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """What several facts take from one place (two services, one anchor) is found there once."""
    found = {(finding.rule, finding.chunk.part, finding.span, finding.key): finding for finding in findings}
    return list(found.values())


def _judge(
    analysis: Analysis, *, context: Context, rules: Sequence[tuple[Rule, Severity]], judged: frozenset[str]
) -> tuple[tuple[Rule, Match], ...]:
    named = {kind.__name__: facts for kind, facts in analysis.facts.items() if kind.__name__ in judged}
    if not named:
        return ()
    return tuple(
        (rule, found)
        for rule, _ in rules
        if not rule.whole_document and not rule.judges.isdisjoint(named)
        for name, facts in named.items()
        if name in rule.judges
        for fact in facts
        for found in judge_fact(rule, fact, context)
    )


@lru_cache(maxsize=64)
def _judged(rules: tuple[tuple[Rule, Severity], ...]) -> frozenset[str]:
    """The kinds of facts that rules judge one by one."""
    return frozenset[str]().union(*(rule.judges for rule, _ in rules if not rule.whole_document))


def _order(finding: Finding) -> tuple[int, int, str]:
    return (finding.chunk.part, finding.span.start, finding.rule.code)


__all__ = ["Memo", "Report", "all_rules", "check"]
