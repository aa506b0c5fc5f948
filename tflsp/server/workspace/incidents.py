"""Known incidents: errors that the journals and guides of a workspace tell of, by their fingerprints.

Plain values that the thread of the analysis may look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tflsp.dataclass import dataclass
from tflsp.facts.journal_records import Where
from tflsp.server.explain.words import say

if TYPE_CHECKING:
    from tflsp.server.workspace.journals import Known


@dataclass(frozen=True, slots=True)
class Seen:
    """An error that is written down: in which document (``uri``; ``name`` is what people call it), and where.

    ``step`` is the step that it is in or follows, or 0; ``solution`` may be empty; a ``guide`` is no journal.
    """

    uri: str
    path: Path | None
    name: str
    heading: str
    step: int
    solution: str
    guide: bool
    part_uri: str
    where: Where
    heading_where: Where

    def told(self, language: str) -> str:
        """One line: ``exp_lr_tuning, step #4 — solved by batch(32)``."""
        place = self.heading
        if self.step:
            place = say("step-number", language, number=self.step)
        said = say("seen-before", language, name=self.name, place=place) if place else self.name
        return say("solved-by", language, seen=said, solution=self.solution) if self.solution else said


def by_fingerprint(known: Iterable[Known]) -> Mapping[str, tuple[Seen, ...]]:
    """The incidents of all documents; those that were solved first."""
    found: dict[str, list[Seen]] = {}
    for each in known:
        for incident in each.record.incidents:
            seen = Seen(
                each.uri,
                each.path,
                each.name,
                incident.heading,
                incident.step,
                incident.solution,
                not each.record.journal,
                each.uris[incident.where[0]],
                incident.where,
                incident.heading_where,
            )
            found.setdefault(incident.fingerprint, []).append(seen)
    return {key: tuple(sorted(seen, key=_rank)) for key, seen in found.items()}


def before(
    incidents: Mapping[str, tuple[Seen, ...]], fingerprint: str, uri: str, where: tuple[int, int]
) -> Iterator[Seen]:
    """Where an error at ``where`` (part, line) of document ``uri`` was seen before: elsewhere, or further up."""
    for seen in incidents.get(fingerprint, ()):
        # A guide tells what others have written: without a solution it says nothing that is not said there.
        if seen.guide and not seen.solution:
            continue
        if seen.uri != uri or (seen.where[0], seen.where[1]) < where:
            yield seen


def location(seen: Seen) -> dict[str, Any]:
    """The heading that tells of it, as an LSP Location."""
    _, line, character, last, end = seen.heading_where
    where = {"start": {"line": line, "character": character}, "end": {"line": last, "character": end}}
    return {"uri": seen.part_uri, "range": where}


def _rank(seen: Seen) -> tuple[bool, bool, str, Where]:
    return not seen.solution, seen.guide, seen.uri, seen.where
