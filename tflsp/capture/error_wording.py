"""An error in words, English and Chinese, as an entry of a journal takes it: what is known, and what is likely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tflsp.journal.entries import CapturedError
from tflsp.tensorflow.errors import ErrorReport, Frame, Memory
from tflsp.tensorflow.errors.pages import knowledge_of
from tflsp.tensorflow.sizes import format_bytes

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "where": "In `{}`.",
        "memory": "{} were wanted",
        "of": ", {} of {} were in use",
        "pieces": ", enough was free, but in pieces",
        "end": ".",
        "likely": "Likely causes (`tflsp explain --page {}`):",
        "try": "To try:",
    },
    "zh": {
        "where": "出错位置：`{}`。",
        "memory": "申请 {}",
        "of": "，已用 {}，上限 {}",
        "pieces": "，总量足够但被碎片化",
        "end": "。",
        "likely": "可能原因（`tflsp explain --page {}`）：",
        "try": "可以尝试：",
    },
}


def captured_error(report: ErrorReport, language: str, when: str | None = None) -> CapturedError:
    """What an error log is filled with; ``language`` is ``en`` or ``zh``."""
    known = knowledge_of(report.key, language)
    exception = f"{report.exception}: " if report.exception else ""
    return CapturedError(
        when=when,
        title=(report.exception or None) if known is None else known.title,
        message=f"{exception}{report.message}",
        analysis="\n".join(_analysis(report, language)) or None,
        solution=None
        if known is None
        else "\n".join([_WORDS[language]["try"], "", *(f"- {each.title}" for each in known.remedies)]),
    )


def _analysis(report: ErrorReport, language: str) -> Iterator[str]:
    words = _WORDS[language]
    facts = [_memory(report.memory, words), "" if report.frame is None else words["where"].format(_place(report.frame))]
    if any(facts):
        yield " ".join(filter(None, facts))
    known = knowledge_of(report.key, language)
    if known is not None:
        yield from ([""] if any(facts) else [])
        yield words["likely"].format(report.key)
        yield ""
        yield from (f"{number}. {cause}" for number, cause in enumerate(known.causes, 1))


def _place(frame: Frame) -> str:
    """File and line, and the line's text, as it can stand between two backticks."""
    line = f":{frame.line}" if frame.line else ""
    return f"{frame.file}{line}{f': {frame.code}' if frame.code else ''}".replace("`", "'")


def _memory(memory: Memory, words: Mapping[str, str]) -> str:
    if memory.wanted is None:
        return ""
    of = ""
    if memory.in_use is not None and memory.limit is not None:
        of = words["of"].format(format_bytes(memory.in_use), format_bytes(memory.limit))
    pieces = words["pieces"] if memory.fragmented else ""
    return f"{words['memory'].format(format_bytes(memory.wanted))}{of}{pieces}{words['end']}"
