"""What rules that judge whole documents have found, alone or in pieces: matches with their findings, and how they move.

Knows nothing of when that holds; that is `memo.py`'s.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk
from tflsp.facts.document_facts import Asked, Located
from tflsp.findings import Finding, chunks_of, moved, rebound, resolve, stays_in_chunk
from tflsp.rules.base import Match, Piece, Rule, Severity
from tflsp.text import Span


@dataclass(slots=True, eq=False)
class Kept:
    """A match of the whole document, its finding, and the chunks that it speaks of: what they are now, and where."""

    match: Match
    finding: Finding
    chunks: tuple[Chunk, ...]
    at: tuple[int, ...]

    def follow(self, at: tuple[int, ...], every: Sequence[Chunk], rule: Rule, severity: Severity) -> None:
        """The chunks stand at these places now."""
        now = tuple([every[place] for place in at])
        self.at = at
        if now == self.chunks:
            return
        before, self.chunks = self.chunks, now
        finding = None
        if not any(isinstance(related.where, Located) for related in self.match.related):
            finding = moved(self.finding, now[0], dict(zip(before, now, strict=True)))
        if finding is None:
            there = dict(zip(chunks_of(self.match), now, strict=True))
            finding = resolve(rule, rebound(self.match, there), now[0], severity)
        self.finding = finding


@dataclass(slots=True, eq=False)
class Made:
    """The matches of a piece, and the places of the chunks that it was made of."""

    at: tuple[int, ...]
    kept: list[Kept]

    def follow(self, at: tuple[int, ...], every: Sequence[Chunk], rule: Rule, severity: Severity) -> None:
        """The chunks of the piece stand at these places now."""
        there = dict(zip(self.at, at, strict=True))
        self.at = at
        for kept in self.kept:
            kept.follow(tuple([there[one] for one in kept.at]), every, rule, severity)


@dataclass(slots=True, eq=False)
class Whole:
    """What a rule found in the whole document, what of it in pieces, and what it asked for."""

    asked: Asked
    kept: list[Kept] = field(default_factory=list)
    pieces: dict[Hashable, Made] = field(default_factory=dict)
    beside: object = field(default=None, repr=False)
    _equal: dict[Hashable, int] = field(default_factory=dict)

    def key_of(self, piece: Piece) -> Hashable:
        """What a piece is known by; those of chunks that read the same are told apart by their order."""
        number = self._equal[piece.key] = self._equal.get(piece.key, -1) + 1
        return piece.key, number


class Singles:
    """The matches of an earlier check, by what they are about."""

    def __init__(self, before: Whole | None) -> None:
        self._before = before
        self._known: dict[tuple[int, Span], Kept] | None = None

    def find(self, match: Match) -> Finding | None:
        """The finding of one that said the same."""
        if self._known is None:
            kept = self._before.kept if self._before is not None else ()
            self._known = {(id(each.match.fact), each.match.span): each for each in kept}
        old = self._known.get((id(match.fact), match.span))
        return old.finding if old is not None and _says(old, match) else None


def _says(old: Kept, match: Match) -> bool:
    """Whether a match says the same of the same fact as one before."""
    before = old.match
    return before.fact is match.fact and stays_in_chunk(before) and _content(before) == _content(match)


def _content(match: Match) -> tuple[object, ...]:
    return match.arguments, match.message, match.severity, match.fixes, match.related, match.tags


def placed(finding: Finding | None, match: Match, chunk: Chunk) -> Finding | None:
    """The finding of a match where its chunk stands now; None where it has to be resolved."""
    if finding is None or finding.chunk is chunk:
        return finding
    return moved(finding, chunk) if stays_in_chunk(match) else None
