"""TFL404: an error in a journal that nobody has said the cause of, or what helped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal import JournalEntry, Stretch
from tflsp.facts.journal_entries import ErrorLog, Kind, Step
from tflsp.facts.journal_lines import LINE, marks
from tflsp.facts.journal_words import field_heading, heading, label
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.notebooks.generated_words import own_words
from tflsp.rules.notebooks.journal_text import JournalText, Written, journal_text
from tflsp.text import Span
from tflsp.text.patterns import pattern

# What an error looks like where a person has pasted one, at the beginning of a line or anywhere in it.
_ERROR = pattern(
    r"^[ \t>]*(?:Traceback \(most recent call last\)"
    r"|(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)(?: \[[^\n]*|:[ \t]\S[^\n]*|[ \t]*$))"
    r"|^[^\n]*(?:OOM when allocating|Resource exhausted:|ran out of memory trying|Incompatible shapes: \["
    r"|CUDA_ERROR_\w+|Dst tensor is not initialized|Could not load dynamic library|Matrix size-incompatible)",
    re.MULTILINE,
)
_QUOTE = pattern(r"(?:^>[^\n]*(?:\n|\Z))+", re.MULTILINE)
# A person may tell the cause in a sentence.
_TOLD = pattern(
    r"原因|因为|由于|解决|修复|because|caused by|due to|reason|fixed|solved|helped|solution|work(?:ed )?around",
    re.IGNORECASE,
)
_HINTS = {
    "en": {"analysis": ("Analysis", "<!-- Why did it happen? -->"), "solution": ("Solution", "<!-- What helped? -->")},
    "zh": {"analysis": ("分析", "<!-- 为什么会发生？ -->"), "solution": ("解决方案", "<!-- 什么办法有效？ -->")},
}
_COLON = {"en": ": ", "zh": "："}


@rule(
    "TFL404",
    "error-log-unstructured",
    severity=Severity.INFORMATION,
    kinds=("markdown", "notebook", "percent"),
    given=("JournalDeclared", "JournalHeading"),
    even_in_bad_examples=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge a journal's error logs, and the errors that are pasted elsewhere in it."""
    journal = journal_text(facts, context)
    if journal is None:
        return
    for written in journal.of(Kind.ERROR):
        if isinstance(log := written.fields, ErrorLog) and log.message:
            yield from _log(journal, written, log)
    yield from _pasted(journal)


def _log(journal: JournalText, written: Written, log: ErrorLog) -> Iterator[Match]:
    own = own_words(log.analysis, log.solution, written.entry.language)
    missing = [name for name, is_there in (("analysis", own.analysis), ("solution", own.solution)) if not is_there]
    if not missing:
        return
    given = {"analysis": bool(log.analysis), "solution": bool(log.solution)}
    message = "message" if len(missing) == 2 else f"message.{missing[0]}"
    if any(given[name] for name in missing):
        message = "message.likely"
    absent = [name for name in missing if not given[name] and not _has_place(written, name)]
    where = journal.located(written.entry.stretch, written.heading)
    if where is None:
        return
    fixes: list[Fix] = []
    if absent and not written.further:
        hints = _HINTS[written.entry.language]
        marks = "#" * min(written.entry.level + 1, 6)
        text = "".join(f"\n\n{marks} {hints[name][0]}\n\n{hints[name][1]}" for name in absent)
        fixes = journal.insertion(written, written.entry.inner.end, text)
    yield match(where, message=message, fixes=fixes)


def _has_place(written: Written, name: str) -> bool:
    return written.label(name) is not None


def _pasted(journal: JournalText) -> Iterator[Match]:
    """The errors outside of error logs that nothing behind them explains."""
    entries: dict[int, list[Written]] = {}
    for written in journal.entries:
        entries.setdefault(id(written.entry.stretch), []).append(written)
    for number, stretch in enumerate(journal.journal.stretches):
        if _ERROR.search(stretch.text) is None:
            continue
        own = entries.get(id(stretch), [])
        for block in _blocks(stretch.text):
            found = _ERROR.search(stretch.text, block.start, block.end)
            around = next((each for each in own if each.entry.inner.covers(block)), None)
            if found is None or (around is not None and _is_explained(around)):
                continue
            if around is None and _is_told(journal, number, block.end):
                continue
            line = found.group()
            start = found.start() + len(line) - len(line.lstrip(" \t>"))
            where = journal.located(stretch, Span(start, found.end()))
            if where is not None:
                fixes = _after(journal, stretch, block, around.entry if around else None)
                yield match(where, message="message.pasted", fixes=fixes)


def _is_explained(around: Written) -> bool:
    """Whether the entry that an error stands in says what it was. Error logs are judged by themselves."""
    match around.fields:
        case ErrorLog():
            return True
        case Step(analysis=analysis):
            return bool(analysis)
        case _:
            return _TOLD.search(around.body) is not None


def _blocks(text: str) -> Iterator[Span]:
    """The fences and quotes of a text, in their order."""
    fences = [Span(mark.start, mark.end) for mark in marks(text) if not mark.level]
    quotes = [Span(found.start(), found.start() + len(found[0].rstrip())) for found in _QUOTE.finditer(text)]
    quotes = [quote for quote in quotes if not any(fence.covers(quote) for fence in fences)]
    shown = [fence for fence in fences if not text.startswith("<!--", fence.start)]
    yield from sorted([*shown, *quotes])


def _is_told(journal: JournalText, number: int, start: int) -> bool:
    """Whether what follows, up to the next entry, tells a cause or a remedy."""
    for stretch in journal.journal.stretches[number:]:
        text = stretch.text[start:]
        end = next((mark.start for mark in marks(text) if mark.level and heading(mark.title) is not None), None)
        if _TOLD.search(text, 0, len(text) if end is None else end) or _has_field(text[:end]):
            return True
        if end is not None or not text.strip():
            return False
        start = 0
    return False


def _has_field(text: str) -> bool:
    for line in LINE.findall(text):
        line = line.strip()
        found = field_heading(line.lstrip("#").strip(), Kind.ERROR) if line.startswith("#") else label(line, Kind.ERROR)
        if found is not None and found.field in ("analysis", "solution"):
            return True
    return False


def _after(journal: JournalText, stretch: Stretch, block: Span, around: JournalEntry | None) -> list[Fix]:
    """Places for cause and remedy behind a block; in a step only for its analysis, at its end."""
    language = around.language if around is not None else journal.journal.language("en")
    names = ["analysis"] if around is not None and around.kind is Kind.STEP else ["analysis", "solution"]
    end = block.start + len(block.of(stretch.text).rstrip())
    if around is not None and around.kind is Kind.STEP:
        end = around.inner.end
    spot = journal.spot(stretch, end, is_end=True)
    if spot is None:
        return []
    hints = _HINTS[language]
    text = "".join(f"\n\n{hints[name][0]}{_COLON[language]}{hints[name][1]}" for name in names)
    return [Fix((Edit(Span(spot.offset, spot.offset), text, spot.region, spot.chunk),), Safety.UNSAFE)]
