"""Imports that stand on a line of their own, read without a tree: most do, and most cells are parsed for nothing else.

Where a text leaves any doubt, nothing is said, and the tree decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tflsp.text import Span
from tflsp.text.patterns import pattern

_NAMED: Final = r"[^\W\d]\w*(?:[ \t]+as[ \t]+[^\W\d]\w*)?"
_DOTTED: Final = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_STATEMENT: Final = pattern(
    rf"[ \t]*(?P<whole>import[ \t]+(?P<modules>{_DOTTED}(?:[ \t]+as[ \t]+[^\W\d]\w*)?"
    rf"(?:[ \t]*,[ \t]*{_DOTTED}(?:[ \t]+as[ \t]+[^\W\d]\w*)?)*)"
    rf"|from[ \t]+(?P<module>\.*{_DOTTED}|\.+)[ \t]+import[ \t]+(?P<names>\*|{_NAMED}(?:[ \t]*,[ \t]*{_NAMED})*))"
    r"[ \t]*(?:#[^\n]*)?\r?(?:\n|\Z)"
)
# A line that says "import" and is no statement that imports.
_OTHER: Final = pattern(r"[ \t\f]*+(?!import\b|from\b)[^;:\n]*?\bimport|(?![^\n]*\bimport\b)|[ \t]*#")
_STRING: Final = pattern(
    r"""(?:\"{3}(?:[^"\\]|\\.|"(?!""))*(?P<long>"{3})?|'{3}(?:[^'\\]|\\.|'(?!''))*(?P<also>'{3})?"""
    r"""|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\#[^\n]*)""",
    re.DOTALL,
)
_BLOCKS: Final = ('"""', "'''", "\\\n", "\\\r")
# What a name is not: the line is half-typed.
_WORDS: Final = frozenset(
    ("as", "import", "from", "in", "is", "if", "or", "and", "not", "for", "None", "True", "False")
)


class Imported(NamedTuple):
    """One imported name of the statement at ``span``; an empty ``name`` is that of ``import module as alias``."""

    span: Span
    module: str
    name: str
    alias: str


def import_lines(text: str) -> list[Imported] | None:
    """All imports of a text in order; None where a line is not plainly an import or plainly none."""
    found: list[Imported] = []
    at = text.find("import")
    while at >= 0:
        start = text.rfind("\n", 0, at) + 1
        end = text.find("\n", at) % (len(text) + 1)
        if (statement := _STATEMENT.match(text, start)) is not None:
            if text.endswith(("\\\n", "\\\r\n"), 0, start):
                return None
            found += _imports(statement)
        elif text.find(";", start, end) >= 0 or not _OTHER.match(text, start):
            return None
        at = text.find("import", end)
    if any(not _WORDS.isdisjoint((each.name, each.alias, *each.module.split("."))) for each in found):
        return None
    if not found or all(text.find(block, 0, found[-1].span.start) < 0 for block in _BLOCKS):
        return found
    strings = [*_STRING.finditer(text)]
    if any(each.group().startswith(_BLOCKS[:2]) and each.lastgroup is None for each in strings):
        return None
    return [one for one in found if not any(each.start() < one.span.start < each.end() for each in strings)]


def _imports(statement: re.Match[str]) -> Iterator[Imported]:
    span, module = Span(*statement.span("whole")), statement["module"]
    for written in (statement["modules"] or statement["names"]).split(","):
        name, *alias = written.split()
        if module is None:
            yield Imported(span, name, "", alias[-1] if alias else "")
        else:
            yield Imported(span, module, name, alias[-1] if alias else "")
