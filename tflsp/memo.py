"""What is known of a document from its last check: analyses, matches, findings; and what of it still holds.

Chunks are remembered by their content, and what rules found in the whole document by the kinds of facts that they
asked for. What has only moved keeps its findings, some lines further down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Chunk, ChunkKey, Document
from tflsp.facts.base import Analysis, analyse
from tflsp.facts.document_facts import EVERYTHING, METADATA, Asked, Derived, DocumentFacts
from tflsp.findings import Finding, chunks_of, resolve
from tflsp.memo_whole import Kept, Made, Singles, Whole, placed
from tflsp.project import Project
from tflsp.rules.base import Context, Match, Piece, Rule, Severity
from tflsp.rules.running import judge_piece
from tflsp.settings import Settings

Analysed = Sequence[tuple[Chunk, Analysis]]
Judge = Callable[[Analysis], tuple[tuple[Rule, Match], ...]]
Run = Callable[[DocumentFacts], Iterable[Match | Piece]]


@dataclass(slots=True, eq=False)
class Judged:
    """What one chunk gave: its analysis, and the matches of the rules that look at single facts.

    Their findings are remembered where the chunk stood last.
    """

    analysis: Analysis
    matches: tuple[tuple[Rule, Match], ...]
    _placed: tuple[Chunk, tuple[Finding, ...]] | None = None

    def findings(self, chunk: Chunk, severities: dict[Rule, Severity]) -> tuple[Finding, ...]:
        """The matches as findings of the chunk where it stands now."""
        if self._placed is not None and self._placed[0] is chunk:
            return self._placed[1]
        before: tuple[Finding | None, ...] = (None,) * len(self.matches)
        if self._placed is not None:
            before = self._placed[1]
        found = tuple(
            placed(finding, match, chunk) or resolve(rule, match, chunk, severities[rule])
            for finding, (rule, match) in zip(before, self.matches, strict=True)
        )
        self._placed = chunk, found
        return found


@dataclass(slots=True, eq=False)
class _Change:
    """From one check to the next: the chunks ``start`` to ``end`` are others, those behind ``by`` places further on."""

    start: int = 0
    end: int = 0
    by: int = 0
    moved: bool = False
    kinds: frozenset[str] = frozenset()

    def place(self, at: int) -> int | None:
        """Where the chunk at a place stands now; None for one that is gone."""
        if at < self.start:
            return at
        return at + self.by if at >= self.end else None


@dataclass(slots=True, eq=False)
class _Last:
    """The last check."""

    facts: DocumentFacts
    document: Document
    chunks: Sequence[Chunk]
    analyses: Sequence[Analysis]
    metadata: object


@dataclass(eq=False)
class Memo:
    """What is known of a document from its last checks. One per open document; not shared between threads."""

    _under: tuple[Settings, Project, str, str] | None = None
    _judged: dict[ChunkKey, Judged] = field(default_factory=dict)
    _whole: dict[Rule, Whole] = field(default_factory=dict)
    _last: _Last | None = None
    _change: _Change = field(default_factory=_Change)
    _places: dict[Chunk, int] | None = None
    _parted: dict[ChunkKey, tuple[Chunk, tuple[Chunk, ...]]] = field(default_factory=dict)

    def chunks(self, document: Document) -> Sequence[Chunk]:
        """The document's chunks; those that are typed in are cut further, where that can be done."""
        if not self._judged:
            return document.chunks
        parted, self._parted = self._parted, {}
        before = {part.key: part for _, parts in parted.values() for part in parts}
        result: list[Chunk] = []
        for chunk in document.chunks:
            parts: tuple[Chunk, ...] = ()
            if chunk.key not in self._judged:
                from tflsp.documents.fence_cut import parts_of  # nobody types in what is checked once

                old = parted.get(chunk.key)
                parts = old[1] if old is not None and old[0] is chunk else parts_of(chunk, before)
            if parts:
                self._parted[chunk.key] = chunk, parts
            result += parts or (chunk,)
        return result

    def judged(self, chunks: Iterable[Chunk], context: Context, judge: Judge) -> list[Judged]:
        """The chunks' results, computed where they are new; what is no longer part of the document is dropped."""
        under = (context.settings, context.project, context.kind, context.name)
        if under != self._under:
            # Facts do not depend on settings: only the judgement is made anew.
            known = {key: Judged(old.analysis, judge(old.analysis)) for key, old in self._judged.items()}
            self._whole.clear()
        else:
            known = self._judged
        self._under, self._judged = under, {}
        results = []
        for chunk in chunks:
            result = known.get(chunk.key) or self._judged.get(chunk.key)
            if result is None:
                analysis = analyse(chunk.key)
                result = Judged(analysis, judge(analysis))
            self._judged[chunk.key] = result
            results.append(result)
        return results

    def facts(self, document: Document, chunks: Sequence[Chunk], judged: Sequence[Judged]) -> DocumentFacts:
        """The document's facts, with what was derived from those of the last check and still holds."""
        analyses = [result.analysis for result in judged]
        outline = document.outline
        metadata = None if outline is None else outline.metadata
        last, derived = self._last, dict[Callable[..., Any], Derived]()
        before: dict[Callable[..., Any], Any] = {}
        if last is not None:
            self._change = _change(last, chunks, analyses)
            if document is not last.document:
                self._change.kinds |= {EVERYTHING}
            if metadata is not last.metadata and metadata != last.metadata:
                self._change.kinds |= {METADATA}
            derived = last.facts.still_derived(self._change.kinds, moved=self._change.moved)
            before = last.facts.to_resume()
        facts = DocumentFacts(document, tuple(zip(chunks, analyses, strict=True)), derived, before)
        self._last, self._places = _Last(facts, document, chunks, analyses, metadata), None
        return facts

    def whole(self, rule: Rule, severity: Severity, run: Run, beside: object = None) -> Iterator[Finding]:
        """The findings of a rule that looks at the whole document; ``run`` gives its matches.

        ``beside`` is what it looks at besides the document.
        """
        known = self._whole.get(rule)
        if known is not None and known.beside is not beside:
            known = None
        if known is None or not self._holds(known.asked) or not self._follow(known, rule, severity):
            known = self._whole[rule] = self._found(rule, severity, run, known)
            known.beside = beside
        return (kept.finding for kept in known.kept)

    def _holds(self, asked: Asked) -> bool:
        """Whether what was asked for is what it was at the last check."""
        if not asked.kinds.isdisjoint(self._change.kinds):
            return False
        return not asked.answers or (self._last is not None and self._last.facts.still(asked.answers))

    def _found(self, rule: Rule, severity: Severity, run: Run, before: Whole | None) -> Whole:
        last = self._last
        if last is None:
            return Whole(Asked())
        view, asked = last.facts.watched()
        singles = Singles(before)
        whole = Whole(asked)
        for found in run(view):
            if isinstance(found, Piece):
                key, at = whole.key_of(found), tuple(found.at)
                old = before.pieces.get(key) if before is not None else None
                if old is None:
                    made = judge_piece(rule, found)
                    kept = [self._kept(match, None, rule, severity, last) for match in made if match.chunk is not None]
                    old = Made(at, kept)
                else:
                    old.follow(at, last.chunks, rule, severity)
                whole.pieces[key] = old
                whole.kept += old.kept
            elif found.chunk is not None:
                whole.kept.append(self._kept(found, singles.find(found), rule, severity, last))
        return whole

    def _kept(self, match: Match, old: Finding | None, rule: Rule, severity: Severity, last: _Last) -> Kept:
        """A match with its finding: that of one that said the same before, where there is one, moved."""
        if self._places is None:
            self._places = {chunk: at for at, chunk in enumerate(last.chunks)}
        own = chunks_of(match)
        finding = placed(old, match, own[0]) or resolve(rule, match, own[0], severity)
        return Kept(match, finding, own, tuple([self._places[chunk] for chunk in own]))

    def _follow(self, known: Whole, rule: Rule, severity: Severity) -> bool:
        """Move what was found with its chunks; False, and nothing is moved, where one of them is gone."""
        if self._last is None or not self._change.moved or not (known.kept or known.pieces):
            return True
        moves = {at: self._change.place(at) for kept in known.kept for at in kept.at}
        moves |= {at: self._change.place(at) for made in known.pieces.values() for at in made.at}
        there = {at: now for at, now in moves.items() if now is not None}
        if len(there) < len(moves):
            return False
        for kept in known.kept:
            kept.follow(tuple([there[at] for at in kept.at]), self._last.chunks, rule, severity)
        for made in known.pieces.values():
            made.at = tuple([there[at] for at in made.at])
        return True


def _change(last: _Last, chunks: Sequence[Chunk], analyses: Sequence[Analysis]) -> _Change:
    old = last.analyses
    shorter = min(len(old), len(analyses))
    start = 0
    while start < shorter and old[start] is analyses[start]:
        start += 1
    behind = 0
    while behind < shorter - start and old[-1 - behind] is analyses[-1 - behind]:
        behind += 1
    others = (*old[start : len(old) - behind], *analyses[start : len(analyses) - behind])
    kinds = {kind.__name__ for analysis in others for kind in analysis.facts}
    moved = len(old) != len(analyses) or any(
        chunk is not before for chunk, before in zip(chunks, last.chunks, strict=True)
    )
    return _Change(start, len(old) - behind, len(analyses) - len(old), moved, frozenset(kinds))
