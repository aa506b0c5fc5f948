"""Markdown: one chunk per section, and the fences, comments and front matter inside of each.

The cut scans lines for headings outside of fences and HTML blocks; to cut too little is always safe. Inside of a chunk
CommonMark is tree-sitter's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from tflsp.documents.document import Chunk, Cut
from tflsp.documents.nesting import nests
from tflsp.documents.region import FENCE, Region
from tflsp.documents.syntax import Syntax, descend
from tflsp.text import Prefixed, Span, SpanMap

_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\r?\n.*?\r?\n(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?\r?\n\+\+\+)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
_BORDER = re.compile(
    r"^(?P<indent> {0,3})(?:(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)|(?P<heading>#{1,6})(?=[ \t\r\n]|\Z)"
    r"|<(?P<html>!--|(?i:script|pre|style|textarea)\b))",
    re.MULTILINE,
)
_HTML_ENDS = {"!--": "-->"}

# What a fence's info string means; anything else is not read, but scanned for credentials.
FENCE_LANGUAGES = {
    **dict.fromkeys(("bash", "sh", "shell", "zsh", "ksh", "fish"), "shell"),
    **dict.fromkeys(("console", "shell-session", "shellsession", "terminal", "sh-session", "bash-session"), "console"),
    **dict.fromkeys(("python", "py", "python3", "ipython", "ipython3", "{code-cell}"), "ipython"),
    **dict.fromkeys(("pycon", "python-repl"), "pycon"),
    **dict.fromkeys(("dockerfile", "docker", "containerfile"), "dockerfile"),
    **dict.fromkeys(("yaml", "yml"), "yaml"),
    **dict.fromkeys(("json", "jsonc", "json5"), "json"),
    **dict.fromkeys(("markdown", "md"), "markdown"),
    **dict.fromkeys(("dotenv", "env"), "dotenv"),
}


def chunk_markdown(text: str, syntax: Syntax | None) -> Cut:
    """Cut at headings that stand outside of fences, comments and HTML blocks."""
    chunks = []
    start = 0
    if front := _FRONT_MATTER.match(text):
        start = front.end()
        chunks.append(Chunk.slice("front-matter", text[:start]))
    for end in [*_headings(text, start), len(text)]:
        if text[start:end].strip():
            chunks.append(Chunk.slice("markdown", text[start:end], start))
        start = end
    return Cut(chunks)


def _headings(text: str, start: int) -> Iterator[int]:
    at = start
    while found := _BORDER.search(text, at):
        at = found.end()
        if found["heading"]:
            if not found["indent"] and found.start() > start:
                yield found.start()
        elif found["html"]:
            at = _after(text, at, _HTML_ENDS.get(found["html"], f"</{found['html']}"))
        elif not (found["fence"][0] == "`" and "`" in found["info"]):
            at = _after_fence(text, found.end(), found["fence"])


def _after(text: str, at: int, needle: str) -> int:
    end = text.find(needle, at)
    return len(text) if end < 0 else end


def _after_fence(text: str, at: int, fence: str) -> int:
    mark = re.escape(fence[0])
    closing = re.compile(rf"^[ >]*{mark}{{{len(fence)},}}[ \t]*\r?$", re.MULTILINE).search(text, at)
    return len(text) if closing is None else closing.end()


@nests("markdown")
def fences(region: Region) -> Iterator[Region]:
    """Fenced code and HTML comments, with the prefixes of quotes and lists taken off."""
    syntax = region.syntax
    for node in descend(syntax.root, "fenced_code_block"):
        content = next((child for child in node.children if child.type == "code_fence_content"), None)
        if content is not None:
            yield _fence(region, syntax, node, content)


def _fence(region: Region, syntax: Syntax, node: Node, content: Node) -> Region:
    info = next((syntax.text_of(child).strip() for child in node.children if child.type == "info_string"), "")
    word = info.split()[0].lower() if info else ""
    language = FENCE_LANGUAGES.get(
        word.removeprefix("{").removesuffix("}").removeprefix("."), "code" if word else "plain-fence"
    )
    slices = _without_prefixes(region.text, syntax, content)
    text = "".join(span.of(region.text) for span in slices)
    return Region(
        language, text, region, SpanMap.of_slices(slices), Prefixed(_prefix(region.text, slices)), {FENCE: info}
    )


def _without_prefixes(text: str, syntax: Syntax, content: Node) -> list[Span]:
    """The content's lines without what belongs to the blocks around it."""
    whole = syntax.span(content)
    slices, at = [], whole.start
    for child in content.children:
        if child.type == "block_continuation":
            span = syntax.span(child)
            if span.start > at:
                slices.append(Span(at, span.start))
            at = span.end
    slices.append(Span(at, max(at, whole.end)))
    return slices


def _prefix(text: str, slices: list[Span]) -> str:
    """What stands before the fence's lines: new lines must begin with it too."""
    line_start = max(text.rfind("\n", 0, slices[0].start), text.rfind("\r", 0, slices[0].start)) + 1
    return text[line_start : slices[0].start]
