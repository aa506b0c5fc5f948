"""Markdown: one chunk per section and larger fence, and the code blocks inside of each.

Prose, tables and HTML comments stay text of the Markdown region itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.documents.commonmark import CodeBlock, code_blocks
from tflsp.documents.document import Chunk, Cut
from tflsp.documents.example_marks import is_bad_above
from tflsp.documents.fences import Fence, language_of
from tflsp.documents.markdown_cut import borders
from tflsp.documents.nesting import nests
from tflsp.documents.region import ABOVE, CELL, FENCE, JUPYTEXT, NO_TRAITS, Region
from tflsp.documents.slices import Slices, cut
from tflsp.text import Prefixed, Span, SpanMap
from tflsp.text.patterns import pattern

_FRONT_MATTER = pattern(
    r"\A\ufeff?(?:---[ \t]*\r?\n(?:.*?\r?\n)?(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(?:.*?\r?\n)?\+\+\+)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
# How many pieces behind an edit may be shown as a mistake by what was edited: two written lines lie in no more.
REACH = 2
# The header of a Markdown file that is a notebook (jupytext, MyST-NB, Quarto with a kernel).
_JUPYTEXT = pattern(r"^(?:jupyter|jupytext|kernelspec):|^[ \t]+jupytext:", re.MULTILINE)


def chunk_markdown(text: str, known: Slices | None) -> Cut:
    """Cut at headings and fences that stand outside of fences, comments and HTML blocks."""
    chunks = []
    start = 0
    traits = NO_TRAITS
    if (front := _FRONT_MATTER.match(text)) and not text.startswith(("---", "+++"), front.end()):
        start = front.end()
        chunks.append(Chunk.slice("front-matter", text[:start]))
        if any(word in text[:start] for word in ("jupy", "kernelspec")) and _JUPYTEXT.search(text, 0, start):
            traits = {JUPYTEXT: "yes"}

    def make(piece: str, at: int) -> Chunk | None:
        if not piece or piece.isspace():
            return None
        if piece.startswith(("```", "~~~")) and is_bad_above(text, at, start):
            return Chunk.slice("markdown", piece, at, traits={**traits, ABOVE: "bad"})
        return Chunk.slice("markdown", piece, at, traits=traits)

    if "\r" in text and "\r" in text.replace("\r\n", ""):
        # Line ends of old Macs are not worth a second set of expressions.
        rest = make(text[start:], start)
        return Cut([*chunks, *([rest] if rest is not None else ())])
    if known is not None and (known.start != start or known.first_edit <= start):
        known = None
    slices = cut(text, start, borders, make, known, reach=REACH)
    return Cut([*chunks, *slices.chunks], syntax=slices)


@nests("markdown")
def code(region: Region) -> Iterator[Region]:
    """Fenced and indented code, with the prefixes of quotes and lists taken off."""
    text = region.text
    if not any(mark in text for mark in ("```", "~~~", "    ", "\t")):
        return
    for block in code_blocks(text):
        yield _region(region, block)


def _region(region: Region, block: CodeBlock) -> Region:
    info = block.info or ""
    slices = block.lines
    text = "".join(span.of(region.text) for span in slices)
    fence = Fence(info)
    if (options := fence.options(text)) > 0:
        slices = _without_start(slices, options)
        text = text[options:]
    traits = {FENCE: info}
    language = language_of(fence, text)
    if language == "ipython" and (fence.is_cell or region.trait(JUPYTEXT)):
        traits[CELL] = "code"
    return Region(language, text, region, SpanMap.of_slices(slices), Prefixed(block.prefix), traits)


def _without_start(slices: list[Span], count: int) -> list[Span]:
    """The slices without their first ``count`` code points."""
    kept = []
    for span in slices:
        taken = min(count, len(span))
        count -= taken
        if taken < len(span):
            kept.append(Span(span.start + taken, span.end))
    return kept or [Span(slices[-1].end, slices[-1].end)]
