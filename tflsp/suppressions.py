"""Takes out what comments and cells' tags suppress, and reports suppressions that suppress nothing (TFL001)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tflsp.dataclass import dataclass, field
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.suppression import Scope, Suppression, of_tags
from tflsp.findings import Finding, resolve
from tflsp.rules.base import Rule, Severity, all_rules
from tflsp.rules.meta.unused_suppression import judge
from tflsp.text import LineIndex, Span, TextEdit

# Every secret has to be looked at by itself: a prefix or ALL does not silence this family.
SECRETS = "TFL3"
UNUSED = "TFL001"
WITHOUT_COMMENTS = frozenset({"json", "daemon-json", "docker-config-json"})


@dataclass(eq=False)
class _Use:
    """A suppression with what it has suppressed so far."""

    where: Located[Suppression]
    lines: LineIndex
    used: set[str] = field(default_factory=set)

    def covers(self, finding: Finding) -> bool:
        """Whether the finding stands where the suppression holds."""
        scope, chunk = self.where.fact.scope, self.where.chunk
        if scope is Scope.FILE:
            return True
        if scope is Scope.CELL:
            return (finding.part, finding.cell) == (chunk.part, chunk.cell)
        if finding.chunk is not chunk:
            return False
        lines = {self.lines.line_of(span.start) for span in (finding.local, finding.local_fact)}
        return self._line() in lines

    def _line(self) -> int:
        line = self.lines.line_of(self.where.fact.span.start)
        if self.where.fact.scope is Scope.LINE:
            return line
        line += 1
        while line + 1 < self.lines.line_count and _is_blank_or_suppression(self.lines.line_text(line)):
            line += 1
        return line

    def selectors_of(self, rule: Rule) -> list[str]:
        """The selectors that name the rule."""
        return [code for code, _ in self.where.fact.codes if _names(code, rule, foreign=self.where.fact.foreign)]


def apply_suppressions(
    facts: DocumentFacts, findings: Sequence[Finding], severities: Mapping[Rule, Severity]
) -> list[Finding]:
    """The findings that no comment and no cell's tag suppresses."""
    uses = [_Use(where, LineIndex(where.chunk.key.text)) for where in (*facts.all(Suppression), *_of_tags(facts))]
    if not uses:
        return list(findings)
    return [finding for finding in findings if not _suppressed(finding, uses)] + _unused(uses, severities)


def _of_tags(facts: DocumentFacts) -> Iterator[Located[Suppression]]:
    """The suppressions that cells of a notebook have as tags. A cell without text has nothing to suppress."""
    outline = facts.document.outline
    if outline is None or not any(cell.tags for cell in outline.cells):
        return
    # Of a notebook that is synced cell by cell each cell is a part; else it has a number in the one part.
    synced = any(part.cell is not None for part in facts.document.parts)
    tagged = {(cell.part if synced else 0, None if synced else at): cell.tags for at, cell in enumerate(outline.cells)}
    for chunk, analysis in facts.analysed:
        tags = tagged.pop((chunk.part, None if synced else chunk.cell), ())
        if tags and (suppression := of_tags(tags, analysis.root)) is not None:
            yield Located(suppression, chunk)


def suppression_edit(finding: Finding) -> TextEdit | None:
    """An edit that makes an "ignore here" comment for a finding, or None where the format has no comments."""
    chunk = finding.chunk
    if not WITHOUT_COMMENTS.isdisjoint({chunk.key.language, finding.language}):
        return None
    lines = LineIndex(chunk.key.text)
    span = lines.line_span(lines.line_of(finding.local_fact.start))
    text = span.of(chunk.key.text)
    # In Markdown the line may begin with a quote's marks, which the comment's line needs too.
    indent = text[: len(text) - len(text.lstrip(" \t>" if chunk.key.language == "markdown" else " \t"))]
    opening, closing = ("<!-- ", " -->") if finding.language == "markdown" else ("# ", "")
    if finding.language == "devcontainer":
        opening = "// "
    comment = f"{indent}{opening}tflsp: ignore[{finding.code}]{closing}\n"
    at = chunk.map.start(span.start)
    return TextEdit(Span(at, at), chunk.codec.encode(comment))


def _suppressed(finding: Finding, uses: Sequence[_Use]) -> bool:
    hit = False
    for use in uses:
        if (selectors := use.selectors_of(finding.rule)) and use.covers(finding):
            use.used.update(selectors)
            hit = True
    return hit


def _names(selector: str, rule: Rule, *, foreign: bool) -> bool:
    if foreign:
        return selector in rule.aliases
    if selector in (rule.code, rule.name):
        return True
    return not rule.code.startswith(SECRETS) and (selector == "ALL" or rule.code.startswith(selector))


def _unused(uses: Sequence[_Use], severities: Mapping[Rule, Severity]) -> list[Finding]:
    rule = all_rules().get(UNUSED)
    if rule is None or rule not in severities:
        return []
    return [
        resolve(rule, found, use.where.chunk, severities[rule])
        for use in uses
        if not use.where.fact.foreign
        for found in judge(use.where.fact, frozenset(use.used), frozenset(severities))
    ]


def _is_blank_or_suppression(line: str) -> bool:
    return not line.strip() or "tflsp: ignore" in line
