"""Where Markdown may be cut: at headings that stand outside of fences and HTML blocks, and around fences of code.

What is not at the left margin can only lie in a quote or list, and a heading at the margin ends those; so only fences
and HTML blocks at the margin count. Where an indented one could lie in a list or not, and it matters, nothing more is
cut: to cut too little is always safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tflsp.documents.fences import LANGUAGES, Fence
from tflsp.documents.html_blocks import BLOCK_ELEMENT, HTML_BLOCKS
from tflsp.documents.slices import Border
from tflsp.text.patterns import pattern

# A section longer than this (code points) is also cut at a paragraph behind an empty line.
LONG = 3_000
# A fence that makes a piece longer than this (code points) with what stands before it is one of its own.
SMALL = 400
# Languages whose readers ask for nothing that stands before the fence. (Of JSON the text says which file it is.)
_APART = frozenset(("shell", "console", "ipython", "pycon", "dockerfile"))
_EVENT = pattern(
    r"\n(?:(?P<indent> {0,3})(?:(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)|(?P<heading>#{1,6})(?=[ \t\r\n]|\Z)"
    r"|(?P<html><)(?=[A-Za-z/!?]))|[ \t]*\r?\n(?P<paragraph>)(?=[^\W\d_]))"
)
# Kind 7 of HTML blocks: any tag, alone on its line.
_TAG_ALONE = pattern(r"</?[A-Za-z][^<\n]*>[ \t]*(?=\r?\n|\Z)")
_EMPTY_LINE = pattern(r"\n[ \t]*\r?(?=\n|\Z)")
# What would matter inside of a block that may be HTML or not.
_INSIDE = pattern(r"\n {0,3}(?:`{3}|~{3}|<(?:[!?]|(?:script|pre|style|textarea)\b))", re.IGNORECASE)


def borders(text: str, start: int = 0) -> Iterator[Border]:
    """The borders behind ``start``, which is one itself: every piece reads as it reads in the whole."""
    back = start - 1
    text = "\n" + text[start:]
    last, at = 1, 0
    seen = 0  # how far a look into what is no HTML block went: up to there all depends on what stands between
    while (found := _EVENT.search(text, at)) is not None:
        at = found.end()
        if found["paragraph"] is not None:
            border = at if at - last > LONG else None
        elif found["heading"]:
            border = found.start() + 1 if not found["indent"] else None
        else:
            border = None
            after = _after_fence(text, found) if found["fence"] else _after_html(text, found)
            if after is None:
                return
            if not found["fence"] and after == found.end() and (inside := _INSIDE.search(text, after)) is not None:
                seen = max(seen, inside.end() + 1)
            at = after
            if after - last > SMALL and _stands_apart(found):
                for border in (found.start() + 1, after + 1):
                    if last < border < len(text):
                        yield Border(border + back, after + back + 1, border >= seen)
                        last = border
                continue
        if border is not None and border > last:
            last = border
            yield Border(border + back, at + back + 1, border >= seen)


def _stands_apart(found: re.Match[str]) -> bool:
    """Whether a block is a fence at the margin of a language that is read by itself."""
    if not found["fence"] or found["indent"] or (found["fence"][0] == "`" and "`" in found["info"]):
        return False
    return LANGUAGES.get(Fence(found["info"].strip()).word, "code") in _APART


def _after_fence(text: str, found: re.Match[str]) -> int | None:
    """Where to go on behind a fence; None where nothing behind it is certain."""
    fence = found["fence"]
    if fence[0] == "`" and "`" in found["info"]:
        return found.end()
    closing = _closing(fence[0], len(fence)).search(text, found.end())
    if closing is None:
        return None
    if found["indent"]:
        # In a list or not? It does not matter where no line in between could end the list, or the fence inside of it.
        between = _breaks(len(found["indent"]), fence[0], len(fence))
        if between.search(text, found.end(), closing.start()) or len(closing["indent"]) < len(found["indent"]):
            return None
    return closing.end()


def _after_html(text: str, found: re.Match[str]) -> int | None:
    """Where to go on behind what may be an HTML block; None where nothing behind it is certain."""
    at, line_start = found.end() - 1, found.start()
    for begin, end in HTML_BLOCKS:
        if begin.match(text, at):
            closing = end.search(text, at)
            if closing is None:
                return None
            line_end = text.find("\n", closing.end())
            line_end = len(text) if line_end < 0 else line_end
            if found["indent"] and _breaks(len(found["indent"]), "", 0).search(text, at, closing.end()):
                return None
            return line_end
    empty = _EMPTY_LINE.search(text, at)
    block_end = empty.start() if empty else len(text)
    if _INSIDE.search(text, line_start + 1, block_end) is None:
        return block_end
    if BLOCK_ELEMENT.match(text, at):
        return None if found["indent"] else block_end
    return None if _TAG_ALONE.match(text, at) else found.end()


@cache
def _closing(mark: str, length: int) -> re.Pattern[str]:
    return re.compile(rf"\n(?P<indent> {{0,3}}){mark}{{{length},}}[ \t]*\r?(?=\n|\Z)")


@cache
def _breaks(indent: int, mark: str, length: int) -> re.Pattern[str]:
    """A line that is indented less, or that closes a fence only if it lies deeper."""
    deeper = rf"|\n {{4,}}{mark}{{{length},}}[ \t]*\r?\n" if mark else ""
    return re.compile(rf"\n {{0,{indent - 1}}}(?=[^ \t\r\n]){deeper}")
