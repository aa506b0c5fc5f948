"""An entry as a Markdown cell of a percent script: comments or a string, as the script has them."""

from __future__ import annotations

import re

from tflsp.documents.percent import HEADER, MARKER
from tflsp.journal.markdown import insertion
from tflsp.text import Span, TextEdit
from tflsp.text.patterns import pattern

_MARKDOWN = pattern(r"\[(markdown|md)\]", re.IGNORECASE)
_BEGINNING = pattern(r"#[ \t]?%%")
_QUOTED = pattern(r"""\s*(?P<raw>[rR]?)(?P<quote>\"{3}|'{3})""")
_CELL_MARKERS = pattern(
    r"""^#[ \t]+cell_markers:[ \t]*(?:'(?P<single>[^'\r\n]*)'|"(?P<double>[^\r\n]*)"[ \t]*$)""", re.MULTILINE
)


def cells(text: str) -> list[Span]:
    """The cells with their markers. What stands before the first marker, beside the header, is a cell if it is code."""
    header = HEADER.match(text)
    start = header.end() if header else 0
    starts = [found.start() for found in MARKER.finditer(text, start)]
    if not starts or text[start : starts[0]].strip():
        starts.insert(0, start)
    return [Span(at, end) for at, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def percent_insertion(text: str, place: int, entry: str) -> TextEdit:
    """Insert ``entry`` as a cell at ``place``, the beginning of a cell or the text's end."""
    markers = [found.group().rstrip() for found in MARKER.finditer(text)]
    style = next((marker for marker in markers if _MARKDOWN.search(marker)), markers[0] if markers else "# %%")
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
    for found in MARKER.finditer(text):
        if _MARKDOWN.search(found.group()):
            quoted = _QUOTED.match(text, found.end())
            return quoted["raw"] + quoted["quote"] if quoted else ""
    return ""
