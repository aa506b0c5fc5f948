"""What the index of a workspace keeps of one journal: its entries, the errors in them, and its links, as plain values.

Pure. Places are lines and characters in the units that whoever made the record has named, so that nobody needs the text
again to speak of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tflsp.dataclass import dataclass
from tflsp.facts.journal_entries import Kind

Where = tuple[int, int, int, int, int]
"""Part of the document, line and character of the start, line and character of the end."""


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """An entry. ``said`` is what matters most: a step's result, a goal's criterion, an error's solution.

    ``where`` is its heading's line, ``whole`` all of it; ``cell`` counts from 0.
    """

    kind: Kind
    number: int
    title: str
    heading: str
    anchor: str
    where: Where
    whole: Where
    cell: int | None = None
    said: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An error that is written down: below which heading, in or after which step (0: none), and what helped."""

    fingerprint: str
    heading: str
    step: int
    solution: str
    where: Where
    heading_where: Where


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """A link to a journal: ``path`` and ``fragment`` as in `Link`, the place of the whole."""

    path: str
    fragment: str
    where: Where


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """What one file gives. ``journal`` is False for files that only have links, or errors, such as guides."""

    journal: bool
    language: str
    title: str = ""
    goal: str = ""
    goal_met: bool | None = None
    best: str = ""
    conclusion: str = ""
    entries: tuple[EntryRecord, ...] = ()
    incidents: tuple[IncidentRecord, ...] = ()
    links: tuple[LinkRecord, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remember."""
        return not (self.entries or self.incidents or self.links)

    def plain(self) -> list[Any]:
        """As JSON has it."""
        return [
            self.journal, self.language, self.title, self.goal, self.goal_met, self.best, self.conclusion,
            [_values(each) for each in self.entries],
            [_values(each) for each in self.incidents],
            [_values(each) for each in self.links],
        ]  # fmt: skip

    @classmethod
    def of(cls, plain: Sequence[Any]) -> JournalRecord:
        """What ``plain`` gave."""
        journal, language, title, goal, goal_met, best, conclusion, entries, incidents, links = plain
        return cls(
            journal,
            language,
            title,
            goal,
            goal_met,
            best,
            conclusion,
            tuple(_entry_of(each) for each in entries),
            tuple(_incident_of(each) for each in incidents),
            tuple(LinkRecord(path, fragment, _where_of(where)) for path, fragment, where in links),
        )


NO_RECORD = JournalRecord(False, "en")


def _values(record: Any) -> list[Any]:
    return [getattr(record, name) for name in record.__match_args__]


def _entry_of(plain: Sequence[Any]) -> EntryRecord:
    kind, number, title, heading, anchor, where, whole, cell, said, changes, fingerprint = plain
    told = tuple((name, old, new) for name, old, new in changes)
    places = _where_of(where), _where_of(whole)
    return EntryRecord(Kind(kind), number, title, heading, anchor, *places, cell, said, told, fingerprint)


def _incident_of(plain: Sequence[Any]) -> IncidentRecord:
    fingerprint, heading, step, solution, where, heading_where = plain
    return IncidentRecord(fingerprint, heading, step, solution, _where_of(where), _where_of(heading_where))


def _where_of(plain: Sequence[int]) -> Where:
    part, start, character, end, last = plain
    return part, start, character, end, last
