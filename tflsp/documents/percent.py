"""Percent scripts: Python that comments cut into cells (``# %%``, jupytext, VS Code, Spyder), one chunk per cell.

Markdown cells are comments or a string; their chunk's text has the ``# `` taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from tflsp.documents.document import Chunk, ChunkKey, Cut
from tflsp.documents.outline import CellOutline, NotebookOutline
from tflsp.documents.region import CELL
from tflsp.text import VERBATIM, Codec, Prefixed, Span, SpanMap
from tflsp.text.maps import Segment
from tflsp.text.patterns import pattern

MARKER = pattern(
    r"^#[ \t]?%%(?!%)[ \t]*(?P<title>[^\r\n]*)(?:\r\n|\n|\r|\Z)|^#[ \t]In\[[ \d]*\]:[^\r\n]*(?:\r\n|\n|\r|\Z)",
    re.MULTILINE,
)
# The same behind a line end, which the expression engine finds ten times as fast as a line's beginning.
_MARKED = pattern(r"[\n\r](?:#[ \t]?%%(?!%)|#[ \t]In\[[ \d]*\]:)")
_KIND = pattern(r"(?:^|[ \t])\[(markdown|md|raw)\]", re.IGNORECASE)
_LANGUAGE = pattern(r"""\blanguage=["'](\w+)["']""")
# A list of quoted words; the words may hold brackets.
_TAGS = pattern(r"""\btags=\[((?:[^\[\]"']|"[^"]*"|'[^']*')*+)\]""")
_TAG = pattern(r"""["']([^"']*)["']""")
# jupytext's header: YAML in comments, at the start.
HEADER = pattern(r"\A\ufeff?(?:#![^\n]*\n)?(?P<yaml>#[ \t]*---[ \t]*\r?\n(?:#[^\n]*\n)*?#[ \t]*---[ \t]*(?:\r?\n|\Z))")
_NO_COMMENT_MAGICS = pattern(r"^#[ \t]+comment_magics:[ \t]*false", re.MULTILINE)
_COMMENT = pattern(r"#[ \t]?")
_COMMENTS = pattern(r"^#[ \t]?", re.MULTILINE)
_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_QUOTED = pattern(r"""\s*(?:[rR]?)(?P<quote>\"{3}|'{3})(?P<text>[\s\S]*?)(?P=quote)\s*\Z""")
# How jupytext writes a magic into a script: as a comment.
_COMMENTED_MAGIC = pattern(r"^[ \t]*#[ \t](?=%{1,2}[A-Za-z]|!{1,2}[^\s!=])", re.MULTILINE)


class _Cell(NamedTuple):
    """A cell: what its marker says and where its text stands."""

    title: str
    body: Span


def is_percent(text: str) -> bool:
    """Whether a Python text is cut into cells by comments."""
    return _MARKED.search("\n" + text) is not None


def chunk_percent(text: str, memory: Any) -> Cut:
    """Cut at the markers; the markers themselves belong to no chunk."""
    header = HEADER.match(text)
    start = header.end() if header else 0
    has_comment_magics = header is not None and _NO_COMMENT_MAGICS.search(header["yaml"]) is None
    chunks = [] if header is None else [_uncommented("front-matter", text, Span(*header.span("yaml")))]
    cells = []
    for cell in _cells(text, start):
        chunk = _chunk(text, cell, has_comment_magics=has_comment_magics)
        cells.append((cell, chunk))
        if chunk.key.text.strip():
            chunks.append(chunk)
    return Cut(chunks, outline=lambda: NotebookOutline(tuple(_outline(cell, chunk) for cell, chunk in cells)))


def _cells(text: str, start: int) -> Iterator[_Cell]:
    title = None
    for found in MARKER.finditer(text, start):
        if title is not None or text[start : found.start()].strip():
            yield _Cell(title or "", Span(start, found.start()))
        title, start = found["title"] or "", found.end()
    yield _Cell(title or "", Span(start, len(text)))


def _kind(cell: _Cell) -> str:
    found = _KIND.search(cell.title)
    if found is None:
        return "code"
    return "raw" if found[1].lower() == "raw" else "markdown"


def _chunk(text: str, cell: _Cell, *, has_comment_magics: bool) -> Chunk:
    kind = _kind(cell)
    if kind == "code":
        language = _LANGUAGE.search(cell.title)
        if language is not None and language[1] not in ("python", "python3"):
            # Another language's cell stands in comments, as a `%%bash` cell does in jupytext's scripts.
            shell = language[1] in ("bash", "sh", "zsh", "shell")
            return _uncommented("shell" if shell else "code", text, cell.body, kind)
        if has_comment_magics and _COMMENTED_MAGIC.search(text, cell.body.start, cell.body.end):
            return _with_magics(text, cell.body)
        return _sliced("ipython", text, [cell.body], kind, VERBATIM)
    region_language = "markdown" if kind == "markdown" else "text"
    if quoted := _QUOTED.match(text, cell.body.start, cell.body.end):
        return _sliced(region_language, text, [Span(*quoted.span("text"))], kind, VERBATIM)
    return _uncommented(region_language, text, cell.body, kind)


def _with_magics(text: str, body: Span) -> Chunk:
    """A code cell whose commented magics are magics again."""
    slices, at = [], body.start
    for found in _COMMENTED_MAGIC.finditer(text, body.start, body.end):
        mark = text.index("#", found.start())
        slices.append(Span(at, mark))
        at = found.end()
    slices.append(Span(at, body.end))
    return _sliced("ipython", text, [span for span in slices if len(span)], "code", VERBATIM)


def _uncommented(language: str, text: str, body: Span, kind: str | None = None) -> Chunk:
    """A chunk of comment lines without their ``# ``."""
    lines = body.of(text)
    if "\r" in lines:
        shown = "".join(span.of(lines) for span in _comment_slices(lines))
    else:
        shown = _COMMENTS.sub("", lines)  # a line at a time would take ten times as long
    key = ChunkKey(language, shown, () if kind is None else ((CELL, kind),))
    # Most cells of a long script are never asked where they stand.
    places = SpanMap.lazily(lambda: (Segment(len(at), at.start, len(at)) for at in _comment_slices(lines)), body.start)
    return Chunk(key, places, codec=Prefixed("# "))


def _comment_slices(lines: str) -> Iterator[Span]:
    at = 0
    while at < len(lines):
        line = _LINE.match(lines, at)
        end = line.end() if line else len(lines)
        comment = _COMMENT.match(lines, at, end)
        yield Span(comment.end() if comment else at, end)
        at = end


def _sliced(language: str, text: str, slices: list[Span], kind: str | None, codec: Codec) -> Chunk:
    key = ChunkKey(language, "".join(span.of(text) for span in slices), () if kind is None else ((CELL, kind),))
    places = SpanMap.at(slices[0].start, len(slices[0])) if len(slices) == 1 else SpanMap.of_slices(slices)
    return Chunk(key, places, codec=codec)


def _outline(cell: _Cell, chunk: Chunk) -> CellOutline:
    tags = _TAGS.search(cell.title)
    found = tuple(_TAG.findall(tags[1])) if tags else ()
    return CellOutline(_kind(cell), cell.body, chunk.key.text, None, found)
