"""JSON as nodes with places, through tree-sitter-json.

Comments and trailing commas are allowed, and half-typed text is survived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tree_sitter import Node as SyntaxNode

from tflsp.documents.nodes import MappingNode, Node, Pair, ScalarNode, SequenceNode
from tflsp.documents.syntax import Syntax, parse
from tflsp.text import JsonString, Span
from tflsp.text.maps import Segment
from tflsp.text.patterns import pattern

# Deeper than any configuration; a bound for hostile ones.
MAX_DEPTH = 60
_TOKEN = pattern(
    r'(?P<string>"(?:\\.|[^"\\\r\n])*")|(?P<open_string>"[^\r\n]*)|(?P<comment>//[^\r\n]*|/\*.*?(?:\*/|\Z))'
    r"|(?P<bracket>[\[{])|(?P<closer>[\]}])|(?P<comma>,)|(?P<other>[^\s\"/,\[\]{}]+|/)",
    re.DOTALL,
)
_ESCAPE = pattern(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSERS = {"{": "}", "[": "]"}


def read_json(text: str) -> Node | None:
    """The value of a JSON text. Any text gives an answer; what is not JSON in it is left out."""
    reader = _Reader(parse("json", _repaired(text)), len(text))
    return next(reader.values(reader.syntax.root.children, 0), None)


def _repaired(text: str) -> str:
    """The text with trailing commas and open strings blanked, and with open brackets closed at its end.

    What is blanked keeps its length.
    """
    blanked: list[Span] = []
    closers: list[str] = []
    comma: int | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "comment":
            continue
        if kind == "bracket":
            closers.append(_CLOSERS[token.group()])
        elif kind == "closer":
            if comma is not None:
                blanked.append(Span(comma, comma + 1))
            if closers and closers[-1] == token.group():
                closers.pop()
            else:
                blanked.append(Span(*token.span()))
        elif kind == "open_string":
            blanked.append(Span(*token.span()))
        comma = token.start() if kind == "comma" else None
    if comma is not None:
        blanked.append(Span(comma, comma + 1))
    pieces: list[str] = []
    at = 0
    for span in sorted(blanked):
        pieces += (text[at : span.start], re.sub(r"[^\r\n]", " ", span.of(text)))
        at = span.end
    return "".join(pieces) + text[at:] + "".join(reversed(closers))


def _flat(children: Iterable[SyntaxNode]) -> Iterator[SyntaxNode]:
    """Children, with those of erroneous nodes in their place."""
    for child in children:
        if child.type == "ERROR":
            yield from _flat(child.children)
        elif child.type != "comment":
            yield child


class _Reader:
    def __init__(self, syntax: Syntax, end: int) -> None:
        self.syntax = syntax
        self._end = end

    def values(self, nodes: Iterable[SyntaxNode], depth: int) -> Iterator[Node]:
        for node in _flat(nodes):
            value = self._value(node, depth)
            if value is not None:
                yield value

    def _value(self, node: SyntaxNode, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            return None
        match node.type:
            case "object":
                pairs = {pair.key.value: pair for pair in self._pairs(node, depth + 1)}
                return MappingNode(tuple(pairs.values()), self._span(node))
            case "array":
                return SequenceNode(tuple(self.values(node.children, depth + 1)), self._span(node))
            case "string":
                return _string(self.syntax.text, self._span(node))
            case "number" | "true" | "false" | "null" if not node.is_missing:
                span = self._span(node)
                return ScalarNode(self.syntax.text_of(node), span, span)
        return None

    def _pairs(self, node: SyntaxNode, depth: int) -> Iterator[Pair]:
        """The pairs of an object; where an error has taken one apart, a string, a colon and what follows."""
        children = list(_flat(node.children))
        for index, child in enumerate(children):
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            elif child.type == "string" and [after.type for after in children[index + 1 : index + 2]] == [":"]:
                key, value = child, children[index + 2] if index + 2 < len(children) else None
            else:
                continue
            if key is not None and key.type == "string":
                span, known = self._span(key), self._value(value, depth) if value is not None else None
                yield Pair(
                    _string(self.syntax.text, span), known, Span(span.start, known.span.end if known else span.end)
                )

    def _span(self, node: SyntaxNode) -> Span:
        """Closers that were added for parsing lie beyond the text."""
        span = self.syntax.span(node)
        return Span(min(span.start, self._end), min(span.end, self._end))


def _string(text: str, span: Span) -> ScalarNode:
    inner = Span(span.start + 1, max(span.start + 1, span.end - 1))
    raw = inner.of(text)
    if "\\" not in raw:
        return ScalarNode(raw, span, inner, (), True, JsonString())
    pieces: list[str] = []
    segments: list[Segment] = []
    at = 0
    for escape in _ESCAPE.finditer(raw):
        pieces.append(raw[at : escape.start()])
        segments.append(Segment(escape.start() - at, inner.start + at, escape.start() - at))
        meaning = _unescaped(escape.group())
        pieces.append(meaning)
        segments.append(Segment(len(meaning), inner.start + escape.start(), len(escape.group())))
        at = escape.end()
    pieces.append(raw[at:])
    segments.append(Segment(len(raw) - at, inner.start + at, len(raw) - at))
    return ScalarNode("".join(pieces), span, inner, tuple(segments), True, JsonString())


def _unescaped(escape: str) -> str:
    if escape.startswith("\\u") and len(escape) > 2:
        codes = [int(code, 16) for code in escape.split("\\u")[1:]]
        if len(codes) == 2:
            return chr(0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00))
        return chr(codes[0])
    return _ESCAPES.get(escape[1], escape[1])
