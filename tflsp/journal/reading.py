"""The journal of a document, read once for each of its states: whoever asks again is given the same."""

from __future__ import annotations

from tflsp.documents.document import Document
from tflsp.facts.journal import Journal, read_journal

_NAME = "_journal"


def journal_of(document: Document) -> Journal:
    """What ``read_journal`` gives. A document is never changed, so it can hold its own."""
    known: Journal | None = document.__dict__.get(_NAME)
    if known is None:
        known = document.__dict__[_NAME] = read_journal(document)
    return known
