"""The table of experiments in SUMMARY.md: goal, best result, conclusion, link. What stands between two markers is the
table's; the rest of the file stays as it is. Pure: which journals there are is for callers to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.documents.document import Document
from tflsp.facts.journal_lines import inline, marks
from tflsp.facts.journal_words import without_mark
from tflsp.journal.guides import BEGINNINGS, Guide, language_of, sections
from tflsp.journal.link_paths import destination, link_text, relative
from tflsp.journal.markdown import insertion, line_end
from tflsp.journal.refusals import Refusal
from tflsp.journal.timeline import Timeline, timeline_of
from tflsp.journal.timeline_markdown import cell
from tflsp.journal.timeline_metrics import value_shown
from tflsp.journal.timeline_words import label
from tflsp.text import Span, apply_edits
from tflsp.text.patterns import pattern

BEGIN: Final = "<!-- tflsp: experiments (made by `tflsp journal summary`: edits between these lines are lost) -->"
END: Final = "<!-- /tflsp: experiments -->"
_BEGIN: Final = pattern(r"<!--[ \t]*tflsp:[ \t]*experiments\b")
_END: Final = pattern(r"<!--[ \t]*/tflsp:[ \t]*experiments\b")
_SECTION: Final = pattern(
    r"(?:(?:all|overview[ ]of|list[ ]of)[ ])?experiments(?:[ ]overview)?\Z|实验(?:一览|总览|列表|汇总|记录)?\Z",
    re.IGNORECASE,
)
_LONGEST: Final = 160
_HEADS: Final = {
    "en": ("Experiments", ("Experiment", "Goal", "Goal met", "Best result", "Conclusion")),
    "zh": ("实验一览", ("实验", "目标", "达成目标", "最佳结果", "结论")),
}
_MET: Final = {"en": {True: "✅ yes", False: "❌ no", None: "—"}, "zh": {True: "✅ 是", False: "❌ 否", None: "—"}}


@dataclass(frozen=True, slots=True)
class Experiment:
    """A row: ``path`` is the journal's, from the same folder as the summary's path."""

    title: str
    path: str
    goal: str
    goal_met: bool | None
    best: str
    conclusion: str


class NotSummarised(Refusal):
    """Why the table cannot be written."""


def experiment_of(document: Document, path: str) -> Experiment:
    """What a journal comes to."""
    timeline = timeline_of(document)
    goal = "; ".join(filter(None, (inline(timeline.goal), inline(timeline.target))))
    # Without a conclusion an experiment goes on: what it has not reached it may reach yet.
    open_ = timeline.goal_met is False and not (timeline.conclusion or timeline.best)
    met = None if open_ else timeline.goal_met
    return Experiment(timeline.title, path, goal, met, _best(timeline), inline(timeline.conclusion))


def with_table(text: str, experiments: Sequence[Experiment], *, path: str, language: str = "en") -> str:
    """The summary with its table as the experiments are now; ``path`` is its own, ``language`` that of a new one.

    Without experiments a summary that has no table gets none. Raises NotSummarised.
    """
    language = language_of(text, language)
    where = _between(text)
    if where is None and not experiments:
        return text
    end = line_end(text)
    table = end.join(_table(experiments, path, language))
    if where is not None:
        return text[: where.start] + end + table + end + text[where.end :]
    if not text.strip("\ufeff \t\r\n"):
        text = BEGINNINGS[Guide.SUMMARY][language]
    name = _HEADS[language][0]
    block = [BEGIN, *_table(experiments, path, language), END]
    same = next((each for each in sections(text) if each.level > 1 and _SECTION.match(without_mark(each.title))), None)
    lines = block if same is not None else [f"## {name}", "", *block]
    place = same.end if same is not None else len(text)
    new = apply_edits(text, [insertion(text, place, "\n".join(lines))])
    if _between(new) is None:
        raise NotSummarised("table-swallowed")
    return new


def _between(text: str) -> Span | None:
    """What stands between the two markers; None where there are none. Raises NotSummarised where one is missing."""
    begin: int | None = None
    for mark in marks(text):
        comment = "" if mark.level else text[mark.start : mark.end]
        if _BEGIN.match(comment):
            begin = mark.end
        elif _END.match(comment) and begin is not None:
            return Span(begin, mark.start)
    if begin is not None:
        raise NotSummarised("table-open", line=END)
    return None


def _table(experiments: Sequence[Experiment], path: str, language: str) -> Iterator[str]:
    heads = _HEADS[language][1]
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for each in experiments:
        title = inline(each.title)[:_LONGEST]
        link = f"[{link_text(title)}]({destination(relative(each.path, path))})"
        cells = (link, cell(each.goal, _LONGEST), _MET[language][each.goal_met], cell(each.best, _LONGEST))
        yield f"| {' | '.join(cells)} | {cell(each.conclusion, _LONGEST)} |"
    yield ""


def _best(timeline: Timeline) -> str:
    """What the conclusion calls the best result, else the best value of the steps."""
    at = timeline.best_step
    if timeline.best or at is None or timeline.metric is None:
        return inline(timeline.best)
    value = timeline.values[at] or 0.0
    return f"{timeline.metric} {value_shown(timeline.metric, value)} ({label(timeline.steps[at].number, at)})"
