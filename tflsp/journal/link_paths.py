"""Paths between files as links of Markdown have them. Pure: paths are texts, from one folder, with forward slashes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath

from tflsp.facts.journal_links import Link, links_and_mentions, path_to
from tflsp.text import Span, TextEdit, apply_edits
from tflsp.text.patterns import pattern

_PROMOTED = {"en": "Promoted to: ", "zh": "已归档到："}
_SPECIAL = pattern(r"([\\\[\]<>`|])")


def links(text: str) -> Iterator[Link]:
    """The links in a text that lead to files or headings."""
    return (each for each in links_and_mentions(text) if isinstance(each, Link))


def destination(path: str, fragment: str = "") -> str:
    """A link's destination; letters of any script stay readable."""
    return f"{path_to(path)}#{fragment}" if fragment else path_to(path)


def relative(path: str, start: str) -> str:
    """The way from the file ``start`` to the file ``path``."""
    return posixpath.relpath(path, str(PurePosixPath(start).parent))


def resolved(link: str, start: str) -> str:
    """The file that a link in the file ``start`` leads to."""
    return posixpath.normpath(posixpath.join(str(PurePosixPath(start).parent), link)) if link else start


def seen_from(text: str, source: str) -> str:
    """A text of a file with its links as another file has them that finds this one at the path ``source``."""
    edits = []
    for link in links(text):
        path = resolved(link.path, source)
        if link.path.startswith("/") or path == link.path:
            continue
        end = link.target.start + len(link.target.of(text).partition("#")[0].partition("?")[0])
        edits.append(TextEdit(Span(link.target.start, end), path_to(path)))
    return apply_edits(text, edits)


def link_text(text: str) -> str:
    """A text as it can stand in a link's brackets."""
    return _SPECIAL.sub(r"\\\1", text)


def promoted_line(language: str, path: str, target: str) -> str:
    """The line by which a journal's entry links to the guide (``path``) that it was promoted to."""
    return f"- {_PROMOTED['zh' if language == 'zh' else 'en']}[{path.rpartition('/')[2]}]({target})"
