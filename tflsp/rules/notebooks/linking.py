"""Whose links are followed: those of journals, and of guides that lessons were promoted to."""

from __future__ import annotations

from tflsp.dataclass import dataclass
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal_pages import link_paths
from tflsp.journal.guides import guide_of
from tflsp.rules.base import Context
from tflsp.rules.notebooks.journal_text import is_journal


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked at for a document: the files that its links name, and the guides around a journal."""

    paths: frozenset[str]
    guides: bool


def wanted(facts: DocumentFacts, context: Context) -> Wanted | None:
    """What is to be looked at; None where a document's links are not followed."""
    if is_journal(facts, context):
        return Wanted(facts.derive(link_paths), guides=True)
    if is_guide(facts, context):
        return Wanted(facts.derive(link_paths), guides=False)
    return None


def is_guide(facts: DocumentFacts, context: Context) -> bool:
    """Whether a document is a guide with links that promotion or the table of experiments put there."""
    return context.kind == "markdown" and guide_of(context.name) is not None and facts.has(("GuideLink",))
