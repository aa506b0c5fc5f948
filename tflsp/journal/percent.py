"""An entry as a Markdown cell of a percent script: comments or a string, as the script has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from tflsp.documents.percent import HEADER, MARKER
from tflsp.journal.markdown import insertion
from tflsp.text import Span, TextEdit
from tflsp.text.lazy import Lazy
from tflsp.text.patterns import pattern

_MARKDOWN = pattern(r"\[(markdown|md)\]", re.IGNORECASE)
_BEGINNING = pattern(r"#[ \t]?%%")
# A line end is found ten times as fast as the beginning of a line. What follows makes the line a ``MARKER``.
_BEFORE_MARKER = pattern(r"\n(?=#(?:[ \t]?%%(?!%)|[ \t]In\[[ \d]*\]:))")
_QUOTED = pattern(r"""\s*(?P<raw>[rR]?)(?P<quote>\"{3}|'{3})""")
_CELL_MARKERS = pattern(
    r"""^#[ \t]+cell_markers:[ \t]*(?:'(?P<single>[^'\r\n]*)'|"(?P<double>[^\r\n]*)"[ \t]*$)""", re.MULTILINE
)


def cells(text: str) -> Sequence[Span]:
    """The cells with their markers. What stands before the first marker, beside the header, is a cell if it is code."""
    header = HEADER.match(text)
    start = header.end() if header else 0
    starts = [start] if MARKER.match(text, start) else []
    starts += [found.end() for found in _BEFORE_MARKER.finditer(text, start)]
    if not starts or text[start : starts[0]].strip():
        starts.insert(0, start)
    ends = [*starts[1:], len(text)]
    return Lazy(len(starts), lambda number: Span(starts[number], ends[number]))


def _markers(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """The markers behind ``start``, a line's beginning."""
    if (first := MARKER.match(text, start)) is not None:
        yield first
    for found in _BEFORE_MARKER.finditer(text, start):
        if (marker := MARKER.match(text, found.end())) is not None:
            yield marker


def percent_insertion(text: str, place: int, entry: str) -> TextEdit:
    """Insert ``entry`` as a cell at ``place``, the beginning of a cell or the text's end."""
    markers = (found.group().rstrip() for found in _markers(text))
    first = next(markers, "# %%")
    style = next((marker for marker in chain((first,), markers) if _MARKDOWN.search(marker)), first)
    beginning = _BEGINNING.match(style)
    kind = _MARKDOWN.search(style)
    marker = f"{beginning.group() if beginning else '# %%'} {kind.group() if kind else '[markdown]'}"
    lines = entry.rstrip("\n").split("\n")
    quote = _quote(text)
    if quote and quote[-3:] not in entry:
        raw = "r" if quote[0] in "rR" or "\\" in entry else ""
        body = [f"{raw}{quote[-3:]}", *lines, quote[-3:]]
    else:
        body = [f"# {line}" if line else "#" for line in lines]
    return insertion(text, place, "\n".join([marker, *body]))


def _quote(text: str) -> str:
    """The quotes that Markdown cells stand in, with ``r`` where they have it; empty where they are comments."""
    header = HEADER.match(text)
    named = _CELL_MARKERS.search(header["yaml"]) if header else None
    if named is not None:
        value = (named["single"] or named["double"] or "").replace('\\"', '"')
        first = value.split(",")[0].strip()
        return first if first.lower() in ('"""', "'''", 'r"""', "r'''") else ""
    for found in _markers(text):
        if _MARKDOWN.search(found.group()):
            quoted = _QUOTED.match(text, found.end())
            return quoted["raw"] + quoted["quote"] if quoted else ""
    return ""
