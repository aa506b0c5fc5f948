"""Links between Markdown files: the anchors of headings as GitHub makes them, and paths as links write them. Pure."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from tflsp.dataclass import dataclass
from tflsp.facts.journal_lines import Mark, marks
from tflsp.text import Span
from tflsp.text.patterns import pattern

_IMAGE = pattern(r"!\[[^\]]*\]\([^)]*\)")
_LINK = pattern(r"\[(?P<text>(?:[^\[\]\\]|\\.)*)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = pattern(r"<!--.*?-->|</?[A-Za-z][^>]*>")
_UNDERSCORES = pattern(r"(?<!\w)(_{1,3})(?=\S)(?P<text>.+?)(?<=\S)\1(?!\w)")
# A link of Markdown on one line; its destination is in angle brackets, or has balanced parentheses at most.
INLINE_LINK = pattern(
    r"(?<![!\\])\[(?P<text>(?:[^\[\]\\\r\n]|\\.|\[[^\[\]\r\n]*\])*)\]"
    r"\([ \t]*(?:<(?P<angled>[^<>\r\n]*)>|(?P<plain>(?:[^\s()<>]|\([^\s()]*\))*))"
    r"(?:[ \t]+[\"'(][^\r\n]*?[\"')])?[ \t]*\)"
)
_SPECIAL = frozenset(" \"#%()<>?\\^`{|}[]'")
_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: what is shown, path and fragment as they are meant, and where the destination stands."""

    text: str
    path: str
    fragment: str
    span: Span
    destination: Span


def slug(title: str) -> str:
    """The anchor of a heading, as GitHub makes it; a second heading of the same text gets ``-1``."""
    text = _TAG.sub("", _IMAGE.sub("", title))
    text = _UNDERSCORES.sub(lambda found: found["text"], _LINK.sub(lambda found: found["text"], text))
    kept = (each for each in text.strip().lower() if each in "- " or _is_word(each))
    return "".join(kept).replace(" ", "-")


def anchored(text: str, start: int = 0) -> Iterator[tuple[Mark, str]]:
    """The headings of a text with their anchors, from ``start`` on (where front matter ends)."""
    seen: dict[str, int] = {}
    for mark in marks(text, start):
        if not mark.level:
            continue
        base = found = slug(mark.title)
        while found in seen:
            seen[base] += 1
            found = f"{base}-{seen[base]}"
        seen[found] = 0
        yield mark, found


def links(text: str) -> Iterator[Link]:
    """The links to files and anchors in a text; those to other places of the net are none."""
    for found in INLINE_LINK.finditer(text):
        name = "plain" if found["angled"] is None else "angled"
        target = found[name]
        if not target or _SCHEME.match(target):
            continue
        path, _, fragment = target.partition("#")
        yield Link(found["text"], unquote(path), unquote(fragment), Span(*found.span()), Span(*found.span(name)))


def destination(path: str, fragment: str = "") -> str:
    """A link's destination; letters of any script stay readable."""
    written = "".join(_quoted(each) if each in _SPECIAL or ord(each) < 33 else each for each in path)
    return f"{written}#{fragment}" if fragment else written


def relative(path: str, start: str) -> str:
    """The way from the file ``start`` to the file ``path``; both are paths from the same folder, with slashes."""
    return posixpath.relpath(path, str(PurePosixPath(start).parent))


def resolved(link: str, start: str) -> str:
    """The file that a link in the file ``start`` leads to, as a path from the same folder."""
    return posixpath.normpath(posixpath.join(str(PurePosixPath(start).parent), link)) if link else start


def link_text(text: str) -> str:
    """A text as it can stand in a link's brackets."""
    return re.sub(r"([\\\[\]<>`|])", r"\\\1", text)


def _quoted(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))


def _is_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" or unicodedata.category(character) in ("Nd", "Pc")
