"""TFL402: a debug step that does not say what was changed, what came of it or why; steps that are not counted on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.journal_entries import Kind, Step
from tflsp.facts.journal_words import ARROW
from tflsp.rules.base import Context, Edit, Fix, Match, Related, Safety, Severity, match, rule
from tflsp.rules.notebooks.journal_text import JournalText, Written, journal_text
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
    kinds=("markdown", "notebook", "percent"),
    given=("JournalDeclared", "JournalHeading"),
    even_in_bad_examples=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge the steps of a journal one by one, and their numbers."""
    journal = journal_text(facts, context)
    if journal is None:
        return
    steps = list(journal.of(Kind.STEP))
    for at, written in enumerate(steps):
        if isinstance(step := written.fields, Step):
            yield from _fields(journal, written, step, is_first=at == 0)
    yield from _numbers(journal)


def _fields(journal: JournalText, written: Written, step: Step, *, is_first: bool) -> Iterator[Match]:
    missing = [
        *([] if is_first or _tells_change(written, step) else ["change"]),
        *([] if step.result or "![" in written.body else ["result"]),
        *([] if step.analysis else ["analysis"]),
    ]
    if len(missing) + is_first == 3 and not any(written.label(name) for name in missing):
        yield from _match(journal, written, "message", written.heading, _insertions(journal, written, missing))
        return
    for name in missing:
        row = written.label(name)
        if row is not None:
            # The place is there and waits to be filled in.
            yield from _match(journal, written, f"message.{name}", written.place(row.span), [])
        else:
            fixes = _insertions(journal, written, [name])
            yield from _match(journal, written, f"message.{name}", written.heading, fixes)


def _tells_change(written: Written, step: Step) -> bool:
    return bool(step.changes or step.optimizer) or _ARROW.search(f"{step.title}\n{step.notes}") is not None


def _match(journal: JournalText, written: Written, message: str, span: Span, fixes: list[Fix]) -> Iterator[Match]:
    where = journal.located(written.entry.stretch, span)
    if where is not None:
        yield match(where, message=message, fixes=fixes, step=_named(written))


def _named(written: Written) -> str:
    number = written.entry.number
    return f"#{number}" if number else f"“{written.entry.head.title}”"


def _insertions(journal: JournalText, written: Written, missing: list[str]) -> list[Fix]:
    """One fix that inserts all lines that are missing, each where it belongs."""
    if written.further:
        return []  # the rest of the step stands in another cell
    hints, bullet = _HINTS[written.entry.language], written.bullet
    places: dict[int, list[str]] = {}
    for name in missing:
        places.setdefault(_place(written, name), []).append(name)
    edits: list[Edit] = []
    for offset, names in places.items():
        text = "".join(_separated(written, name, first=name == names[0]) + hints[name] for name in names)
        text = text.replace("{bullet}", bullet or ("- " if len(missing) == 3 else ""))
        for fix in journal.insertion(written, offset, text):
            edits += fix.edits
    return [Fix(tuple(edits), Safety.UNSAFE)] if edits else []


def _separated(written: Written, name: str, *, first: bool) -> str:
    """What parts a line from the one before it: the fields of a list stand close together."""
    if name == "analysis" or (first and not _has_fields(written)):
        return "\n\n"
    return "\n"


def _has_fields(written: Written) -> bool:
    return any(row.label or row.is_change for row in written.rows)


def _place(written: Written, name: str) -> int:
    """Where a line belongs, in the entry's stretch: behind the last line of what comes before it."""
    end = written.entry.inner.end
    if name == "analysis":
        return end
    analysis = written.label("analysis")
    fields = [row for row in written.rows if row.label or row.is_change]
    if name == "change":
        fields = [row for row in fields if row.is_change or (row.label and row.label.field in ("when", "optimizer"))]
        return written.place(fields[-1].span).end if fields else written.heading.end
    before = [row for row in written.rows if row.text.strip() and (analysis is None or row.start < analysis.start)]
    return written.place(before[-1].span).end if before else written.heading.end


def _numbers(journal: JournalText) -> Iterator[Match]:
    """Judge the numbers of each experiment's steps; those of a journal with the newest first, too."""
    for steps in _experiments(journal):
        numbers = [step.entry.number for step in steps]
        if len(numbers) > 2 and all(a > b for a, b in pairwise(numbers)):
            steps.reverse()
        seen: dict[int, Written] = {}
        before = 0
        for written in steps:
            number = written.entry.number
            if number in seen:
                following = max(each.entry.number for each in steps) + 1
                yield from _number(journal, written, "message.twice", following, seen[number])
            elif before and number > before + 1:
                yield from _number(journal, written, "message.gap", before + 1, None)
            seen.setdefault(number, written)
            before = max(before, number)


def _experiments(journal: JournalText) -> Iterator[list[Written]]:
    """The numbered steps of each experiment: a goal begins another one, and so does a step #1 below another heading."""
    steps: list[Written] = []
    for written in journal.entries:
        kind, number = written.entry.kind, written.entry.number
        if steps and (kind is Kind.GOAL or (number == 1 and steps[-1].entry.number > 1)):
            yield steps
            steps = []
        if kind is Kind.STEP and number:
            steps.append(written)
    if steps:
        yield steps


def _number(journal: JournalText, written: Written, key: str, to: int, other: Written | None) -> Iterator[Match]:
    stretch, line = written.entry.stretch, written.heading
    found = next(
        (each for each in _NUMBER.finditer(line.of(stretch.text)) if int(each[0]) == written.entry.number), None
    )
    if found is None:
        return
    where = journal.located(stretch, Span(*found.span()).shift(line.start))
    if where is None:
        return
    first = journal.located(other.entry.stretch, other.heading) if other is not None else None
    related = [Related(first, first.fact.span)] if first is not None else []
    fixes = []
    if other is not None:
        fixes = [Fix((Edit(where.fact.span, str(to)),), Safety.UNSAFE, "fix.number", {"number": to})]
    yield match(where, message=key, fixes=fixes, related=related, number=written.entry.number, wanted=to)
