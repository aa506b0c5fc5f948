"""Keeps secrets out of what is printed: dots in their places, as many as they have characters.

A line is shown for one finding and may hold the secret of another, so all of a document's credentials are masked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tflsp.dataclass import dataclass
from tflsp.documents.document import Chunk
from tflsp.facts.credentials import Credential
from tflsp.facts.document_facts import DocumentFacts
from tflsp.text import Span

DOT = "•"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Where secrets stand: by part of the document, and by chunk in the chunk's own text."""

    parts: Mapping[int, tuple[Span, ...]]
    chunks: Mapping[Chunk, tuple[Span, ...]]

    def of_part(self, part: int) -> tuple[Span, ...]:
        return self.parts.get(part, ())

    def of_chunk(self, chunk: Chunk) -> tuple[Span, ...]:
        return self.chunks.get(chunk, ())


def hidden(facts: DocumentFacts) -> Hidden:
    """The places of a document's secrets; computed once."""
    return facts.derive(_hidden)


def masked(text: str, span: Span, secrets: Iterable[Span]) -> str:
    """``span`` of a text, with dots for the secrets in it; line ends stay."""
    within = [secret for secret in secrets if secret.start < span.end and span.start < secret.end]
    if not within:
        return span.of(text)
    shown = list(span.of(text))
    for secret in within:
        for at in range(max(secret.start, span.start), min(secret.end, span.end)):
            if text[at] not in "\r\n":
                shown[at - span.start] = DOT
    return "".join(shown)


def _hidden(facts: DocumentFacts) -> Hidden:
    parts: dict[int, list[Span]] = defaultdict(list)
    chunks: dict[Chunk, list[Span]] = defaultdict(list)
    # What passes for a placeholder may be a password after all: to hide it costs nothing.
    for located in facts.all(Credential):
        parts[located.chunk.part].append(located.span)
        chunks[located.chunk].append(located.fact.region.to_root(located.fact.span))
    return Hidden(
        {part: tuple(spans) for part, spans in parts.items()}, {chunk: tuple(s) for chunk, s in chunks.items()}
    )
