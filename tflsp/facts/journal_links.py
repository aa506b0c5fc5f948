"""Links of Markdown to headings and files of the workspace, and steps that a text mentions by their number.

What stands in code, fences and comments is no link. Pure; whether a target is there is for others to see.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from urllib.parse import quote, unquote

from tflsp.dataclass import dataclass
from tflsp.facts.journal_lines import marks
from tflsp.text import Span
from tflsp.text.patterns import pattern

# What a link can lead to that journals are kept in.
_LINKED = (".md", ".markdown", ".qmd", ".ipynb", ".py")
_SCHEME = pattern(r"\A(?:[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\)")
_TOKENS = pattern(
    r"(?P<escape>\\.)"
    r"|(?P<code>(?<!`)(?P<ticks>`{1,8})(?!`)(?:[^`\r\n]|(?!(?P=ticks)(?!`))`){0,400}(?P=ticks)(?!`))"
    r"|\[(?P<text>(?:[^\[\]\\\r\n]|\\.){0,400})\]\([ \t]*"
    r"(?:<(?P<angled>[^<>\r\n]{1,1000})>|(?P<bare>[^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200}){0,4}))"
    r"(?:[ \t]+(?:\"[^\"\r\n]{0,400}\"|'[^'\r\n]{0,400}'))?[ \t]*\)"
    r"|(?m:^) {0,3}\[[^\[\]\r\n]{1,400}\]:[ \t]*<?(?P<defined>[^\s<>]{1,1000})"
    r"|(?<![A-Za-z0-9_&/.-])(?P<worded>(?:(?:debug(?:ging)?[ ])?step|(?:调试|实验)?步骤)"
    r"[ \t]*[#＃]?[ \t]*(?P<number>\d{1,9})"
    r"|第[ \t]*(?P<zh_number>\d{1,9})[ \t]*步)(?!\.?[A-Za-z0-9_])"
    r"|(?<![A-Za-z0-9_&/#＃.])(?P<bare_mark>[#＃](?P<bare_number>\d{1,9}))(?![A-Za-z0-9_])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link to somewhere in the workspace: decoded ``path`` (empty: this document) and ``fragment``, and their places.

    ``target`` is where both are written, ``fragment_span`` what stands behind the ``#``; ``text`` is what is shown.
    """

    span: Span
    text: str
    text_span: Span
    target: Span
    path: str
    fragment: str
    fragment_span: Span | None


@dataclass(frozen=True, slots=True)
class Mention:
    """``step #2`` or ``#2`` in a text."""

    span: Span
    number: int


def links_and_mentions(text: str) -> Iterator[Link | Mention]:
    """The links and mentions of a Markdown text in their order. A heading's own number is no mention."""
    if "[" not in text and "#" not in text and "＃" not in text and "步" not in text and "step" not in text.lower():
        return
    silent = [(mark.start, mark.end, mark.level) for mark in marks(text)]
    starts = [start for start, _, _ in silent]
    for found in _TOKENS.finditer(text):
        if found["escape"] or found["code"]:
            continue
        before = bisect_right(starts, found.start()) - 1
        inside = silent[before] if before >= 0 and found.start() < silent[before][1] else None
        if inside is not None and inside[2] == 0:
            continue  # only shown
        if found["worded"] or found["bare_mark"]:
            if inside is None:
                group = "worded" if found["worded"] else "bare_mark"
                number = found["number"] or found["zh_number"] or found["bare_number"]
                yield Mention(Span(*found.span(group)), int(number))
        elif (link := _link(found)) is not None:
            yield link


def _link(found: re.Match[str]) -> Link | None:
    group = next(name for name in ("angled", "bare", "defined") if found[name] is not None)
    written, start = found[group], found.start(group)
    if _SCHEME.match(written):
        return None
    path, sign, fragment = written.partition("#")
    place = Span(start + len(path) + 1, start + len(written)) if sign else None
    shown = Span(*found.span("text")) if found["text"] is not None else Span(found.start(), found.start())
    return Link(
        Span(*found.span()),
        found["text"] or "",
        shown,
        Span(start, start + len(written)),
        unquote(path.split("?", 1)[0]),
        unquote(fragment),
        place,
    )


def leads_to_journal(link: Link) -> bool:
    """Whether a link can lead to a journal, or to a heading of its own document."""
    return link.path.lower().endswith(_LINKED) if link.path else bool(link.fragment)


def fragment_like(old: str, new: str) -> str:
    """A new fragment written as an old one is: with or without percent signs."""
    return quote(new, safe="-_.~") if "%" in old else new


def path_to(path: str) -> str:
    """A relative path as a link has it: what would end the link is escaped, everything else can be read."""
    return "".join(quote(char) if char in "()<>#?%[]\\\"'" or char.isspace() or char < " " else char for char in path)
