"""Reads a rule's page as its test: examples, the findings that they should give, and what they look like after the fix.

Grammar of a page's examples:

- Fenced blocks under headings that begin with "Bad" or "Good". The info string is the language and then words:
  ``name=compose.yaml`` (what the file is called), ``cell`` (a notebook of one code cell).
- A line of carets in a comment (``# ^^^^ TFL101 hint``) points at the line above and is taken out of the example.
  Where a comment cannot begin early enough, ``# @0-6 TFL101`` gives the columns. The severity may be left out.
- A block with the word ``fixed`` (or ``fixed=unsafe``) is the block before it after the fixes of this rule.
- A ``toml settings`` block holds settings, a ``toml project`` block what is known of the project, for the examples
  below it in the same section.
- A block with the word ``beside`` is another file, which the examples below it in the same section can have links to.
- ``⟦github-pat....⟧`` stands for a secret of that kind and of that length (page_secrets.py).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.unit.rules.page_secrets import with_secrets

_BLOCK = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_MARKER = re.compile(
    r"^\s*(?:#|//|<!--)?\s*(?P<where>\^+|@(?P<start>\d+)-(?P<end>\d+))\s+(?P<code>TFL\d{3})"
    r"(?:\s+(?P<severity>error|warning|information|hint))?\s*(?:-->)?\s*$"
)
_DEFAULT_NAMES = {
    "bash": "example.sh",
    "sh": "example.sh",
    "shell": "example.sh",
    "markdown": "example.md",
    "python": "example.py",
    "dockerfile": "Dockerfile",
    "dotenv": ".env",
    "gitignore": ".gitignore",
}


@dataclass(frozen=True)
class Expected:
    """A finding that an example should give: 0-based line and columns in code points."""

    line: int
    start: int
    end: int
    code: str
    severity: str | None


@dataclass(frozen=True)
class Example:
    """An example of a page."""

    page: str
    line: int
    good: bool
    name: str
    text: str
    cell: bool
    expected: tuple[Expected, ...]
    fixed: str | None = None
    fixed_safety: str = "safe"
    settings: dict[str, Any] = field(default_factory=dict)
    project: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.page}:{self.line}"


def examples(path: Path) -> Iterator[Example]:
    """The examples of a page."""
    text = path.read_text(encoding="utf-8")
    blocks = [block.span() for block in _BLOCK.finditer(text)]
    headings = [
        heading
        for heading in _HEADING.finditer(text)
        if not any(start <= heading.start() < end for start, end in blocks)
    ]
    for index, heading in enumerate(headings):
        if not heading["title"].startswith(("Bad", "Good")):
            continue
        end = headings[index + 1].start() if index + 1 < len(headings) else len(text)
        yield from _section(path, text, heading.end(), end, good=heading["title"].startswith("Good"))


def _section(path: Path, text: str, start: int, end: int, *, good: bool) -> Iterator[Example]:
    context: dict[str, dict[str, Any]] = {"settings": {}, "project": {}, "beside": {}}
    pending: Example | None = None
    at = start
    while (block := _BLOCK.search(text, at)) and block.start() < end:
        at = block.end()
        language, *words = block["info"].split()
        attributes = dict([*word.split("=", 1), ""][:2] for word in words)
        if "settings" in attributes or "project" in attributes:
            context["settings" if "settings" in attributes else "project"] = tomllib.loads(block["text"])
        elif "beside" in attributes:
            context["beside"] = {**context["beside"], attributes["name"]: block["text"]}
        elif "fixed" in attributes:
            assert pending is not None, f"{path.name}: a fixed block without an example"
            yield _with_fix(pending, with_secrets(block["text"]), attributes["fixed"] or "safe")
            pending = None
        else:
            if pending is not None:
                yield pending
            line = text.count("\n", 0, block.start()) + 1
            body, expected = _take_markers(with_secrets(block["text"]))
            name = attributes.get("name") or _DEFAULT_NAMES[language]
            pending = Example(
                path.stem, line, good, name, body, "cell" in attributes, expected, None, "safe", *context.values()
            )
    if pending is not None:
        yield pending


def _with_fix(example: Example, fixed: str, safety: str) -> Example:
    return Example(**{**vars(example), "fixed": fixed, "fixed_safety": safety})


def _take_markers(text: str) -> tuple[str, tuple[Expected, ...]]:
    lines: list[str] = []
    expected: list[Expected] = []
    for line in text.splitlines(keepends=True):
        marker = _MARKER.match(line.rstrip("\n"))
        if marker is None:
            lines.append(line)
            continue
        start, end = (int(marker["start"]), int(marker["end"])) if marker["start"] else marker.span("where")
        expected.append(Expected(len(lines) - 1, start, end, marker["code"], marker["severity"]))
    return "".join(lines), tuple(expected)
