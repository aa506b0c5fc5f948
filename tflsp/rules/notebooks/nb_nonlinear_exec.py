"""TFL407: cells that were run in another order than they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Match, Related, Severity, match, rule
from tflsp.rules.notebooks.cells import Cell, outlines


@rule("TFL407", "nb-nonlinear-exec", severity=Severity.INFORMATION, kinds=("notebook",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge the execution counts of code cells; point at the first that does not increase."""
    if _increases(facts):
        return
    for (above, earlier), (cell, count) in pairwise(_counted(facts)):
        if count <= earlier:
            before = above.first_line
            related = [Related(before, before.fact.span)]
            yield match(cell.first_line, related=related, count=count, above=earlier)
            return


def _increases(facts: DocumentFacts) -> bool:
    """Whether all counts increase, those of blank cells too: nearly always, and cheap to see."""
    cells = facts.document.outline.cells if facts.document.outline is not None else ()
    counts = [cell.execution_count for cell in cells if cell.execution_count is not None]
    return all(before < after for before, after in pairwise(counts))


def _counted(facts: DocumentFacts) -> Iterator[tuple[Cell, int]]:
    for cell, outline in outlines(facts):
        if outline.kind == "code" and outline.execution_count is not None:
            yield cell, outline.execution_count
