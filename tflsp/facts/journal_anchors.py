"""The anchors of headings, by which links find them: as GitHub makes them, numbered where titles repeat.

Other renderers differ in what they drop, so an anchor is also found by what all of them keep.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol, TypeVar

from tflsp.dataclass import dataclass
from tflsp.facts.journal_lines import Mark, marks
from tflsp.text.patterns import pattern

_LINK = pattern(r"!?\[([^\[\]]*)\](?:\([^()\s]*\)|\[[^\[\]]*\])")
_EMPHASIS = pattern(r"(?<!\w)(_{1,3})(?=\S)([^\n]*?\S)\1(?!\w)")
_CODE = pattern(r"(`[^`]+`)")
_HTML = pattern(r"<[/!]?[A-Za-z][^<>\n]*>")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A heading at ``start`` to ``end`` of text number ``part`` of those that a document has."""

    name: str
    title: str
    level: int
    part: int
    start: int
    end: int


@lru_cache(maxsize=16_384)
def slug(title: str) -> str:
    """The anchor of a heading that stands alone. Source: GitHub's html-pipeline, TableOfContentsFilter."""
    text = _HTML.sub("", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", title))) if "`" not in title else _beside_code(title)
    text = text.strip().lower()
    return "".join("-" if char == " " else char for char in text if _is_kept(char))


def _beside_code(title: str) -> str:
    """A title without its links and tags; those in its code are text."""
    pieces = _CODE.split(title)
    pieces[::2] = [_HTML.sub("", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", each))) for each in pieces[::2]]
    return "".join(pieces)


def _is_kept(char: str) -> bool:
    if char in " -" or (char.isascii() and (char.isalnum() or char == "_")):
        return True
    return unicodedata.category(char) in _KEPT


_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})


class Named(Protocol):
    """What has an anchor's name."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)


def anchors(texts: Iterable[str]) -> Iterator[Anchor]:
    """The headings of a document's Markdown texts, in their order; its second heading of one name gets ``-1``."""
    return numbered(map(marks, texts))


def numbered(parts: Iterable[Iterable[Mark]]) -> Iterator[Anchor]:
    """``anchors``, where the marks of the texts are known."""
    seen: Counter[str] = Counter()
    for part, found in enumerate(parts):
        for mark in found:
            if not mark.level:
                continue
            plain = name = slug(mark.title)
            while seen[name]:
                name = f"{plain}-{seen[plain]}"
                seen[plain] += 1
            seen[name] += 1
            yield Anchor(name, mark.title, mark.level, part, mark.start, mark.end)


def find_anchor(known: Iterable[N], fragment: str) -> N | None:
    """The heading that a link's fragment (decoded) means, however its anchor was made."""
    near: N | None = None
    key = loosely(fragment)
    for anchor in known:
        if anchor.name == fragment:
            return anchor
        if near is None and key and loosely(anchor.name) == key:
            near = anchor
    return near


@lru_cache(maxsize=16_384)
def loosely(fragment: str) -> str:
    """What all renderers keep of a title: no case, nothing at the ends, one hyphen at a time."""
    return "-".join(filter(None, slug(fragment).split("-")))
