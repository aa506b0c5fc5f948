"""What timelines say, in both languages, and parts of them that every form shows alike."""

from __future__ import annotations

from typing import Final

from tflsp.bilingual import text_in
from tflsp.facts.journal_entries import Change
from tflsp.journal.templates import value_shown
from tflsp.journal.timeline import Timeline

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "timeline": ("Timeline", "时间线"),
    "goal": ("Goal", "目标"),
    "target": ("Target", "目标指标"),
    "met": ("goal met", "已达成目标"),
    "missed": ("goal not met", "未达成目标"),
    "step": ("Step", "步骤"),
    "date": ("Date", "时间"),
    "title": ("Title", "标题"),
    "changes": ("Changes", "修改"),
    "result": ("Result", "结果"),
    "analysis": ("Analysis", "分析"),
    "error": ("Error", "错误"),
    "errors": ("Errors", "错误"),
    "conclusion": ("Conclusion", "结论"),
    "best": ("Best", "最佳"),
    "best-result": ("Best result", "最佳结果"),
    "no-steps": ("This journal has no steps.", "该日志没有调试步骤。"),
    "no-metric": ("No step tells a metric.", "没有步骤给出指标。"),
    "chart": ("{metric} by step", "各步骤的 {metric}"),
    "described": (
        "{metric} for {count} of {all} steps, from {low} to {high}; best {best} in step {step}.",
        "{all} 个步骤中 {count} 个给出 {metric}，范围 {low} 至 {high}；最佳 {best}（步骤 {step}）。",
    ),
    "goal-line": ("goal {value}", "目标 {value}"),
    "all": ("All steps", "全部步骤"),
    "after": ("after step #{number}", "步骤 #{number} 之后"),
    "before": ("before the first step", "第一个步骤之前"),
    "count": ("Steps: {steps}, errors: {errors}", "{steps} 个步骤，{errors} 个错误"),
}
COLON: Final = {"en": ": ", "zh": "："}


def say(key: str, language: str, **arguments: object) -> str:
    return text_in(language, _WORDS, key, arguments)


def change_shown(change: Change, language: str) -> str:
    """A change as entries have it."""
    old, new = value_shown(change.old, language), value_shown(change.new, language)
    return f"{change.name}{COLON[language]}{old} → {new}".replace("`", "")


def verdict(timeline: Timeline) -> str:
    """Whether the goal is met, in words; empty where nobody knows."""
    if timeline.goal_met is None:
        return ""
    return say("met" if timeline.goal_met else "missed", timeline.language)


def label(number: int, index: int) -> str:
    """What a step is called on an axis: its number, or its place where it has none."""
    return f"#{number}" if number else f"({index + 1})"
