"""Entries as they are written: fields made fit for Markdown, and filled with what was captured.

Captured values are plain texts that somebody else has learned; each one may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tflsp.dataclass import dataclass, replace
from tflsp.facts.journal_entries import Change, Conclusion, Entry, ErrorLog, Goal, Kind, Passage, Step
from tflsp.facts.journal_fields import hypothesis, value_of
from tflsp.facts.journal_lines import block, ends_comment, inline, is_comment, verbatim
from tflsp.facts.journal_words import ARROW, label, without_mark, without_separator
from tflsp.text.patterns import pattern

_ARROW = pattern(ARROW)
_IN_NAME = pattern(rf"(?:[:：→\\]|{ARROW})+")
_CLOSING_SIGNS = pattern(r"(?:\A|[ \t])#+\Z")
_OLD = pattern(r"\A(?:原(?:来的|始)?|旧的?|old[ ]|previous[ ]|original[ ])(?=\S)", re.IGNORECASE)
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class CapturedRun:
    """What a run was and gave, as far as it is known: for steps and conclusions."""

    when: str | None = None
    changes: tuple[Change, ...] | None = None
    optimizer: str | None = None
    result: str | None = None
    environment: str | None = None
    best: str | None = None
    goal_met: bool | None = None


@dataclass(frozen=True, slots=True)
class CapturedError:
    """What is known of an error: its name, what was shown, where it ran, its likely cause and remedies."""

    when: str | None = None
    title: str | None = None
    message: str | None = None
    environment: str | None = None
    analysis: str | None = None
    solution: str | None = None


def kind_of(entry: Entry) -> Kind:
    """The kind of an entry that can be written. Raises ValueError for a passage, which has no template."""
    match entry:
        case Goal():
            return Kind.GOAL
        case Step():
            return Kind.STEP
        case ErrorLog():
            return Kind.ERROR
        case Conclusion():
            return Kind.CONCLUSION
        case Passage():
            raise ValueError("a passage has no template")


def filled(entry: Entry, captured: CapturedRun | CapturedError) -> Entry:
    """The entry with what was captured in the fields that are empty and that it has."""
    known = {name: getattr(captured, name) for name in captured.__match_args__ if name in entry.__match_args__}
    empty = {name: value for name, value in known.items() if value is not None and not _is_filled(entry, name)}
    return replace(entry, **empty)


def _is_filled(entry: Entry, name: str) -> bool:
    return getattr(entry, name) not in ("", (), None)


def tidied(entry: Entry) -> Entry:
    """The entry as it will be read again: texts trimmed, titles on one line, nothing that ends a fence too late."""
    match entry:
        case Goal(question, hypotheses, criterion):
            found = tuple(filter(None, (hypothesis(_one(each)) for each in hypotheses)))
            return Goal(block(question), found, _one(criterion))
        case Step():
            return Step(
                max(entry.number, 0),
                _title(entry.title, without_separator),
                block(entry.notes),
                block(entry.when),
                tuple(map(_change, entry.changes)),
                _not_changed(block(entry.optimizer)),
                block(entry.result),
                block(entry.environment),
                block(entry.analysis),
            )
        case ErrorLog():
            texts = (
                block(each) for each in (entry.when, entry.environment, entry.analysis, entry.solution, entry.advice)
            )
            return ErrorLog(_title(entry.title, without_mark), verbatim(entry.message), *texts)
        case Conclusion(text, best, goal_met, following):
            return Conclusion(block(text), block(best), goal_met, block(following))
        case Passage(text):
            return Passage(block(text))


def _one(text: str) -> str:
    line = inline(text)
    return "" if is_comment(line) else line


def _title(text: str, start: Callable[[str], str]) -> str:
    """A title without what would not be read as part of it: ``start`` takes away what it may not begin with."""
    title, before = inline(text), None
    while title != before:
        before = title
        title = _CLOSING_SIGNS.sub("", start(title)).rstrip()
    return title


def _change(change: Change) -> Change:
    return Change(_name(change.name), value_of(_without_arrow(inline(change.old))), value_of(inline(change.new)))


def _name(text: str) -> str:
    name, before = _IN_NAME.sub("/", inline(text.replace("`", "")))[:LONGEST_NAME], None
    while name != before:
        before = name
        name = _OLD.sub("", name.strip(" *"))
    name = name or "?"
    # A parameter that is called as one of the entry's fields is told from it by quotes.
    return f"`{name}`" if label(f"{name}: x", Kind.STEP) else name


def _not_changed(text: str) -> str:
    """A text that can stand behind a label without telling a change: no arrow in its first line."""
    first, end, rest = text.partition("\n")
    return _ARROW.sub(lambda each: each[0] if ends_comment(first, *each.span()) else "to", first) + end + rest


def _without_arrow(text: str) -> str:
    return _ARROW.sub("to", text)
