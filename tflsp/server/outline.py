"""What a document is made of, for symbols and folding: headings, cells, stages, services. Knows nothing of LSP.

Reads texts with plain expressions where a document's own outline does not tell, so that it costs no analysis.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from tflsp.dataclass import dataclass, field
from tflsp.documents.document import Document
from tflsp.documents.outline import CellOutline
from tflsp.facts.journal_entries import Kind as Entry
from tflsp.facts.journal_words import heading
from tflsp.text import LineIndex, Span


class Kind(Enum):
    """What a symbol is."""

    HEADING = "heading"
    CELL = "cell"
    STEP = "step"
    ERROR = "error"
    STAGE = "stage"
    SERVICE = "service"


@dataclass(slots=True)
class Symbol:
    """A part of a document: its name, the whole of it, and what names it."""

    name: str
    kind: Kind
    span: Span
    selection: Span
    detail: str = ""
    level: int = 0
    children: list[Symbol] = field(default_factory=list)


_FENCE = re.compile(r"^[ >\t]*(?P<fence>`{3,}|~{3,})", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>[^\r\n]*?)[ \t]*#*[ \t]*(?=\r|\n|\Z)", re.MULTILINE)
_FROM = re.compile(
    r"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?P<image>\S+)(?:[ \t]+AS[ \t]+(?P<name>\S+))?", re.MULTILINE | re.IGNORECASE
)
_SERVICES = re.compile(r"^services:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)", re.MULTILINE)
_SERVICE = re.compile(
    r"^(?P<indent>[ ]+)(?P<name>[\w.-]+):[ \t]*(?:&\S+[ \t]*)?(?:#[^\r\n]*)?(?=\r|\n|\Z)", re.MULTILINE
)
_IMAGE = re.compile(r"^[ ]+image:[ \t]*[\"']?(?P<image>[^\s\"'#]+)", re.MULTILINE)
_TOP = re.compile(r"^[^\s#]", re.MULTILINE)
_LONGEST = 60


def outline(document: Document, part: int = 0) -> list[Symbol]:
    """The symbols of one text of a document, nested, in their order."""
    text = document.parts[part].text
    match document.kind:
        case "markdown":
            return _nested(map(_told, _headings(text)))
        case "notebook" | "percent" if document.parts[part].cell is None:
            return list(_cells(document))
        case "notebook" if _is_markdown(document, part):
            return _nested(map(_told, _headings(text)))
        case "dockerfile":
            return list(_stages(text))
        case "compose":
            return list(_services(text))
    return []


def flat(symbols: list[Symbol], container: str = "") -> Iterator[tuple[Symbol, str]]:
    """Every symbol with the name of the one around it."""
    for symbol in symbols:
        yield symbol, container
        yield from flat(symbol.children, symbol.name)


def fences(text: str) -> Iterator[Span]:
    """Fenced code of a Markdown text, fences included."""
    opened: tuple[int, str] | None = None
    for found in _FENCE.finditer(text):
        fence = found["fence"]
        if opened is None:
            opened = (found.start("fence"), fence)
        elif fence[0] == opened[1][0] and len(fence) >= len(opened[1]):
            yield Span(opened[0], found.end())
            opened = None
    if opened is not None:
        yield Span(opened[0], len(text))


def _headings(text: str) -> Iterator[Symbol]:
    code = list(fences(text))
    at = 0
    found = []
    for mark in _HEADING.finditer(text):
        while at < len(code) and code[at].end <= mark.start():
            at += 1
        if at < len(code) and code[at].start <= mark.start():
            continue
        found.append(mark)
    ends = _ends([len(mark["marks"]) for mark in found])
    for mark, following in zip(found, ends, strict=True):
        end = len(text) if following is None else found[following].start()
        span = Span(mark.start("marks"), _trimmed(text, end))
        name = _short(mark["title"]) or mark["marks"]
        yield Symbol(name, Kind.HEADING, span, Span(*mark.span()), level=len(mark["marks"]))


def _ends(levels: Sequence[int]) -> list[int | None]:
    """For each heading the number of the next that is not below it, or None. Linear: journals have thousands."""
    ends: list[int | None] = [None] * len(levels)
    open_: list[int] = []
    for number, level in enumerate(levels):
        while open_ and levels[open_[-1]] >= level:
            ends[open_.pop()] = number
        open_.append(number)
    return ends


def _told(symbol: Symbol) -> Symbol:
    """A heading of a journal's step or error is one of its own kind."""
    found = heading(symbol.name)
    if found is not None and found.kind is Entry.STEP:
        symbol.kind = Kind.STEP
    elif found is not None and found.kind is Entry.ERROR:
        symbol.kind = Kind.ERROR
    return symbol


def _is_markdown(document: Document, part: int) -> bool:
    """Whether a cell of a synced notebook is Markdown."""
    own = document.parts[part].outline(part)
    return own is not None and any(cell.kind == "markdown" for cell in own.cells)


def _nested(symbols: Iterable[Symbol]) -> list[Symbol]:
    roots: list[Symbol] = []
    path: list[Symbol] = []
    for symbol in symbols:
        while path and path[-1].level >= symbol.level:
            path.pop()
        (path[-1].children if path else roots).append(symbol)
        path.append(symbol)
    return roots


def _cells(document: Document) -> Iterator[Symbol]:
    found = document.outline
    for number, cell in enumerate(found.cells if found is not None else (), start=1):
        title = _title(cell)
        symbol = Symbol(title, Kind.CELL, cell.span, cell.span, detail=cell.kind)
        if cell.kind == "markdown":
            symbol = _told(symbol)
        symbol.name = f"{number}: {title}" if title else str(number)
        yield symbol


def _title(cell: CellOutline) -> str:
    """A cell's first line with words in it; of Markdown without its marks."""
    for line in cell.text.splitlines():
        words = line.strip().lstrip("#").strip() if cell.kind == "markdown" else line.strip()
        if words:
            return _short(words)
    return ""


def _stages(text: str) -> Iterator[Symbol]:
    found = list(_FROM.finditer(text))
    for number, stage in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        start = stage.start() + len(stage.group()) - len(stage.group().lstrip())
        name = stage["name"] or stage["image"]
        yield Symbol(
            name, Kind.STAGE, Span(start, _trimmed(text, end)), Span(start, stage.end()), detail=stage["image"]
        )


def _services(text: str) -> Iterator[Symbol]:
    begin = _SERVICES.search(text)
    if begin is None:
        return
    after = _TOP.search(text, begin.end())
    end = after.start() if after else len(text)
    first = _SERVICE.search(text, begin.end(), end)
    if first is None:
        return
    found = [each for each in _SERVICE.finditer(text, begin.end(), end) if each["indent"] == first["indent"]]
    for number, service in enumerate(found):
        stop = found[number + 1].start() if number + 1 < len(found) else end
        span = Span(service.start("name"), _trimmed(text, stop))
        image = _IMAGE.search(text, service.end(), stop)
        selection = Span(*service.span("name"))
        yield Symbol(service["name"], Kind.SERVICE, span, selection, detail=image["image"] if image else "")


def _trimmed(text: str, end: int) -> int:
    """The end without blank lines before it."""
    while end > 0 and text[end - 1] in " \t\r\n":
        end -= 1
    return end


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def foldable(document: Document, part: int = 0) -> Iterator[tuple[Span, Symbol | None]]:
    """What an editor can fold: every symbol, and fences (without one)."""
    for symbol, _ in flat(outline(document, part)):
        yield symbol.span, symbol
    if document.kind == "markdown":
        for span in fences(document.parts[part].text):
            yield span, None


def line_range(lines: LineIndex, span: Span) -> tuple[int, int]:
    """The first and the last line of a span."""
    return lines.line_of(span.start), lines.line_of(max(span.end - 1, span.start))
