"""TFL402: a debug step that does not say what was changed, what came of it or why; steps that are not counted on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from tflsp.facts.journal_entries import Kind, Step
from tflsp.facts.journal_words import ARROW
from tflsp.rules.base import Context, Edit, Fix, Match, Piece, Related, Safety, Severity, match, rule
from tflsp.rules.notebooks.journal_text import JournalText, Placed, Written
from tflsp.text import Span
from tflsp.text.patterns import pattern

_ARROW = pattern(ARROW)
_NUMBER = pattern(r"\d+")
_HINTS = {
    "en": {
        "change": "{bullet}<!-- What was changed? For example: learning_rate: 0.01 → 0.001 -->",
        "result": "{bullet}Result: ",
        "analysis": "💡 Analysis: <!-- Why was this changed, and what does the result say? -->",
    },
    "zh": {
        "change": "{bullet}<!-- 修改了什么？例如：学习率：0.01 → 0.001 -->",
        "result": "{bullet}结果：",
        "analysis": "💡 分析：<!-- 为什么做这次修改？结果说明了什么？ -->",
    },
}


@rule(
    "TFL402",
    "step-incomplete",
    severity=Severity.INFORMATION,
    even_in_bad_examples=True,
)
def check(journal: JournalText, context: Context) -> Iterator[Match | Piece]:
    """Judge the steps of a journal one by one, and their numbers."""
    is_first = True
    for placed in journal.of(Kind.STEP):
        for name in placed.entry.once(_missing):
            if not (is_first and name == "change"):
                yield journal.piece(is_first, partial(_fields, journal, placed, is_first=is_first), placed)
                break
        is_first = False
    yield from _numbers(journal)


def _missing(entry: Written) -> tuple[str, ...]:
    """What a step does not say."""
    step = entry.fields
    if not isinstance(step, Step):
        return ()
    tells = bool(step.changes or step.optimizer) or _ARROW.search(f"{step.title}\n{step.notes}") is not None
    shows = bool(step.result) or "![" in entry.text
    said = (("change", tells), ("result", shows), ("analysis", bool(step.analysis)))
    return tuple(name for name, is_there in said if not is_there)


def _fields(journal: JournalText, placed: Placed, *, is_first: bool) -> Iterator[Match]:
    """What is missing, told at once where it is everything. The first step has nothing to be compared with."""
    entry = placed.entry
    missing = [name for name in entry.once(_missing) if not (is_first and name == "change")]
    if len(missing) + is_first == 3 and not any(map(entry.label, missing)):
        yield from _match(journal, placed, "message", entry.heading, _insertions(journal, placed, missing))
        return
    for name in missing:
        row = entry.label(name)
        if row is not None:
            # The place is there and waits to be filled in.
            yield from _match(journal, placed, f"message.{name}", row.span, [])
        else:
            is_hinted = name == "change" and any(row.is_shown and _ARROW.search(row.text) for row in entry.rows)
            fixes = [] if is_hinted else _insertions(journal, placed, [name])
            yield from _match(journal, placed, f"message.{name}", entry.heading, fixes)


def _match(journal: JournalText, placed: Placed, message: str, span: Span, fixes: list[Fix]) -> Iterator[Match]:
    where = journal.located(placed, span)
    if where is not None:
        head = placed.entry.head
        step = f"#{head.number}" if head.number else f"“{head.title}”"
        yield match(where, message=message, fixes=fixes, step=step)


def _insertions(journal: JournalText, placed: Placed, missing: list[str]) -> list[Fix]:
    """One fix that inserts all lines that are missing, each where it belongs."""
    entry = placed.entry
    if entry.further:
        return []  # the rest of the step stands in another cell
    hints = _HINTS[entry.language]
    bullet = entry.bullet or ("- " if len(missing) == 3 else "")
    places: dict[int, list[str]] = {}
    for name in missing:
        places.setdefault(_place(entry, name), []).append(name)
    edits: list[Edit] = []
    for offset, names in places.items():
        lines = (_separated(entry, name, first=name == names[0]) + hints[name] for name in names)
        spot = journal.spot(placed, offset, is_end=True)
        if spot is None or not spot.is_open:
            return []
        edits.append(spot.insertion("".join(lines).replace("{bullet}", bullet)))
    return [Fix(tuple(edits), Safety.UNSAFE)]


def _separated(entry: Written, name: str, *, first: bool) -> str:
    """What parts a line from the one before it: the fields of a list stand close together."""
    has_fields = any(row.label or row.is_change for row in entry.rows)
    return "\n\n" if name == "analysis" or (first and not has_fields) else "\n"


def _place(entry: Written, name: str) -> int:
    """Where a line belongs in the entry's text: behind the last line of what comes before it."""
    if name == "analysis":
        return entry.end
    fields = [row for row in entry.rows if row.label or row.is_change]
    if name == "change":
        fields = [row for row in fields if row.is_change or (row.label and row.label.field in ("when", "optimizer"))]
        return fields[-1].span.end if fields else entry.heading.end
    analysis = entry.label("analysis")
    before = [row for row in entry.rows if row.text.strip() and (analysis is None or row.start < analysis.start)]
    return before[-1].span.end if before else entry.heading.end


def _numbers(journal: JournalText) -> Iterator[Match]:
    """Judge the numbers of each experiment's steps; those of a journal with the newest first, too."""
    for steps in _experiments(journal):
        numbers = [placed.entry.head.number for placed in steps]
        if all(before + 1 == after for before, after in pairwise(numbers)):
            continue
        if len(numbers) > 2 and all(before > after for before, after in pairwise(numbers)):
            steps.reverse()
        seen: dict[int, Placed] = {}
        highest = 0
        for placed in steps:
            number = placed.entry.head.number
            if number in seen:
                yield from _number(journal, placed, "message.twice", max(numbers) + 1, seen[number])
            elif highest and number > highest + 1:
                yield from _number(journal, placed, "message.gap", highest + 1, None)
            seen.setdefault(number, placed)
            highest = max(highest, number)


def _experiments(journal: JournalText) -> Iterator[list[Placed]]:
    """The numbered steps of each experiment: a goal begins another one, and so does a step #1 behind a later one."""
    steps: list[Placed] = []
    for placed in journal.entries:
        kind, number = placed.entry.head.kind, placed.entry.head.number
        if steps and (kind is Kind.GOAL or (number == 1 and steps[-1].entry.head.number > 1)):
            yield steps
            steps = []
        if kind is Kind.STEP and number:
            steps.append(placed)
    if steps:
        yield steps


def _number(journal: JournalText, placed: Placed, key: str, to: int, other: Placed | None) -> Iterator[Match]:
    entry = placed.entry
    found = next(
        (each for each in _NUMBER.finditer(entry.text, 0, entry.body) if int(each[0]) == entry.head.number), None
    )
    where = journal.located(placed, Span(*found.span())) if found is not None else None
    if where is None:
        return
    first = journal.located(other, other.entry.heading) if other is not None else None
    related = [Related(first, first.fact.span)] if first is not None else []
    fixes = []
    if other is not None:
        fixes = [Fix((Edit(where.fact.span, str(to)),), Safety.UNSAFE, "fix.number", {"number": to})]
    yield match(where, message=key, fixes=fixes, related=related, number=entry.head.number, wanted=to)
