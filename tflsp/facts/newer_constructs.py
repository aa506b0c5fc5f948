"""Constructs of Python's syntax that are newer than 3.8, as nodes by name. Whether they are sound is not asked here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.syntax import Syntax

Constructs = Callable[[Node], Iterator[tuple[str, Node]]]

# Only kinds of nodes: to compile a query that says what stands in them takes ten times as long.
_QUERY = """
[(match_statement) (with_clause) (except_clause) (type_alias_statement) (function_definition) (class_definition)
 (interpolation) (decorator) (subscript) (typed_parameter) (set) (for_statement)] @node
"""


def constructs(syntax: Syntax) -> dict[str, list[Node]]:
    """What may be newer, by the name of the construct."""
    found: dict[str, list[Node]] = {}
    for candidate in syntax.captures(_QUERY).get("node", ()):
        for name, node in _CONSTRUCTS[candidate.type](candidate):
            found.setdefault(name, []).append(node)
    return found


def _itself(name: str) -> Constructs:
    """A node that may be a construct as such."""

    def constructs(node: Node) -> Iterator[tuple[str, Node]]:
        yield name, node

    return constructs


def _in_with(node: Node) -> Iterator[tuple[str, Node]]:
    inner = node.named_children
    only = inner[0].named_children if len(inner) == 1 and inner[0].type == "with_item" else ()
    parenthesized = (each for each in only if each.type == "parenthesized_expression")
    if any(child.type == "(" for child in node.children) or any(
        child.type == "as_pattern" for each in parenthesized for child in each.named_children
    ):
        yield "with", node


def _in_except(node: Node) -> Iterator[tuple[str, Node]]:
    if any(child.type == "*" for child in node.children):
        yield "group", node


def _in_definition(node: Node) -> Iterator[tuple[str, Node]]:
    if (parameters := node.child_by_field_name("type_parameters")) is not None:
        yield "parameters", parameters


def _in_subscript(node: Node) -> Iterator[tuple[str, Node]]:
    for index in node.children_by_field_name("subscript"):
        if (name := _IN_BRACKETS.get(index.type)) is not None:
            yield name, index


def _in_typed_parameter(node: Node) -> Iterator[tuple[str, Node]]:
    annotation = node.child_by_field_name("type")
    for child in annotation.named_children if annotation is not None else ():
        if child.type == "splat_type":
            yield "splat", child


def _in_set(node: Node) -> Iterator[tuple[str, Node]]:
    for child in node.named_children:
        if child.type == "named_expression":
            yield "walrus", child


def _in_for(node: Node) -> Iterator[tuple[str, Node]]:
    right = node.child_by_field_name("right")
    items = right.named_children if right is not None and right.type == "expression_list" else ()
    if right is not None and any(item.type == "list_splat" for item in items):
        yield "star", right


_IN_BRACKETS: Final = {"list_splat": "splat", "named_expression": "walrus"}
_CONSTRUCTS: Final[dict[str, Constructs]] = {
    "match_statement": _itself("match"),
    "with_clause": _in_with,
    "except_clause": _in_except,
    "type_alias_statement": _itself("alias"),
    "function_definition": _in_definition,
    "class_definition": _in_definition,
    "interpolation": _itself("interpolation"),
    "decorator": _itself("decorator"),
    "subscript": _in_subscript,
    "typed_parameter": _in_typed_parameter,
    "set": _in_set,
    "for_statement": _in_for,
}
