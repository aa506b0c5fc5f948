"""TFL404: an error in a journal that nobody has said the cause of, or what helped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from tflsp.facts.base import Analysis
from tflsp.facts.journal_entries import ErrorLog, Kind, Step
from tflsp.facts.journal_lines import LINE, headings, marks
from tflsp.facts.journal_words import field_heading, heading, label
from tflsp.rules.base import Context, Fix, Match, Piece, Severity, match, rule
from tflsp.rules.notebooks.generated_words import own_words
from tflsp.rules.notebooks.journal_text import JournalText, Placed, Written, fix_at
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
    even_in_bad_examples=True,
)
def check(journal: JournalText, context: Context) -> Iterator[Match | Piece]:
    """Judge a journal's error logs, and the errors that are pasted elsewhere in it."""
    for placed in journal.of(Kind.ERROR):
        if placed.entry.once(_missing):
            yield journal.piece("log", partial(_log, journal, placed), placed)
    for index, analysis in journal.texts():
        for block, error in analysis.once(_errors):
            around = journal.around(index, block)
            make = partial(_pasted, journal, index, block, error, around)
            if around is None:
                yield from make()
            else:
                yield journal.piece(("pasted", index - around.chunk, block, error), make, around)


def _missing(entry: Written) -> tuple[str, ...]:
    """What an error log does not say in a person's words."""
    log = entry.fields
    if not isinstance(log, ErrorLog) or not log.message:
        return ()
    own = own_words(log.analysis, log.solution, entry.language)
    return tuple(name for name, is_there in zip(own._fields, own, strict=True) if not is_there)


def _log(journal: JournalText, placed: Placed) -> Iterator[Match]:
    entry = placed.entry
    missing, log = entry.once(_missing), entry.fields
    where = journal.located(placed, entry.heading)
    if where is None or not isinstance(log, ErrorLog):
        return
    given = {"analysis": bool(log.analysis), "solution": bool(log.solution)}
    message = "message" if len(missing) == 2 else f"message.{missing[0]}"
    if any(given[name] for name in missing):
        message = "message.likely"
    fixes: list[Fix] = []
    absent = [name for name in missing if not given[name] and entry.label(name) is None]
    if absent and not entry.further:
        hints = _HINTS[entry.language]
        text = "".join(f"\n\n{entry.subheading(hints[name][0])}\n\n{hints[name][1]}" for name in absent)
        fixes = journal.insertion(placed, entry.end, text)
    yield match(where, message=message, fixes=fixes)


def _errors(analysis: Analysis) -> tuple[tuple[Span, Span], ...]:
    """The fences and quotes of a chunk that hold an error, each with the error's line."""
    text = analysis.root.text
    if _ERROR.search(text) is None:
        return ()
    found = []
    for block in _blocks(text):
        if (error := _ERROR.search(text, block.start, block.end)) is not None:
            start = error.start() + len(error[0]) - len(error[0].lstrip(" \t>"))
            found.append((block, Span(start, error.end())))
    return tuple(found)


def _pasted(journal: JournalText, index: int, block: Span, error: Span, around: Placed | None) -> Iterator[Match]:
    """An error outside of error logs that nothing behind it explains."""
    if _is_explained(around.entry) if around is not None else _is_told(journal, index, block.end):
        return
    where = journal.located_in(index, error)
    if where is not None:
        yield match(where, message="message.pasted", fixes=_after(journal, index, block, around))


def _is_explained(around: Written) -> bool:
    """Whether the entry that an error stands in says what it was. Error logs are judged by themselves."""
    match around.fields:
        case ErrorLog():
            return True
        case Step(analysis=analysis):
            return bool(analysis)
        case _:
            return _TOLD.search(around.text, around.body) is not None


def _blocks(text: str) -> Iterator[Span]:
    """The fences and quotes of a text, in their order."""
    fences = [Span(mark.start, mark.end) for mark in marks(text) if not mark.level]
    quotes = [Span(found.start(), found.start() + len(found[0].rstrip())) for found in _QUOTE.finditer(text)]
    quotes = [quote for quote in quotes if not any(fence.covers(quote) for fence in fences)]
    shown = [fence for fence in fences if not text.startswith("<!--", fence.start)]
    yield from sorted([*shown, *quotes])


def _is_told(journal: JournalText, index: int, start: int) -> bool:
    """Whether what follows, up to the next entry, tells a cause or a remedy."""
    for _, analysis in journal.texts(index):
        text = analysis.root.text[start:]
        begins = (mark.start for mark in headings(text) if mark.level and heading(mark.title) is not None)
        end = next(begins, len(text))
        if _TOLD.search(text, 0, end) or _has_field(text[:end]):
            return True
        if end < len(text):
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


def _after(journal: JournalText, index: int, block: Span, around: Placed | None) -> list[Fix]:
    """Places for cause and remedy behind a block; in a step only for its analysis, at its end."""
    is_step = around is not None and around.entry.kind is Kind.STEP
    language = around.entry.language if around is not None else journal.language()
    hints, colon = _HINTS[language], _COLON[language]
    names = ["analysis"] if is_step else ["analysis", "solution"]
    text = "".join(f"\n\n{hints[name][0]}{colon}{hints[name][1]}" for name in names)
    if around is not None and is_step:
        has_place = around.entry.further or around.entry.label("analysis") is not None
        return [] if has_place else journal.insertion(around, around.entry.end, text)
    end = block.start + len(block.of(journal.analysed[index][1].root.text).rstrip())
    return fix_at(journal.spot_in(index, end), text)
