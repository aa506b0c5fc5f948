"""Dictionaries united by ``|``, new in Python 3.9; read where both sides are evidently dictionaries."""

from __future__ import annotations

from typing import NamedTuple

from tree_sitter import Node

from tflsp.documents.syntax import Syntax
from tflsp.facts.newer_python import Instead, ancestors
from tflsp.facts.newer_typing import union_operands

_ASSIGNMENTS = "(assignment left: (identifier) @name)"
_BINDERS = ("for_statement", "for_in_clause", "with_item", "named_expression", "parameters", "lambda_parameters")


class United(NamedTuple):
    """``what`` is how to call it."""

    what: str
    instead: tuple[Instead, ...]


def united_dictionaries(syntax: Syntax, node: Node) -> United | None:
    """``{…} | {…}``, ``options | {…}``, ``options |= {…}`` with ``options = {…}`` in the same text."""
    operands = union_operands(node)
    if not any(_is_dictionary(syntax, operand) for operand in operands):
        return None
    for operand in operands:
        named = operand.type == "identifier" and _is_always_dictionary(syntax, operand)
        if not named and not _is_dictionary(syntax, operand):
            return None
    texts = [syntax.text_of(operand) for operand in operands]
    if node.type == "augmented_assignment":
        text = f"{texts[0]}.update({' | '.join(texts[1:])})"
        return United("dict |= dict", _instead(syntax, node, text) if len(texts) == 2 else ())
    return United("dict | dict", _instead(syntax, node, "{" + ", ".join(f"**{text}" for text in texts) + "}"))


def _instead(syntax: Syntax, node: Node, text: str) -> tuple[Instead, ...]:
    return () if "\n" in text else (Instead(((syntax.span(node), text),), text, safe=True),)


def _is_dictionary(syntax: Syntax, node: Node) -> bool:
    if node.type in ("dictionary", "dictionary_comprehension"):
        return True
    callee = node.child_by_field_name("function") if node.type == "call" else None
    return callee is not None and syntax.text_of(callee) == "dict"


def _is_always_dictionary(syntax: Syntax, name: Node) -> bool:
    """Whether every assignment to the name is one of a dictionary, and nothing else binds it."""
    text = name.text
    values = []
    for target in syntax.captures(_ASSIGNMENTS).get("name", ()):
        if target.text == text and target.parent is not None:
            values.append(target.parent.child_by_field_name("right"))
    if not values or not all(value is not None and _is_dictionary(syntax, value) for value in values):
        return False
    others = syntax.captures("(identifier) @name").get("name", ())
    return not any(_binds(other) for other in others if other.text == text)


def _binds(name: Node) -> bool:
    child = name
    for outer in ancestors(name):
        if outer.type in _BINDERS:
            left = outer.child_by_field_name("left") or outer.child_by_field_name("name")
            return outer.type.endswith("parameters") or (
                left is not None and left.start_byte <= child.start_byte < left.end_byte
            )
        if outer.type.endswith(("_statement", "block")) or outer.type in ("call", "module"):
            return False
        child = outer
    return False
