"""TFL401: a journal without goal, hypotheses, criterion, method, result or conclusion, or with the goal at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tflsp.capture.criteria import criterion_of
from tflsp.facts.base import Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal_entries import Goal, Kind, Passage, Step
from tflsp.facts.journal_headings import journal_signs
from tflsp.facts.journal_lines import marks
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.notebooks.cells import notebook_cells
from tflsp.rules.notebooks.journal_text import JournalText, Written, is_named, journal_text
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Cells of a notebook called `exp_…` from which on it is an experiment, and no scratch pad.
_ENOUGH = 3
_EXPERIMENT = pattern(r"exp(?:eriment)?[-_].*\.ipynb", re.IGNORECASE)
_ASSUMES = pattern(r"假设|猜测|怀疑|推测|hypothes|assum|suspect|guess|believe|expect", re.IGNORECASE)
_COMMENT = pattern(r"<!--.*?-->", re.DOTALL)
_FIRST_LINE = pattern(r"\S[^\r\n]*")
_TEXTS = {
    "en": {
        "question": "<!-- What problem is to be solved? -->",
        "goal": "Goal",
        "hypotheses": "Hypotheses",
        "assumed": "<!-- What is assumed so far? -->",
        "criterion": "✅ Target: <!-- Which metric, and which number? For example: val_accuracy > 97% -->",
        "method": "## Method\n\n<!-- How is it tried? -->",
        "result": "## Result\n\n<!-- What came out? -->",
        "conclusion": "## Conclusion\n\n<!-- What has been found out? -->",
    },
    "zh": {
        "question": "<!-- 我想解决什么问题？ -->",
        "goal": "实验目标",
        "hypotheses": "初始假设",
        "assumed": "<!-- 当前有哪些假设？ -->",
        "criterion": "✅ 目标指标：<!-- 成功的标准是什么？例如：val_accuracy > 97% -->",
        "method": "## 方法\n\n<!-- 用什么方法验证？ -->",
        "result": "## 结果\n\n<!-- 得到了什么结果？ -->",
        "conclusion": "## 结论\n\n<!-- 得出了什么结论？ -->",
    },
}


@rule(
    "TFL401",
    "journal-missing-section",
    severity=Severity.INFORMATION,
    kinds=("markdown", "notebook", "percent"),
    given=("JournalDeclared", "JournalHeading", "PythonCode"),
    even_in_bad_examples=True,
)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge which parts of an experiment a journal has, and what its goals say."""
    journal = journal_text(facts, context)
    if journal is None:
        if context.kind == "notebook" and is_named(context.name) and not facts.derive(journal_signs):
            yield from _without_a_word(facts, context)
        return
    texts = _TEXTS[journal.journal.language("en")]
    goals, first = list(journal.of(Kind.GOAL)), _title(journal)
    if not goals and first is not None:
        yield match(first, message="message.goal", fixes=_goal(journal, texts))
    for written in goals:
        if isinstance(goal := written.fields, Goal):
            yield from _parts_of_goal(journal, written, goal)
    yield from _middle(journal, texts)
    if first is not None and _has_result(journal) and next(journal.of(Kind.CONCLUSION), None) is None:
        yield match(first, message="message.conclusion", severity=Severity.HINT, fixes=_conclusion(journal, texts))
    yield from _order(journal)


def _without_a_word(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """A notebook called as an experiment that has nothing of one."""
    if _EXPERIMENT.fullmatch(PurePosixPath(context.name).name) is None:
        return
    cells = list(notebook_cells(facts))
    if len(cells) >= _ENOUGH:
        yield match(cells[0].first_line, message="message.goal")


def _title(journal: JournalText) -> Located[Fact] | None:
    """The first heading, else the first line: where to say something of the whole journal."""
    for stretch in journal.journal.stretches:
        heading = next((Span(mark.start, mark.end) for mark in marks(stretch.text) if mark.level), None)
        line = _FIRST_LINE.search(stretch.text)
        span = heading or (Span(*line.span()) if line else None)
        if span is not None:
            return journal.located(stretch, span)
    return None


def _goal(journal: JournalText, texts: dict[str, str]) -> list[Fix]:
    """A goal behind the title and what stands below it, or at the top."""
    if not journal.journal.stretches:
        return []
    stretch = journal.journal.stretches[0]
    found = [mark for mark in marks(stretch.text) if mark.level]
    text = f"## {texts['goal']}\n\n{texts['question']}\n\n### {texts['hypotheses']}\n\n1. {texts['assumed']}"
    text += f"\n\n{texts['criterion']}"
    first_entry = next((each.entry for each in journal.entries if each.entry.stretch is stretch), None)
    if found and found[0].level == 1 and (first_entry is None or first_entry.inner.start > found[0].start):
        end = found[1].start if len(found) > 1 else len(stretch.text)
        return _inserted(journal, len(stretch.text[:end].rstrip()), f"\n\n{text}", is_end=True)
    line = _FIRST_LINE.search(stretch.text)
    return _inserted(journal, line.start() if line else 0, f"{text}\n\n", is_end=False)


def _inserted(journal: JournalText, offset: int, text: str, *, is_end: bool, last: bool = False) -> list[Fix]:
    spot = journal.spot(journal.journal.stretches[-1 if last else 0], offset, is_end=is_end)
    if spot is None:
        return []
    return [Fix((Edit(Span(spot.offset, spot.offset), text, spot.region, spot.chunk),), Safety.UNSAFE)]


def _parts_of_goal(journal: JournalText, written: Written, goal: Goal) -> Iterator[Match]:
    where = journal.located(written.entry.stretch, written.heading)
    if where is None:
        return
    texts = _TEXTS[written.entry.language]
    said = _COMMENT.sub("", f"{written.entry.head.title}\n{written.body}\n{written.further}")
    if not goal.question and not goal.hypotheses and not goal.criterion:
        yield match(where, message="message.question")
        return
    if not goal.hypotheses and _ASSUMES.search(goal.question) is None:
        heading = f"{'#' * min(written.entry.level + 1, 6)} {texts['hypotheses']}"
        text = f"\n\n{heading}\n\n1. {texts['assumed']}"
        yield from _part(journal, written, where, "hypotheses", _before_criterion(written), text)
    if not goal.criterion and criterion_of(said) is None:
        text = f"\n\n{texts['criterion']}"
        yield from _part(journal, written, where, "criterion", written.entry.inner.end, text)


def _part(
    journal: JournalText, written: Written, where: Located[Fact], name: str, offset: int, text: str
) -> Iterator[Match]:
    """A part of a goal that is not there, or that is empty: then the place for it is."""
    row = written.label(name)
    place = journal.located(written.entry.stretch, written.place(row.span)) if row is not None else None
    if place is not None:
        yield match(place, message=f"message.{name}")
    else:
        fixes = [] if written.further else journal.insertion(written, offset, text)
        yield match(where, message=f"message.{name}", fixes=fixes)


def _before_criterion(written: Written) -> int:
    criterion = written.label("criterion")
    if criterion is None:
        return written.entry.inner.end
    before = [row for row in written.rows if row.start < criterion.start and row.text.strip()]
    return written.place(before[-1].span).end if before else written.heading.end


def _middle(journal: JournalText, texts: dict[str, str]) -> Iterator[Match]:
    """What stands between goal and conclusion; steps are method and result at once."""
    kinds = {written.entry.kind for written in journal.entries}
    end = next(journal.of(Kind.RESULT, Kind.CONCLUSION), None)
    if end is None or Kind.STEP in kinds:
        return
    where = journal.located(end.entry.stretch, end.heading)
    missing = [name for name, kind in (("method", Kind.METHOD), ("result", Kind.RESULT)) if kind not in kinds]
    if missing and where is not None:
        message = f"message.{missing[0]}" if len(missing) == 1 else "message.middle"
        if missing == ["result"]:
            end = next(journal.of(Kind.CONCLUSION), end)
            where = journal.located(end.entry.stretch, end.heading) or where
        spot = journal.spot(end.entry.stretch, end.entry.inner.start)
        text = "".join(f"{texts[name]}\n\n" for name in missing)
        edits = () if spot is None else (Edit(Span(spot.offset, spot.offset), text, spot.region, spot.chunk),)
        yield match(where, message=message, fixes=[Fix(edits, Safety.UNSAFE)] if edits else [])


def _has_result(journal: JournalText) -> bool:
    return any(
        bool(fields.result) if isinstance(fields, Step) else isinstance(fields, Passage) and bool(fields.text)
        for fields in (written.fields for written in journal.of(Kind.STEP, Kind.RESULT))
    )


def _conclusion(journal: JournalText, texts: dict[str, str]) -> list[Fix]:
    """A conclusion at the end; in a notebook that ends with code, there is no Markdown cell for it."""
    stretches = journal.journal.stretches
    if not stretches or not journal.ends_with_text:
        return []
    return _inserted(journal, len(stretches[-1].text.rstrip()), f"\n\n{texts['conclusion']}", is_end=True, last=True)


def _order(journal: JournalText) -> Iterator[Match]:
    """A goal that was written down after what was done for it."""
    if not journal.entries:
        return
    first = next(
        (each for each in journal.entries if each.entry.kind in (Kind.STEP, Kind.METHOD, Kind.RESULT, Kind.GOAL)), None
    )
    goal = next(journal.of(Kind.GOAL), None)
    if goal is None or first is None or first is goal:
        return
    where = journal.located(goal.entry.stretch, goal.heading)
    if where is not None:
        yield match(where, message="message.order")
