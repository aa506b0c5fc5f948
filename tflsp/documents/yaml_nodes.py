"""YAML as nodes with places, through tree-sitter-yaml.

Anchors, aliases and merges are resolved, and half-typed text is survived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node as SyntaxNode

from tflsp.documents.nodes import MappingNode, Node, Pair, ScalarNode, SequenceNode
from tflsp.documents.syntax import Syntax, parse
from tflsp.documents.yaml_repair import repair
from tflsp.documents.yaml_scalars import block_scalar, flow_scalar
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Deeper than any configuration; a bound for hostile ones.
MAX_DEPTH = 60
_MERGE = "<<"
# tree-sitter-yaml keeps its stack of indentations in a buffer of 1,024 bytes and ends the process when that overflows,
# at some 250 levels. A level takes a column, or two levels share one.
_TOO_DEEP = pattern(r"^[ \t?:-]{110,}[^\r\n]*", re.MULTILINE)


def read_yaml(text: str) -> tuple[Node, ...]:
    """The documents of a YAML stream. Any text gives an answer; what is not YAML in it is left out."""
    text = _bounded(text)
    syntax = parse("yaml", text)
    if syntax.root.has_error:
        syntax = parse("yaml", repair(text))
    return tuple(_documents(syntax))


def _bounded(text: str) -> str:
    """The text with lines blanked that are indented deeper than the parser can bear; all places stay."""
    return _TOO_DEEP.sub(lambda line: " " * len(line.group()), text)


def _documents(syntax: Syntax) -> Iterator[Node]:
    for child in syntax.root.children:
        node = _Reader(syntax).node(child, 0) if child.type == "document" else None
        if node is not None:
            yield node


class _Reader:
    """Reads one document; anchors are known from where they stand on."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._anchors: dict[str, Node] = {}

    def node(self, node: SyntaxNode, depth: int, indent: int = -1) -> Node | None:
        """The value of a block or flow node, None where there is none. ``indent`` is its parent's column."""
        if depth > MAX_DEPTH:
            return None
        anchor, value = None, None
        for child in node.children:
            match child.type:
                case "anchor":
                    anchor = self._syntax.text_of(child)[1:]
                case "alias":
                    value = self._anchors.get(self._syntax.text_of(child)[1:])
                case "block_node" | "flow_node":
                    value = self.node(child, depth + 1, indent)
                case "block_mapping" | "flow_mapping":
                    value = self._mapping(child, depth + 1)
                case "block_sequence" | "flow_sequence":
                    value = self._sequence(child, depth + 1, indent)
                case "block_scalar":
                    value = block_scalar(self._syntax.text, self._syntax.span(child), max(indent, 0))
                case "plain_scalar" | "single_quote_scalar" | "double_quote_scalar":
                    value = flow_scalar(self._syntax.text, self._syntax.span(child))
        if anchor is not None and value is not None:
            self._anchors[anchor] = value
        return value

    def _mapping(self, node: SyntaxNode, depth: int) -> MappingNode:
        indent = node.start_point.column
        pairs: dict[str, Pair] = {}
        merged: list[Node | None] = []
        for child in node.children:
            if child.type not in ("block_mapping_pair", "flow_pair", "flow_node"):
                continue
            pair = self._pair(child, depth, indent)
            if pair is None:
                continue
            if pair.key.value == _MERGE:
                merged += pair.value.items if isinstance(pair.value, SequenceNode) else (pair.value,)
            else:
                pairs[pair.key.value] = pair
        complete = all(isinstance(source, MappingNode) and source.complete for source in merged)
        for source in merged:
            for pair in source.pairs if isinstance(source, MappingNode) else ():
                pairs.setdefault(pair.key.value, pair)
        return MappingNode(tuple(pairs.values()), self._syntax.span(node), complete)

    def _pair(self, node: SyntaxNode, depth: int, indent: int) -> Pair | None:
        if node.type == "flow_node":  # a key without a value
            key, value = self.node(node, depth, indent), None
        else:
            key_node, value_node = node.child_by_field_name("key"), node.child_by_field_name("value")
            key = self.node(key_node, depth, indent) if key_node else None
            value = self.node(value_node, depth, indent) if value_node else None
        return Pair(key, value, self._syntax.span(node)) if isinstance(key, ScalarNode) else None

    def _sequence(self, node: SyntaxNode, depth: int, indent: int) -> SequenceNode:
        column = max(node.start_point.column, indent) if node.type == "block_sequence" else indent
        items = (self._item(child, depth, column) for child in node.children)
        return SequenceNode(tuple(_present(items)), self._syntax.span(node))

    def _item(self, node: SyntaxNode, depth: int, column: int) -> Node | None:
        match node.type:
            case "flow_node":
                return self.node(node, depth, column) or self._null(node)
            case "block_sequence_item":
                return self.node(node, depth, column) or self._null(node)
            case "flow_pair":
                pair = self._pair(node, depth, column)
                return MappingNode((pair,), self._syntax.span(node)) if pair else None
        return None

    def _null(self, node: SyntaxNode) -> ScalarNode:
        at = self._syntax.span(node).end
        return ScalarNode("", Span(at, at), Span(at, at))


def _present(items: Iterable[Node | None]) -> Iterator[Node]:
    return (item for item in items if item is not None)
