"""What there is about `.env`: its names, Python code that loads it, and whether .gitignore keeps it out of git.

Values of `.env` are no facts: nothing here keeps one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.document_facts import DocumentFacts
from tflsp.text import Span
from tflsp.text.patterns import pattern

_ENTRY = pattern(r"^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_.]*)[ \t]*=(?P<value>[^\n\r]*)", re.MULTILINE)
_LOAD = pattern(r"^[^#\n'\"]*?\b(?P<call>(?:dotenv\.)?(?:load_dotenv|dotenv_values)[ \t]*\()", re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class DotenvEntry(Fact):
    """A name that an `.env` text defines; ``span`` is the name. ``empty``: nothing is given to it."""

    name: str
    empty: bool


@dataclass(frozen=True, slots=True, eq=False)
class DotenvLoad(Fact):
    """A call of python-dotenv that reads `.env`; ``span`` is the name of the function."""


@dataclass(frozen=True, slots=True, eq=False)
class IgnoreFile(Fact):
    """A .gitignore; ``span`` is its last written line. ``covers_dotenv``: `.env` beside it stays out of git."""

    covers_dotenv: bool


@reads("dotenv")
def dotenv_entries(region: Region) -> Iterator[DotenvEntry]:
    """The names of an `.env` text."""
    for found in _ENTRY.finditer(region.text):
        yield DotenvEntry(region, Span(*found.span("name")), found["name"], not found["value"].strip())


@reads("python")
def dotenv_loads(region: Region) -> Iterator[DotenvLoad]:
    """Calls of ``load_dotenv`` and ``dotenv_values``."""
    if "dotenv" in region.text:
        for found in _LOAD.finditer(region.text):
            start, end = found.span("call")
            yield DotenvLoad(region, Span(start, end - 1))


@reads("gitignore")
def ignore_file(region: Region) -> Iterator[IgnoreFile]:
    """The whole file, judged as git judges it."""
    if region.parent is not None:
        return
    from pathspec import GitIgnoreSpec

    lines = region.text.splitlines()
    try:
        covers = GitIgnoreSpec.from_lines(lines).match_file(".env")
    except ValueError:  # half-typed patterns
        covers = any(line.strip() in (".env", ".env*", "*.env", "/.env") for line in lines)
    written = region.text.rstrip()
    start = max(written.rfind("\n"), written.rfind("\r")) + 1
    yield IgnoreFile(region, Span(start, len(written)), covers)


def uses_dotenv(facts: DocumentFacts) -> bool:
    """Whether a document's code loads `.env`."""
    return any(True for _ in facts.all(DotenvLoad))
