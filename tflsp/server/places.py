"""What stands at a place: the facts and findings under a cursor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from tflsp.dataclass import dataclass
from tflsp.documents.document import Part
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import Located
from tflsp.findings import Finding
from tflsp.server.analysis import Analysed
from tflsp.server.convert import offset_of, range_of
from tflsp.server.documents import Opened
from tflsp.server.session import Session
from tflsp.text import Span

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Place:
    """A text of an open document with the analysis of its newest state."""

    session: Session
    opened: Opened
    analysed: Analysed
    number: int

    @property
    def uri(self) -> str:
        return self.analysed.state.parts[self.number].uri

    @property
    def language(self) -> str:
        """The language of messages."""
        return self.analysed.settings.language

    @property
    def part(self) -> Part:
        return self.analysed.state.document.parts[self.number]

    def offset(self, line: int, character: int) -> int:
        """The offset of an LSP position."""
        return offset_of(self.part.lines, {"line": line, "character": character}, self.session.client.encoding)

    def range(self, span: Span) -> dict[str, dict[str, int]]:
        """A span of the text as a plain LSP range."""
        return range_of(self.part.lines, span, self.session.client.encoding)

    @property
    def findings(self) -> list[Finding]:
        """The findings in this text."""
        return self.analysed.findings[self.number]

    def facts(self, kind: type[F]) -> Iterator[Located[F]]:
        """The facts of a kind in this text."""
        for found in self.analysed.report.facts.all(kind):
            if found.chunk.part == self.number:
                yield found

    def facts_at(self, kind: type[F], offset: int) -> Iterator[Located[F]]:
        """The facts of a kind that a cursor stands in; chunks elsewhere are not looked into."""
        for chunk, analysis in self.analysed.report.facts.analysed:
            if chunk.part == self.number and chunk.map.inwards(offset) is not None:
                for fact in analysis.of(kind):
                    found = Located(fact, chunk)
                    if found.span.touches(offset):
                        yield found

    def findings_at(self, offset: int) -> Iterator[Finding]:
        """The findings that a cursor stands in."""
        return (finding for finding in self.findings if finding.span.touches(offset))


async def place_of(session: Session, uri: str) -> Place | None:
    """The place for an open text; None where it is not open (any more)."""
    found = session.documents.find(uri)
    if found is None:
        return None
    opened, number = found
    analysed = await session.analyser.ready(opened)
    if analysed is None or session.documents.find(uri) != (opened, number):
        return None
    return Place(session, opened, analysed, number)
