"""Calls of certain names in Python code, without reading anything else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.python_expressions import value_of
from tflsp.facts.python_values import CallValue
from tflsp.text.patterns import pattern

Likely = Callable[[str, int, int], bool]


_CALLED = pattern(r"\s*(?:\\\r?\n\s*)?\(")


def calls_named(region: Region, names: frozenset[str], likely: Likely | None = None) -> Iterator[CallValue]:
    """The calls in a Python region whose last name is one of ``names``, wherever they stand, in order.

    ``likely`` is asked before anything is parsed: whether the name from one offset of the text to another may be it.
    """
    text = region.text
    places = [place for name in names if name in text for place in _places(text, name)]
    if likely is not None:
        places = [place for place in places if likely(text, *place)]
    if not places:
        return
    syntax = region.syntax
    nodes = [node for start, end in places if (node := _call(syntax, start, end)) is not None]
    for node in sorted(nodes, key=lambda node: node.start_byte):
        value = value_of(syntax, node)
        if isinstance(value, CallValue):
            yield value


def _places(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a word stands before a parenthesis. Found without an expression, which would look at every character."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if _CALLED.match(text, end) and not (start and (text[start - 1].isalnum() or text[start - 1] == "_")):
            yield start, end
        start = text.find(name, end)


def _call(syntax: Syntax, start: int, end: int) -> Node | None:
    """The call whose function's last name stands at a place; None in strings, comments and definitions."""
    name = syntax.root.descendant_for_byte_range(syntax.byte(start), syntax.byte(end))
    if name is None or name.type != "identifier":
        return None
    callee, parent = name, name.parent
    if parent is not None and parent.type == "attribute" and parent.child_by_field_name("attribute") == name:
        callee, parent = parent, parent.parent
    is_called = parent is not None and parent.type == "call" and parent.child_by_field_name("function") == callee
    return parent if is_called else None
