"""Errors as JSON and as text: what is known of each, then its page, once for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import click

from tflsp.capture.errors import CapturedError, CapturedErrors
from tflsp.cli.explain_seen import Seen
from tflsp.cli.journal_show import printable
from tflsp.tensorflow.errors import ErrorReport, Frame, Memory
from tflsp.tensorflow.errors.pages import Knowledge, error_page, knowledge_of
from tflsp.tensorflow.errors.report import Level
from tflsp.tensorflow.sizes import format_bytes

_NOTHING: Final[Mapping[str, Seen]] = MappingProxyType({})
_COLOURS: Final = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFORMATION: "blue"}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "cell": "cell {}",
        "times": "{} times",
        "no page": "no page explains this one",
        "op": "operation",
        "node": "node or layer",
        "name": "named",
        "shapes": "shapes",
        "dtypes": "dtypes",
        "device": "device",
        "memory": "memory",
        "wanted": "wanted {}",
        "in use": "in use {}",
        "limit": "of {}",
        "largest": "largest free piece {}",
        "fragmented": "enough is free, but in pieces",
        "frame": "your code",
        "causes": "Likely causes",
        "remedies": "What to do",
        "see above": "explained above",
        "seen": "seen before: {}",
        "step": "step #{}",
        "solved": " — solved by {}",
        "nothing": "no error that tflsp knows",
        "notices": "{} lines of the log mean nothing and were left out",
    },
    "zh": {
        "cell": "单元格 {}",
        "times": "{} 次",
        "no page": "尚无说明页",
        "op": "算子",
        "node": "节点或层",
        "name": "名称",
        "shapes": "形状",
        "dtypes": "数据类型",
        "device": "设备",
        "memory": "内存",
        "wanted": "申请 {}",
        "in use": "已用 {}",
        "limit": "上限 {}",
        "largest": "最大空闲块 {}",
        "fragmented": "总量足够，但被碎片化",
        "frame": "你的代码",
        "causes": "可能原因",
        "remedies": "解决办法",
        "see above": "说明见上文",
        "seen": "曾经出现过：{}",
        "step": "步骤 #{}",
        "solved": " —— 解决办法：{}",
        "nothing": "没有 tflsp 认识的错误",
        "notices": "省略了 {} 行无关紧要的日志",
    },
}


def record(captured: CapturedError, language: str, seen: Mapping[str, Seen] = _NOTHING) -> dict[str, Any]:
    """An error with what is known of it, as JSON."""
    report = captured.report
    memory, frame = report.memory, report.frame
    known = knowledge_of(report.key, language)
    return {
        "key": report.key,
        "level": report.level.value,
        "exception": report.exception or None,
        "message": report.message,
        "fingerprint": report.fingerprint,
        "times": report.times,
        "cell": captured.cell,
        "execution_count": captured.execution_count,
        "line": report.line,
        "op": report.op or None,
        "node": report.node or None,
        "name": report.name or None,
        "shapes": list(report.shapes),
        "dtypes": list(report.dtypes),
        "device": report.device or None,
        "allocator": report.allocator or None,
        "memory": None
        if memory == Memory()
        else {
            "wanted": memory.wanted,
            "in_use": memory.in_use,
            "limit": memory.limit,
            "largest_free": memory.largest_free,
            "fragmented": memory.fragmented,
        },
        "frame": None
        if frame is None
        else {"file": frame.file, "line": frame.line, "function": frame.function, "code": frame.code},
        "seen_before": _seen_record(seen.get(report.fingerprint)),
        "page": None if known is None else error_page(report.key).path.as_uri(),
        "title": None if known is None else known.title,
        "meaning": None if known is None else known.meaning,
        "causes": [] if known is None else list(known.causes),
        "remedies": []
        if known is None
        else [{"title": each.title, "text": each.text, "code": each.code or None} for each in known.remedies],
    }


def _seen_record(seen: Seen | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    place = {"path": str(seen.path), "line": seen.line, "heading": seen.heading, "step": seen.step or None}
    return {**place, "solution": seen.solution or None}


def shown(name: str, found: CapturedErrors, language: str, seen: Mapping[str, Seen] = _NOTHING) -> str:
    """All errors for a terminal."""
    words = _WORDS[language]
    lines: list[str] = []
    explained: set[str] = set()
    # What failed comes before what was only noticed.
    for captured in sorted(found.errors, key=lambda each: list(Level).index(each.report.level)):
        lines += _head(name, captured, words, language)
        if (before := seen.get(captured.report.fingerprint)) is not None:
            lines.append(f"  {click.style(_seen(before, words), bold=True)}")
        lines.append("")
        known = knowledge_of(captured.report.key, language)
        if known is None:
            lines.append(f"  {words['no page']}")
        elif captured.report.key in explained:
            lines.append(f"  {words['see above']}")
        else:
            explained.add(captured.report.key)
            lines += _explained(known, words)
        lines.append("")
    if not found.errors:
        lines.append(f"{name}: {words['nothing']}")
    if found.notices:
        lines.append(click.style(words["notices"].format(found.notices), dim=True))
    return "\n".join(lines).rstrip("\n") + "\n"


def _seen(seen: Seen, words: Mapping[str, str]) -> str:
    heading = words["step"].format(seen.step) if seen.step else seen.heading
    place = ", ".join(filter(None, (seen.path.stem, heading)))
    solved = words["solved"].format(seen.solution) if seen.solution else ""
    return printable(words["seen"].format(f"{place}{solved} ({shown_path(seen.path)}:{seen.line})"))


def shown_path(path: Path) -> str:
    """A path as it is shortest to write from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _head(name: str, captured: CapturedError, words: Mapping[str, str], language: str) -> Iterator[str]:
    report = captured.report
    known = knowledge_of(report.key, language)
    place = f"{report.line}" if captured.cell is None else words["cell"].format(captured.cell + 1)
    title = report.exception or report.level.value if known is None else known.title
    times = f" ({words['times'].format(report.times)})" if report.times > 1 else ""
    key = "" if known is None else click.style(f" [{report.key}]", dim=True)
    yield f"{name}:{place}: {click.style(title, fg=_COLOURS[report.level], bold=True)}{key}{times}"
    exception = f"{report.exception}: " if report.exception and known is not None else ""
    yield f"  {exception}{report.message}"
    for label, value in _details(report, words):
        yield f"  {words[label]}: {value}"


def _details(report: ErrorReport, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    told = {
        "op": report.op,
        "node": report.node,
        "name": report.name,
        "shapes": ", ".join(report.shapes),
        "dtypes": ", ".join(report.dtypes),
        "device": " ".join(each for each in (report.device, report.allocator and f"({report.allocator})") if each),
        "memory": _memory(report.memory, words),
        "frame": "" if report.frame is None else _frame(report.frame),
    }
    yield from ((label, value) for label, value in told.items() if value)


def _memory(memory: Memory, words: Mapping[str, str]) -> str:
    sizes = {
        "wanted": memory.wanted,
        "in use": memory.in_use,
        "limit": memory.limit,
        "largest": memory.largest_free,
    }
    parts = [words[key].format(format_bytes(size)) for key, size in sizes.items() if size is not None]
    return ", ".join([*parts, *([words["fragmented"]] if memory.fragmented else [])])


def _frame(frame: Frame) -> str:
    line = f":{frame.line}" if frame.line else ""
    function = f" ({frame.function})" if frame.function else ""
    return f"{frame.file}{line}{function}{f': {frame.code}' if frame.code else ''}"


def _explained(known: Knowledge, words: Mapping[str, str]) -> Iterator[str]:
    for paragraph in known.meaning.split("\n\n"):
        yield from _wrapped(paragraph, "  ", "  ")
    yield ""
    yield f"  {click.style(words['causes'], bold=True)}"
    for number, cause in enumerate(known.causes, 1):
        yield from _wrapped(cause, f"   {number}. ", "      ")
    yield ""
    yield f"  {click.style(words['remedies'], bold=True)}"
    for number, remedy in enumerate(known.remedies, 1):
        yield f"   {number}. {click.style(remedy.title, bold=True)}"
        for paragraph in filter(None, remedy.text.split("\n\n")):
            yield from _wrapped(paragraph, "      ", "      ")
        for line in remedy.code.splitlines():
            yield click.style(f"        {line}".rstrip(), fg="cyan")


def _wrapped(text: str, first: str, other: str) -> Iterator[str]:
    """Lines of at most 100 columns; Chinese has no blanks to break at, and is left to the terminal."""
    yield from click.wrap_text(text, width=100, initial_indent=first, subsequent_indent=other).split("\n")
