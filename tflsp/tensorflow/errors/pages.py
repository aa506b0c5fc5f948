"""The pages in docs/errors/: what an error means, its likely causes in order, and remedies with code, in two languages.

A page has an English half and a Chinese half, each begun by a first-level heading. Sections are known by their order:
causes (a numbered list), remedies (third-level headings), and, in the English half, an example that is the page's test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tflsp.dataclass import dataclass
from tflsp.tensorflow.errors.classes import CLASSES
from tflsp.tensorflow.errors.report import OTHER
from tflsp.text.patterns import pattern

_PACKAGE: Final = Path(__file__).parents[2]
# In a wheel the pages lie in the package, in a checkout beside it.
_FOLDERS: Final = (_PACKAGE / "_errors", _PACKAGE.parent / "docs" / "errors")
_HEADING = pattern(r"^(?P<level>#{1,3}) (?P<title>.+)$")
_ITEM = pattern(r"^\d+\. ")
_FENCE = pattern(r"^(?P<ticks>```+)(?P<info>.*)$")


class BrokenPageError(ValueError):
    """A page is missing or does not have the form that pages have."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing to do: a title, a sentence or two, and code that shows it (or none), in ``language``."""

    title: str
    text: str
    code: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a class of errors in one language."""

    title: str
    meaning: str
    causes: tuple[str, ...]
    remedies: tuple[Remedy, ...]


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A page: its knowledge by language (en, zh), code that raises the error, and texts that tell of it."""

    key: str
    path: Path
    knowledge: Mapping[str, Knowledge]
    raising: tuple[str, ...]
    logs: tuple[str, ...]


def error_pages() -> Mapping[str, ErrorPage]:
    """All pages by key, in the order of the classes."""
    return {each.key: error_page(each.key) for each in CLASSES}


@cache
def error_page(key: str) -> ErrorPage:
    """The page of a class of errors. Raises BrokenPageError where it is missing or has another form."""
    for folder in _FOLDERS:
        path = folder / f"{key}.md"
        if path.is_file():
            return _page(key, path)
    raise BrokenPageError(f"no page for {key}")


def knowledge_of(key: str, language: str) -> Knowledge | None:
    """What is known of a class of errors in ``en`` or ``zh``; None of errors that no page explains."""
    return None if key == OTHER else error_page(key).knowledge[language]


@dataclass(frozen=True, slots=True)
class _Section:
    """Lines under a heading."""

    level: int
    title: str
    lines: list[str]


def _page(key: str, path: Path) -> ErrorPage:
    sections = list(_sections(path.read_text("utf-8").splitlines()))
    tops = [number for number, section in enumerate(sections) if section.level == 1]
    if len(tops) != 2:
        raise BrokenPageError(f"{path.name}: one heading for English and one for Chinese are wanted")
    english, chinese = sections[: tops[1]], sections[tops[1] :]
    blocks = [block for section in english for block in _fences(section.lines)]
    return ErrorPage(
        key,
        path,
        {"en": _knowledge(path, english), "zh": _knowledge(path, chinese)},
        tuple(code for info, code in blocks if info == "python raises"),
        tuple(code for info, code in blocks if info == "text log"),
    )


def _knowledge(path: Path, sections: Sequence[_Section]) -> Knowledge:
    seconds = [number for number, section in enumerate(sections) if section.level == 2]
    if len(seconds) < 2:
        raise BrokenPageError(f"{path.name}: causes and remedies are wanted under {sections[0].title!r}")
    causes = _items(sections[seconds[0]].lines)
    end = seconds[2] if len(seconds) > 2 else len(sections)
    remedies = tuple(map(_remedy, sections[seconds[1] + 1 : end]))
    if not causes or not remedies:
        raise BrokenPageError(f"{path.name}: no causes or no remedies under {sections[0].title!r}")
    return Knowledge(sections[0].title, _prose(sections[0].lines), causes, remedies)


def _remedy(section: _Section) -> Remedy:
    language, code = next(_fences(section.lines), ("", ""))
    return Remedy(section.title, _prose(section.lines), code, language)


def _sections(lines: Sequence[str]) -> Iterator[_Section]:
    section = None
    fenced = ""
    for line in lines:
        if fence := _FENCE.match(line):
            fenced = "" if fenced else fence["ticks"]
        heading = None if fenced else _HEADING.match(line)
        if heading:
            if section is not None:
                yield section
            section = _Section(len(heading["level"]), heading["title"], [])
        elif section is not None:
            section.lines.append(line)
    if section is not None:
        yield section


def _fences(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Fenced blocks: what stands behind the ticks, and the text."""
    info, start = "", -1
    for number, line in enumerate(lines):
        if (fence := _FENCE.match(line)) is None:
            continue
        if start < 0:
            info, start = fence["info"].strip(), number + 1
        else:
            yield info, "\n".join(lines[start:number]) + "\n"
            start = -1


def _prose(lines: Sequence[str]) -> str:
    """Paragraphs outside of fences, each on one line, a blank line between."""
    text = re.sub(r"^```.*?^```$", "", "\n".join(lines), flags=re.MULTILINE | re.DOTALL)
    return "\n\n".join(_one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip())


def _items(lines: Sequence[str]) -> tuple[str, ...]:
    items: list[list[str]] = []
    for line in lines:
        if _ITEM.match(line):
            items.append([_ITEM.sub("", line)])
        elif line.strip() and items:
            items[-1].append(line)
    return tuple(_one_line("\n".join(item)) for item in items)


def _one_line(text: str) -> str:
    """A paragraph without its line breaks; Chinese is written on without a space."""
    joined = re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text.strip())
    return re.sub(r"\s*\n\s*", " ", joined)
