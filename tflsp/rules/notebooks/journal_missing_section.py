"""TFL401: a journal without goal, hypotheses, criterion, method, result or conclusion, or with the goal at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from pathlib import PurePosixPath

from tflsp.capture.criteria import criterion_of
from tflsp.facts.base import Analysis, Fact
from tflsp.facts.document_facts import DocumentFacts, Located
from tflsp.facts.journal_entries import Goal, Kind, Passage, Step
from tflsp.facts.journal_headings import journal_signs
from tflsp.facts.journal_lines import marks
from tflsp.facts.journal_words import heading
from tflsp.rules.base import Context, Fix, Match, Piece, Severity, match, rule
from tflsp.rules.notebooks.cells import notebook_cells
from tflsp.rules.notebooks.journal_text import JournalText, Placed, Written, fix_at, is_named, journal_text
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
def check(facts: DocumentFacts, context: Context) -> Iterator[Match | Piece]:
    """Judge which parts of an experiment a journal has, and what its goals say."""
    journal = journal_text(facts, context)
    if journal is None:
        if context.kind == "notebook" and is_named(context.name) and not facts.derive(journal_signs):
            yield from _without_a_word(facts, context)
        return
    language = journal.language()
    texts = _TEXTS[language]
    goals, first = list(journal.of(Kind.GOAL)), _title(journal)
    if not goals and first is not None:
        index, _ = next(journal.texts())
        yield journal.piece_in(("goal", language), partial(_without_goal, journal, first, texts), first, index)
    for placed in goals:
        if placed.entry.once(_missing):
            yield journal.piece("goal", partial(_parts_of_goal, journal, placed), placed)
    yield from _middle(journal, language)
    if first is not None and next(journal.of(Kind.CONCLUSION), None) is None and _has_result(journal):
        index, _ = max(journal.texts(), key=itemgetter(0))
        key = ("conclusion", language, is_last := journal.is_last(index))
        make = partial(_without_conclusion, journal, first, index if is_last else None, texts)
        yield journal.piece_in(key, make, first, index)
    yield from _order(journal)


def _without_a_word(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """A notebook called as an experiment that has nothing of one."""
    if _EXPERIMENT.fullmatch(PurePosixPath(context.name).name) is None:
        return
    cells = list(notebook_cells(facts))
    if len(cells) >= _ENOUGH:
        yield match(cells[0].first_line, message="message.goal")


def _title(journal: JournalText) -> int | None:
    """The number of the first text that is not blank: there is said what concerns the whole journal."""
    return next((index for index, analysis in journal.texts() if analysis.once(_title_of) is not None), None)


def _title_of(analysis: Analysis) -> Span | None:
    """The first heading of a text, else its first line."""
    text = analysis.root.text
    heading = next((Span(mark.start, mark.end) for mark in marks(text) if mark.level), None)
    line = _FIRST_LINE.search(text)
    return heading or (Span(*line.span()) if line is not None else None)


def _at_title(journal: JournalText, index: int) -> Located[Fact] | None:
    span = journal.analysed[index][1].once(_title_of)
    return journal.located_in(index, span) if span is not None else None


def _without_goal(journal: JournalText, title: int, texts: dict[str, str]) -> Iterator[Match]:
    where = _at_title(journal, title)
    if where is not None:
        yield match(where, message="message.goal", fixes=_goal(journal, texts))


def _without_conclusion(journal: JournalText, title: int, end: int | None, texts: dict[str, str]) -> Iterator[Match]:
    """``end`` is the text that the journal ends with; in a notebook that ends with code there is no cell for more."""
    where = _at_title(journal, title)
    if where is not None:
        fixes = _conclusion(journal, end, texts) if end is not None else []
        yield match(where, message="message.conclusion", severity=Severity.HINT, fixes=fixes)


def _goal(journal: JournalText, texts: dict[str, str]) -> list[Fix]:
    """A goal behind the title and what stands below it, or at the top."""
    text = f"## {texts['goal']}\n\n{texts['question']}\n\n### {texts['hypotheses']}\n\n1. {texts['assumed']}"
    text += f"\n\n{texts['criterion']}"
    index, analysis = next(journal.texts())
    own = analysis.root.text
    found = [mark for mark in marks(own) if mark.level]
    if found and found[0].level == 1 and heading(found[0].title) is None:
        end = found[1].start if len(found) > 1 else len(own)
        return fix_at(journal.spot_in(index, len(own[:end].rstrip())), f"\n\n{text}")
    line = _FIRST_LINE.search(own)
    return fix_at(journal.spot_in(index, line.start() if line else 0), f"{text}\n\n")


def _parts_of_goal(journal: JournalText, placed: Placed) -> Iterator[Match]:
    entry = placed.entry
    missing = entry.once(_missing)
    where = journal.located(placed, entry.heading) if missing else None
    if where is None:
        return
    texts = _TEXTS[entry.language]
    for name in missing:
        if name == "question":
            yield match(where, message="message.question")
            continue
        row = entry.label(name)
        place = journal.located(placed, row.span) if row is not None else None
        if place is not None:
            # It is empty.
            yield match(place, message=f"message.{name}")
            continue
        at, text = entry.end, texts["criterion"]
        if name == "hypotheses":
            text = f"{entry.subheading(texts['hypotheses'])}\n\n1. {texts['assumed']}"
            at = _before_criterion(entry)
        fixes = [] if entry.further else journal.insertion(placed, at, f"\n\n{text}")
        yield match(where, message=f"message.{name}", fixes=fixes)


def _missing(entry: Written) -> tuple[str, ...]:
    """What a goal does not say."""
    goal = entry.fields
    if not isinstance(goal, Goal):
        return ()
    if not goal.question and not goal.hypotheses and not goal.criterion:
        return ("question",)
    said = _COMMENT.sub("", f"{entry.head.title}\n{entry.text[entry.body :]}\n{entry.further}")
    assumes = bool(goal.hypotheses) or _ASSUMES.search(goal.question) is not None
    judges = bool(goal.criterion) or criterion_of(said) is not None
    return tuple(name for name, is_there in (("hypotheses", assumes), ("criterion", judges)) if not is_there)


def _before_criterion(entry: Written) -> int:
    criterion = entry.label("criterion")
    if criterion is None:
        return entry.end
    before = [row for row in entry.rows if row.start < criterion.start and row.text.strip()]
    return before[-1].span.end if before else entry.heading.end


def _middle(journal: JournalText, language: str) -> Iterator[Piece]:
    """What stands between goal and conclusion; steps are method and result at once."""
    kinds = {placed.entry.head.kind for placed in journal.entries}
    missing = [name for name, kind in (("method", Kind.METHOD), ("result", Kind.RESULT)) if kind not in kinds]
    if Kind.STEP in kinds or not missing or kinds.isdisjoint((Kind.RESULT, Kind.CONCLUSION)):
        return
    if missing == ["result"] and Kind.CONCLUSION not in kinds:
        return
    behind = (Kind.CONCLUSION,) if "result" in missing else (Kind.RESULT, Kind.CONCLUSION)
    end = next(journal.of(*behind))
    yield journal.piece((*missing, language), partial(_without, journal, end, missing, _TEXTS[language]), end)


def _without(journal: JournalText, end: Placed, missing: list[str], texts: dict[str, str]) -> Iterator[Match]:
    where = journal.located(end, end.entry.heading)
    if where is not None:
        message = f"message.{missing[0]}" if len(missing) == 1 else "message.middle"
        text = "".join(f"{texts[name]}\n\n" for name in missing)
        yield match(where, message=message, fixes=fix_at(journal.spot(end, 0), text))


def _has_result(journal: JournalText) -> bool:
    return any(
        bool(fields.result) if isinstance(fields, Step) else isinstance(fields, Passage) and bool(fields.text)
        for fields in (placed.entry.fields for placed in journal.of(Kind.STEP, Kind.RESULT))
    )


def _conclusion(journal: JournalText, index: int, texts: dict[str, str]) -> list[Fix]:
    """A conclusion at the end."""
    end = len(journal.analysed[index][1].root.text.rstrip())
    return fix_at(journal.spot_in(index, end), f"\n\n{texts['conclusion']}")


def _order(journal: JournalText) -> Iterator[Piece]:
    """A goal that was written down after what was done for it."""
    first = next(journal.of(Kind.STEP, Kind.METHOD, Kind.RESULT, Kind.GOAL), None)
    goal = next(journal.of(Kind.GOAL), None)
    if goal is None or first is goal:
        return
    yield journal.piece("order", partial(_late, journal, goal), goal)


def _late(journal: JournalText, goal: Placed) -> Iterator[Match]:
    where = journal.located(goal, goal.entry.heading)
    if where is not None:
        yield match(where, message="message.order")
