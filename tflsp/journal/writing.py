"""What an entry says in a journal: its number, language and heading level follow what is there already."""

from __future__ import annotations

from tflsp.dataclass import replace
from tflsp.facts.journal import Journal, JournalEntry
from tflsp.facts.journal_entries import Conclusion, Entry, ErrorLog, Goal, Kind, Step
from tflsp.facts.journal_lines import BOLD_LEVEL, marks
from tflsp.journal.entries import kind_of, tidied
from tflsp.journal.refusals import Refusal, there_already
from tflsp.journal.templates import Overrides, render

_CIRCUMSTANCES = ("number", "when", "environment")


class NotInserted(Refusal):
    """Why nothing is inserted: what is there already, or a place where no entry can stand."""


def written(journal: Journal, entry: Entry, language: str, overrides: Overrides) -> tuple[Entry, str, str]:
    """The entry with its number, the language that it is written in here, and its text.

    ``language`` is that of a journal which has none yet. Raises NotInserted for what is there already, and
    TemplateError.
    """
    kind = kind_of(entry)
    if isinstance(entry, Step) and not entry.number:
        entry = replace(entry, number=journal.next_number)
    entry = tidied(entry)
    _refuse_twice(journal, entry, kind)
    language = journal.language(language)
    return entry, language, _levelled(render(entry, language, overrides), journal, kind)


def _refuse_twice(journal: Journal, entry: Entry, kind: Kind) -> None:
    same = journal.of(kind)
    match entry:
        case Goal() | Conclusion():
            if same:
                raise NotInserted(there_already(kind), first=_first_line(same[0]))
        case ErrorLog(message=message):
            first = message.split("\n", 1)[0]
            likely = (each.entry for each in same if first in each.text) if message else ()
            if any(isinstance(each, ErrorLog) and each.message == message for each in likely):
                raise NotInserted("error-there")
        case Step():
            if entry.number in journal.numbers:
                taken = next(each for each in same if each.number == entry.number)
                raise NotInserted("step-there", number=entry.number, first=_first_line(taken))
            if same and _content(same[-1].entry) == _content(entry):
                raise NotInserted("same-step", first=_first_line(same[-1]))


def _content(entry: Entry) -> tuple[object, ...]:
    """What a step says besides when and where it was."""
    return tuple(getattr(entry, name) for name in entry.__match_args__ if name not in _CIRCUMSTANCES)


def _first_line(entry: JournalEntry) -> str:
    return entry.text.split("\n", 1)[0].strip()


def _levelled(text: str, journal: Journal, kind: Kind) -> str:
    """The text with its headings at the level that the journal's entries of this kind have."""
    headings = [mark for mark in marks(text) if mark.level]
    last = next((entry for entry in reversed(journal.of(kind)) if entry.level < BOLD_LEVEL), None)
    if not headings or last is None:
        return text
    by = last.level - headings[0].level
    for mark in reversed(headings):
        level = min(max(mark.level + by, 1), 6)
        text = text[: mark.start] + "#" * level + text[mark.start + mark.level :]
    return text
