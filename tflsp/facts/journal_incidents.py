"""Errors that a journal or guide tells of: which, below which heading, and what helped. Known by their fingerprints.

Any section may tell of one: an error log, a step with a traceback pasted into it, a heading of a troubleshooting guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from tflsp.dataclass import dataclass
from tflsp.facts.journal import Journal, JournalEntry, Stretch
from tflsp.facts.journal_anchors import Anchor
from tflsp.facts.journal_entries import ErrorLog, Kind
from tflsp.facts.journal_fields import entry_of
from tflsp.facts.journal_words import Heading
from tflsp.text import LineIndex, Span
from tflsp.text.patterns import pattern

# Words without one of which a text tells of no error that could be recognised; cheaper than to read it.
_TELLING = pattern(
    r"Error|Exception|Traceback|OOM|Could not|could not|Failed|failed|CUDA|cuda|cuDNN|allocat|exceed|Unknown|NaN|nan|"
    r"exhausted|[Kk]illed|Aborted|core dumped"
)
# A line that is an error's last one, as people write it down without the rest of the traceback.
_RAISED = pattern(
    r"^(?:>[ \t]?)?(?P<line>(?:[A-Za-z_]\w{0,60}\.){0,8}[A-Z]\w{0,60}(?:Error|Exception): [^\r\n]+)",
    re.MULTILINE,
)
_TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n'
# How a list begins that `tflsp journal error` proposes.
_PROPOSED = ("To try:", "可以尝试：")
_ITEM = pattern(r"\A(?:\d+\.|[-*])[ \t]+")
# A longer section is a log that somebody has pasted: its end tells.
_LONGEST = 100_000


# What is kept of shorter ones: of a long journal that is typed in, one section changes at a time.
_KEPT = 4_000


@dataclass(frozen=True, slots=True)
class Told:
    """An error in a text: its fingerprint, the key of its page, and its first line's place."""

    fingerprint: str
    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Incident:
    """An error in stretch number ``part`` of a journal. ``step`` is the step that it is in or follows, or 0."""

    fingerprint: str
    part: int
    span: Span
    anchor: Anchor | None
    entry: JournalEntry | None
    step: int
    solution: str


def may_tell(text: str) -> bool:
    """Whether a text has a word without which it tells of no error."""
    return _TELLING.search(text) is not None


def errors_told(text: str) -> tuple[Told, ...]:
    """The errors that a text tells of, each once; what is only information is none."""
    if not may_tell(text):
        return ()
    read = _known_errors if len(text) < _KEPT else _errors_told
    return read(text[-_LONGEST:], max(len(text) - _LONGEST, 0))


def _errors_told(text: str, before: int) -> tuple[Told, ...]:
    from tflsp.tensorflow.errors import read_errors  # most texts tell of no error
    from tflsp.tensorflow.errors.report import Level

    reports = [each for each in read_errors(text).reports if each.level is not Level.INFORMATION]
    lines = LineIndex(text)
    found: dict[str, Told] = {}
    for report in reports:
        span = lines.line_span(min(max(report.line - 1, 0), lines.line_count - 1))
        found.setdefault(report.fingerprint, Told(report.fingerprint, report.key, span.shift(before)))
    if not found and (raised := _RAISED.search(text)) is not None:
        for report in read_errors(_TRACEBACK + raised["line"]).reports:
            found[report.fingerprint] = Told(report.fingerprint, report.key, Span(*raised.span("line")).shift(before))
    return tuple(found.values())


_known_errors = lru_cache(maxsize=8_192)(_errors_told)


def incidents_of(journal: Journal, headings: Sequence[Anchor]) -> Iterator[Incident]:
    """The errors of a journal's texts. ``headings`` are those of its stretches."""
    step = 0
    at = 0
    for part, stretch in enumerate(journal.stretches):
        own = []
        while at < len(headings) and headings[at].part == part:
            own.append(headings[at])
            at += 1
        inside = {entry.inner.start: entry for entry in journal.entries if entry.stretch is stretch} if own else {}
        for section in _sections(stretch, own, inside):
            if section.entry is not None and section.entry.kind is Kind.STEP:
                step = section.entry.number
            yield from _incidents(stretch, part, section, step)


@dataclass(frozen=True, slots=True)
class _Section:
    span: Span
    anchor: Anchor | None
    entry: JournalEntry | None


def _sections(stretch: Stretch, headings: Sequence[Anchor], entries: dict[int, JournalEntry]) -> Iterator[_Section]:
    """Entries as a whole, and what lies between them by its headings."""
    covered = 0
    if not headings or headings[0].start > 0:
        end = headings[0].start if headings else len(stretch.text)
        yield _Section(Span(0, end), None, None)
    for number, anchor in enumerate(headings):
        if anchor.start < covered:
            continue
        entry = entries.get(anchor.start)
        if entry is not None:
            covered = entry.inner.end
            yield _Section(entry.inner, anchor, entry)
            continue
        following = (each for each in headings[number + 1 :] if each.level <= anchor.level or each.start in entries)
        end = next((each.start for each in following), len(stretch.text))
        # What begins a part of its own is told below that part's heading.
        nested = next((each.start for each in headings[number + 1 :] if each.start < end), end)
        if errors_told(stretch.text[anchor.end : nested]):
            covered = end
            yield _Section(Span(anchor.start, end), anchor, None)


def _incidents(stretch: Stretch, part: int, section: _Section, step: int) -> Iterator[Incident]:
    text = section.span.of(stretch.text)
    told = errors_told(text)
    if not told:
        return
    solution = _solution(stretch, section)
    for each in told:
        yield Incident(
            each.fingerprint, part, each.span.shift(section.span.start), section.anchor, section.entry, step, solution
        )


def _solution(stretch: Stretch, section: _Section) -> str:
    """What helped, by the section's own words."""
    if section.anchor is None:
        return ""
    if section.entry is not None:
        read = section.entry.entry
    else:
        read = entry_of(
            Heading(Kind.ERROR, 0, section.anchor.title, "en"), stretch.text[section.anchor.end : section.span.end]
        )
    return _own(read.solution) if isinstance(read, ErrorLog) else ""


def _own(solution: str) -> str:
    """What a person has written, or left of what was proposed: a list of things to try is no solution."""
    first, _, rest = solution.partition("\n")
    if first.strip() not in _PROPOSED:
        return solution
    left = [line.strip() for line in rest.split("\n") if line.strip()]
    return _ITEM.sub("", left[0]) if len(left) == 1 else ""
