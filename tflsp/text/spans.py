"""Spans and edits, in code points of one text. Knows nothing of lines, documents or encodings."""

from __future__ import annotations

from collections.abc import Iterable

from tflsp.dataclass import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points: ``start <= i < end``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        """A span is a place even where it is empty."""
        return True

    def __contains__(self, offset: object) -> bool:
        return isinstance(offset, int) and self.start <= offset < self.end

    def touches(self, offset: int) -> bool:
        """Whether a cursor at ``offset`` stands in the span or at one of its borders."""
        return self.start <= offset <= self.end

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace what stands at ``span`` by ``new_text``."""

    span: Span
    new_text: str


def apply_edits(text: str, edits: Iterable[TextEdit]) -> str:
    """Apply edits that all refer to ``text``; insertions at one place keep their order.

    Raises ValueError where two edits overlap.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < at:
            raise ValueError(f"edits overlap at {edit.span.start}")
        pieces += (text[at : edit.span.start], edit.new_text)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)
