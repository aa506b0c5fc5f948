"""Applying fixes: those that do not overlap at once, then again, until nothing is left to mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tflsp.documents.document import Document
from tflsp.engine import Report
from tflsp.findings import Finding, FindingFix
from tflsp.rules.base import LineInFile, Safety
from tflsp.text import TextEdit, apply_edits

# One fix may make room for the next; a circle of fixes must end.
MAX_ROUNDS = 10


class Mended(NamedTuple):
    """A text after its fixes, how many were applied by code, the lines wanted in other files, and the last report."""

    text: str
    applied: dict[str, int]
    lines: tuple[LineInFile, ...]
    report: Report


def mend(document: Document, check: Callable[[Document], Report], *, unsafe: bool) -> Mended:
    """Apply the fixes of a document of one part."""
    report = check(document)
    applied: dict[str, int] = {}
    lines: dict[LineInFile, None] = {}
    for _ in range(MAX_ROUNDS):
        chosen = compatible(report.findings, unsafe=unsafe)
        if not chosen:
            break
        edits = unique_edits(fix for _, fix in chosen)
        text = apply_edits(document.text, edits)
        if text == document.text:
            break
        for finding, fix in chosen:
            applied[finding.code] = applied.get(finding.code, 0) + 1
            lines.update(dict.fromkeys(fix.lines))
        part = document.parts[0]
        document = Document(document.kind, document.name, (type(part)(part.identifier, text, part.chunker),))
        report = check(document)
    return Mended(document.text, applied, tuple(lines), report)


def compatible(findings: Sequence[Finding], *, unsafe: bool) -> list[tuple[Finding, FindingFix]]:
    """The fixes that can be applied together: the first of those that get in each other's way."""
    allowed = {Safety.SAFE, Safety.UNSAFE} if unsafe else {Safety.SAFE}
    chosen: list[tuple[Finding, FindingFix]] = []
    taken: list[tuple[str, TextEdit]] = []
    for finding in findings:
        fix = next((fix for fix in finding.fixes if fix.safety in allowed and fix.edits), None)
        if fix is not None and not any(
            _clash(edit, other, same=code == finding.code) for edit in fix.edits for code, other in taken
        ):
            chosen.append((finding, fix))
            taken.extend((finding.code, edit) for edit in fix.edits)
    return chosen


def unique_edits(fixes: Iterable[FindingFix]) -> list[TextEdit]:
    """All edits of several fixes; one that several share (the same import, say) is applied once."""
    return list(dict.fromkeys(edit for fix in fixes for edit in fix.edits))


def _clash(edit: TextEdit, other: TextEdit, *, same: bool) -> bool:
    """Whether two edits get in each other's way; ``same`` is whether one rule wants both."""
    if edit == other:
        return False
    a, b = edit.span, other.span
    if len(a) == 0 and len(b) == 0:
        # A rule knows the order of what it inserts at one place, and nothing of what others do.
        return a == b and not same
    return a.start < b.end and b.start < a.end
