"""The guides that lessons go to: how SUMMARY.md, best_practices.md and troubleshooting_guide.md are recognised, and
what is in them: sections, entries that were promoted, incidents with their fingerprints.

Pure: which guides a project has on disk is for callers to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from tflsp.dataclass import dataclass
from tflsp.facts.journal import FRONT_MATTER
from tflsp.facts.journal_entries import Kind
from tflsp.facts.journal_lines import lines, marks
from tflsp.facts.journal_links import Link
from tflsp.facts.journal_pages import MARKER
from tflsp.facts.journal_words import is_chinese, label, without_mark
from tflsp.journal.link_paths import links
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Guide(StrEnum):
    """What a guide gathers."""

    SUMMARY = "summary"
    BEST_PRACTICES = "best-practices"
    TROUBLESHOOTING = "troubleshooting"


FILE_NAMES: dict[Guide, str] = {
    Guide.SUMMARY: "SUMMARY.md",
    Guide.BEST_PRACTICES: "best_practices.md",
    Guide.TROUBLESHOOTING: "troubleshooting_guide.md",
}
_NAMES: dict[Guide, re.Pattern[str]] = {
    Guide.SUMMARY: pattern(r"(?:summary|总结|实验总结)\.(?:md|markdown)\Z", re.IGNORECASE),
    Guide.BEST_PRACTICES: pattern(r"(?:best[-_ ]?practices?|最佳实践)\.(?:md|markdown)\Z", re.IGNORECASE),
    Guide.TROUBLESHOOTING: pattern(
        r"(?:trouble[-_ ]?shooting(?:[-_ ]?guide)?|(?:故障|问题)排[查除](?:指南|手册)?)\.(?:md|markdown)\Z",
        re.IGNORECASE,
    ),
}
# How a guide begins that was not there.
BEGINNINGS: dict[Guide, dict[str, str]] = {
    Guide.SUMMARY: {
        "en": "# Summary\n\nOne line per result, with a link to where it was found.\n",
        "zh": "# 总结\n\n每个结果一行，并链接到得出它的地方。\n",
    },
    Guide.BEST_PRACTICES: {
        "en": "# Best practices\n\nWhat worked, and under which conditions.\n",
        "zh": "# 最佳实践\n\n哪些做法有效，在什么条件下有效。\n",
    },
    Guide.TROUBLESHOOTING: {
        "en": "# Troubleshooting guide\n\nOne section per error: how it shows, why it happens, what helps.\n",
        "zh": "# 故障排查指南\n\n每个错误一节：现象、原因、解决办法。\n",
    },
}
_FINGERPRINT = pattern(
    r"\A[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?(?:fingerprint|指纹)(?:\*\*)?[ \t]*[:：](?:\*\*)?"
    r"[ \t]*`?(?P<code>[0-9a-f]{12})\b",
    re.IGNORECASE,
)
_SOURCE = pattern(r"\A[ \t]*(?:[-*+][ \t]+)?(?:source|来源)[ \t]*[:：]", re.IGNORECASE)
_FINDINGS = pattern(
    r"(?:(?:key|main)[ ])?(?:findings|results|conclusions|lessons(?:[ ]learned)?|insights|takeaways)\Z"
    r"|(?:关键|主要|重要|核心)?(?:结论|发现|结果|经验)(?:汇总|总结)?\Z",
    re.IGNORECASE,
)
_NOT_TITLE = pattern(r"error[ ](?:log|report)|错误日志|错误记录|报错记录|报错|[\W_]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading's part of a text: to the next heading that is not below it. ``body`` is where its line ends."""

    title: str
    level: int
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Origin:
    """A line that says where an entry of a guide came from: its link (places in the line), and what its marker says.

    ``form``: ``entry`` (a section or item of its own), ``part`` (of a section that a person began), ``also`` (another
    place where the same was seen), or empty where there is no marker. ``hashes`` are those of the lines put here.
    """

    line: Span
    link: Link
    form: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """An error that a guide knows: its fingerprint, and its section with what helped."""

    fingerprint: str
    title: str
    section: Section
    remedy: str


def guide_of(name: str) -> Guide | None:
    """The guide that a file of this name is; None for any other file."""
    base = name.rpartition("/")[2]
    return next((guide for guide, names in _NAMES.items() if names.match(base)), None)


def language_of(text: str, default: str) -> str:
    """The language that a guide was begun in: its title's, else that of the labels in it, else of its first heading."""
    first = next((mark for mark in marks(text, _start(text)) if mark.level), None)
    named = first is not None and any(each.isalpha() for each in first.title)
    if first is not None and named and first.level == 1:
        return "zh" if is_chinese(first.title) else "en"
    for line, _ in lines(text):
        if found := _SOURCE.match(line):
            return "zh" if "来源" in found.group() else "en"
    if first is not None and named:
        return "zh" if is_chinese(first.title) else "en"
    return default


def sections(text: str) -> list[Section]:
    """The sections in the order of their headings."""
    found = [mark for mark in marks(text, _start(text)) if mark.level]
    ends: list[int] = [len(text)] * len(found)
    open_: list[int] = []
    for number, mark in enumerate(found):
        while open_ and found[open_[-1]].level >= mark.level:
            ends[open_.pop()] = mark.start
        open_.append(number)
    return [
        Section(mark.title.strip(), mark.level, mark.start, mark.end, end)
        for mark, end in zip(found, ends, strict=True)
    ]


def section_at(found: list[Section], offset: int, *, above: int = 0) -> Section | None:
    """The innermost section that an offset stands in, of those below heading level ``above``."""
    around = (each for each in reversed(found) if each.start <= offset < each.end or each.start <= offset == each.end)
    return next((each for each in around if each.level > above), None)


def same_title(one: str, other: str) -> bool:
    """Whether two headings name the same, whatever marks and words for "error log" are around it."""
    first = _NOT_TITLE.sub("", one.casefold())
    return bool(first) and first == _NOT_TITLE.sub("", other.casefold())


def findings_section(found: list[Section]) -> Section | None:
    """The section of a summary in which findings stand, whatever it is called."""
    return next((each for each in found if each.level > 1 and _FINDINGS.match(without_mark(each.title))), None)


def origins(text: str) -> Iterator[Origin]:
    """The lines that say where entries came from."""
    at = 0
    for line, is_shown in lines(text):
        start = text.index(line, at)
        at = start + len(line)
        if is_shown:
            continue
        marker = MARKER.search(line)
        if marker is None and not _SOURCE.match(line):
            continue
        linked = [each for each in links(line if marker is None else line[: marker.start()]) if each.path]
        if linked:
            form = "" if marker is None else marker["form"]
            hashes = () if marker is None else tuple(marker["hashes"].split())
            yield Origin(Span(start, at), linked[-1], form, hashes)


def incidents(text: str) -> Iterator[Incident]:
    """The errors of a guide that bear a fingerprint, each with the section that it stands in."""
    found: list[Section] | None = None
    at = 0
    for line, is_shown in lines(text):
        start = text.index(line, at)
        at = start + len(line)
        code = None if is_shown else _FINGERPRINT.match(line)
        if code is None:
            continue
        found = sections(text) if found is None else found
        section = section_at(found, start, above=1)
        if section is not None:
            yield Incident(code["code"], without_mark(section.title), section, _remedy(text, section))


def _remedy(text: str, section: Section) -> str:
    """The text behind the label for what helped, up to the next label or list of origins."""
    taken: list[str] | None = None
    for line, is_shown in lines(text[section.body : section.end]):
        found = None if is_shown else label(line, Kind.ERROR)
        if taken is not None and not is_shown and (found or _FINGERPRINT.match(line) or _SOURCE.match(line)):
            break
        if found is not None and found.field == "solution":
            taken = [found.value]
        elif taken is not None:
            taken.append(line)
    return "\n".join(taken or ()).strip()


def _start(text: str) -> int:
    front = FRONT_MATTER.match(text)
    return front.end() if front else (1 if text.startswith("\ufeff") else 0)
