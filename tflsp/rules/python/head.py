"""Where imports go that a fix adds: the head of a script, or of a notebook's own cell."""

from __future__ import annotations

import re

from tflsp.documents.document import Chunk
from tflsp.documents.region import FILE, Region
from tflsp.facts.document_facts import DocumentFacts, F, Located
from tflsp.rules.base import Edit
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Comments (a form's `#@title`, an encoding, a licence), then the docstring.
_HEAD = pattern(
    r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    r"(?:[rRuU]?(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?''')[ \t]*(?:\r?\n|\Z)(?:[ \t]*\r?\n)*)?",
    re.DOTALL,
)
_FUTURE = pattern(r"(?:from[ \t]+__future__[ \t]+import[^\n]*(?:\n[ \t]*)*)+")


def import_at_head(found: Located[F], facts: DocumentFacts, line: str, *, kind: str) -> Edit | None:
    """An edit that adds an import statement. None where it could not stand first, behind ``%%`` magics.

    Imports from ``__future__`` come before all others.
    """
    region, chunk = _head(found, facts, kind)
    text = region.text
    if text.lstrip().startswith("%%"):
        return None
    head = _HEAD.match(text)
    at = head.end() if head else 0
    if "__future__" not in line and (future := _FUTURE.match(text, at)):
        at = future.end()
    end = "\r\n" if "\r\n" in text else "\n"
    before = "" if not at or text.endswith("\n", 0, at) else end
    if text[:at].rstrip("\r\n").endswith(('"""', "'''")) and not text[:at].endswith(end * 2):
        before += end
    if at and at == len(text):
        return Edit(Span(at, at), f"{before}{line}{end if text.endswith(end) else ''}", region, chunk)
    is_first = "__future__" in line or not text.startswith(("import ", "from "), at)
    return Edit(Span(at, at), f"{before}{line}{end}{end if is_first else ''}", region, chunk)


def _head(found: Located[F], facts: DocumentFacts, kind: str) -> tuple[Region, Chunk | None]:
    """The region that begins the file or cell that the fact stands in."""
    region = found.fact.region
    if region.trait(FILE) is not None:
        return region, None
    if kind in ("python", "percent"):
        for chunk, analysis in facts.analysed:
            if chunk.part == found.chunk.part and chunk.key.language in ("python", "ipython"):
                return analysis.root, chunk
    while region.parent is not None and region.parent.language == "ipython":
        region = region.parent
    return region, None
