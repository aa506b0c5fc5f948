"""Journals as they may be shown or written elsewhere: dots for the secrets in them, nothing else changed."""

from __future__ import annotations

from tflsp.dataclass import replace
from tflsp.documents.document import Document, Part
from tflsp.documents.opening import open_text
from tflsp.facts.base import analyse
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal_entries import Change, ErrorLog, Step
from tflsp.facts.masking import hidden, masked
from tflsp.text import Span


def document_without_secrets(document: Document) -> Document:
    """The document with as many dots as its secrets have characters: all places stay what they are."""
    facts = DocumentFacts(document, [(chunk, analyse(chunk.key)) for chunk in document.chunks])
    secrets = hidden(facts)
    parts = [
        Part(part.identifier, masked(part.text, Span(0, len(part.text)), found), part.chunker, part.cell)
        if (found := secrets.of_part(number))
        else part
        for number, part in enumerate(document.parts)
    ]
    return Document(document.kind, document.name, tuple(parts))


def entry_without_secrets(entry: Step | ErrorLog) -> Step | ErrorLog:
    """An entry with dots for the secrets in its texts."""
    texts = {name: _masked(value) for name in entry.__match_args__ if isinstance(value := getattr(entry, name), str)}
    if isinstance(entry, Step):
        changes = tuple(Change(each.name, _masked(each.old), _masked(each.new)) for each in entry.changes)
        return replace(entry, **texts, changes=changes)
    return replace(entry, **texts)


def _masked(text: str) -> str:
    return document_without_secrets(open_text("entry.md", text)).text if text else text
