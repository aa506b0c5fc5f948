"""Markdown: one chunk per section, and the code blocks inside of each.

Inside of a chunk CommonMark is tree-sitter's. Prose, tables and HTML comments stay text of the Markdown region itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tree_sitter import Node

from tflsp.documents.document import Chunk, Cut
from tflsp.documents.fences import Fence, language_of
from tflsp.documents.markdown_cut import borders
from tflsp.documents.nesting import nests
from tflsp.documents.region import CELL, FENCE, JUPYTEXT, NO_TRAITS, Region
from tflsp.documents.syntax import Syntax, descend
from tflsp.text import Prefixed, Span, SpanMap

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?:---[ \t]*\r?\n(?:.*?\r?\n)?(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n(?:.*?\r?\n)?\+\+\+)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
# The header of a Markdown file that is a notebook (jupytext, MyST-NB, Quarto with a kernel).
_JUPYTEXT = re.compile(r"^(?:jupyter|jupytext|kernelspec):|^[ \t]+jupytext:", re.MULTILINE)
_PREFIX = re.compile(r"[ \t>]*\Z")


def chunk_markdown(text: str, memory: Any) -> Cut:
    """Cut at headings that stand outside of fences, comments and HTML blocks."""
    chunks = []
    start = 0
    traits = NO_TRAITS
    if (front := _FRONT_MATTER.match(text)) and not text.startswith(("---", "+++"), front.end()):
        start = front.end()
        chunks.append(Chunk.slice("front-matter", text[:start]))
        if _JUPYTEXT.search(text, 0, start):
            traits = {JUPYTEXT: "yes"}
    for end in (*borders(text, start), len(text)):
        piece = text[start:end]
        if piece and not piece.isspace():
            chunks.append(Chunk.slice("markdown", piece, start, traits=traits))
        start = end
    return Cut(chunks)


@nests("markdown")
def code_blocks(region: Region) -> Iterator[Region]:
    """Fenced and indented code, with the prefixes of quotes and lists taken off."""
    text = region.text
    if not ("```" in text or "~~~" in text or "    " in text or "\t" in text):
        return
    syntax = region.syntax
    for node in descend(syntax.root, "fenced_code_block", "indented_code_block"):
        if node.type == "indented_code_block":
            yield _indented(region, syntax, node)
        elif (content := _child(node, "code_fence_content")) is not None:
            yield _fence(region, syntax, node, content)


def _fence(region: Region, syntax: Syntax, node: Node, content: Node) -> Region:
    info_node = _child(node, "info_string")
    info = syntax.text_of(info_node).strip() if info_node is not None else ""
    slices = _without_prefixes(syntax, content)
    text = "".join(span.of(region.text) for span in slices)
    fence = Fence(info)
    if (options := fence.options(text)) > 0:
        slices = _without_start(slices, options)
        text = text[options:]
    traits = {FENCE: info}
    language = language_of(fence, text)
    if language == "ipython" and (fence.is_cell or region.trait(JUPYTEXT)):
        traits[CELL] = "code"
    return Region(language, text, region, SpanMap.of_slices(slices), Prefixed(_prefix(region.text, slices)), traits)


def _indented(region: Region, syntax: Syntax, node: Node) -> Region:
    slices = _without_prefixes(syntax, node)
    first = slices[0]
    content = first.of(region.text)
    slices[0] = Span(first.start + len(content) - len(content.lstrip(" \t")), first.end)
    text = "".join(span.of(region.text) for span in slices)
    codec = Prefixed(_prefix(region.text, slices))
    return Region(language_of(Fence(""), text), text, region, SpanMap.of_slices(slices), codec, {FENCE: ""})


def _child(node: Node, kind: str) -> Node | None:
    return next((child for child in node.children if child.type == kind), None)


def _without_prefixes(syntax: Syntax, content: Node) -> list[Span]:
    """The content's lines without what belongs to the blocks around it."""
    whole = syntax.span(content)
    slices, at = [], whole.start
    for child in content.children:
        if child.type == "block_continuation":
            span = syntax.span(child)
            if span.start > at:
                slices.append(Span(at, span.start))
            at = span.end
    if at < whole.end or not slices:
        slices.append(Span(at, max(at, whole.end)))
    return slices


def _without_start(slices: list[Span], count: int) -> list[Span]:
    """The slices without their first ``count`` code points."""
    kept = []
    for span in slices:
        taken = min(count, len(span))
        count -= taken
        if taken < len(span):
            kept.append(Span(span.start + taken, span.end))
    return kept or [Span(slices[-1].end, slices[-1].end)]


def _prefix(text: str, slices: list[Span]) -> str:
    """What stands before the content's lines: new lines must begin with it too."""
    place = slices[1] if len(slices) > 1 else slices[0]
    line_start = max(text.rfind("\n", 0, place.start), text.rfind("\r", 0, place.start)) + 1
    return text[line_start : place.start]
