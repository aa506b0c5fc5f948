"""Paths between files as links of Markdown have them. Pure: paths are texts, from one folder, with forward slashes."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import PurePosixPath

from tflsp.facts.journal_links import Link, links_and_mentions, path_to
from tflsp.text.patterns import pattern

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


def link_text(text: str) -> str:
    """A text as it can stand in a link's brackets."""
    return _SPECIAL.sub(r"\\\1", text)
