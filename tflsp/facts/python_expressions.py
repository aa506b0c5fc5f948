"""Reads a tree-sitter node of Python as a value (python_values); any node gives one, in half-typed text too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.syntax import Syntax
from tflsp.facts.python_values import (
    Attribute,
    BinOp,
    CallValue,
    DictValue,
    Keyword,
    ListValue,
    Literal,
    Name,
    Slice,
    Starred,
    Subscript,
    TupleValue,
    Unknown,
    Value,
)
from tflsp.text import Span
from tflsp.text.patterns import pattern

# Deeper than what people write; a bound for hostile text.
MAX_DEPTH: Final = 60


def value_of(syntax: Syntax, node: Node, depth: int = 0) -> Value:
    """The value of an expression's node."""
    read = _READERS.get(node.type)
    if read is None or depth > MAX_DEPTH:
        return _unknown(syntax, node, depth)
    return read(syntax, node, depth + 1)


def outermost_calls(syntax: Syntax, node: Node, depth: int = 0) -> Iterator[CallValue]:
    """The calls in a node that stand in no other call, in order. None below ``MAX_DEPTH``."""
    stack = [node] if depth <= MAX_DEPTH else []
    while stack:
        current = stack.pop()
        if current.type == "call":
            value = value_of(syntax, current, depth)
            if isinstance(value, Starred):
                value = value.value
            yield from (value,) if isinstance(value, CallValue) else value.calls if isinstance(value, Unknown) else ()
        else:
            stack.extend(reversed(current.named_children))


def _unknown(syntax: Syntax, node: Node, depth: int) -> Unknown:
    return Unknown(syntax.span(node), tuple(outermost_calls(syntax, node, depth + 1)) if node.child_count else ())


def _name(syntax: Syntax, node: Node, depth: int) -> Value:
    return Name(syntax.span(node), syntax.text_of(node))


def _attribute(syntax: Syntax, node: Node, depth: int) -> Value:
    text = syntax.text_of(node)
    if _DOTTED.fullmatch(text):
        # Most: `tf.keras.layers.Dense` is read off its text.
        start = syntax.span(node).start
        first, *others = text.split(".")
        end = start + len(first)
        read: Value = Name(Span(start, end), first)
        for attribute in others:
            end += 1 + len(attribute)
            read = Attribute(Span(start, end), read, attribute)
        return read
    value, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if value is None or name is None:
        return _unknown(syntax, node, depth)
    return Attribute(syntax.span(node), value_of(syntax, value, depth), syntax.text_of(name))


def _call(syntax: Syntax, node: Node, depth: int) -> Value:
    callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if callee is None or arguments is None:
        return Unknown(syntax.span(node))
    positional: list[Value] = []
    keywords: list[Keyword] = []
    if arguments.type == "generator_expression":
        positional.append(_unknown(syntax, arguments, depth))
    else:
        for argument in arguments.named_children:
            match argument.type:
                case "comment":
                    continue
                case "keyword_argument":
                    name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
                    if name is not None and value is not None:
                        keywords.append(
                            Keyword(syntax.span(argument), syntax.text_of(name), value_of(syntax, value, depth))
                        )
                case "dictionary_splat":
                    inner = value_of(syntax, argument.named_children[-1], depth) if argument.named_children else None
                    keywords.append(Keyword(syntax.span(argument), "", inner or Unknown(syntax.span(argument))))
                case "ERROR":
                    # What is being typed: the arguments around it still stand.
                    continue
                case _:
                    positional.append(value_of(syntax, argument, depth))
    whole, called = syntax.span(node), value_of(syntax, callee, depth)
    if isinstance(called, Starred):
        # The grammar takes `[*f(x)]` for a call of `*f`.
        bare = Span(called.value.span.start, whole.end)
        return Starred(whole, CallValue(bare, called.value, tuple(positional), tuple(keywords)))
    return CallValue(whole, called, tuple(positional), tuple(keywords))


def _items(syntax: Syntax, node: Node, depth: int) -> tuple[Value, ...]:
    return tuple(value_of(syntax, child, depth) for child in node.named_children if child.type != "comment")


def _list(syntax: Syntax, node: Node, depth: int) -> Value:
    return ListValue(syntax.span(node), _items(syntax, node, depth))


def _tuple(syntax: Syntax, node: Node, depth: int) -> Value:
    return TupleValue(syntax.span(node), _items(syntax, node, depth))


def _dictionary(syntax: Syntax, node: Node, depth: int) -> Value:
    items: list[tuple[Value | None, Value]] = []
    for child in node.named_children:
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if child.type == "pair" and key is not None and value is not None:
            items.append((value_of(syntax, key, depth), value_of(syntax, value, depth)))
        elif child.type == "dictionary_splat" and child.named_children:
            items.append((None, value_of(syntax, child.named_children[-1], depth)))
    return DictValue(syntax.span(node), tuple(items))


def _binary(syntax: Syntax, node: Node, depth: int) -> Value:
    left, operator, right = (node.child_by_field_name(field) for field in ("left", "operator", "right"))
    if left is None or operator is None or right is None:
        return _unknown(syntax, node, depth)
    return BinOp(syntax.span(node), operator.type, value_of(syntax, left, depth), value_of(syntax, right, depth))


def _unary(syntax: Syntax, node: Node, depth: int) -> Value:
    operand = node.child_by_field_name("argument")
    value = value_of(syntax, operand, depth) if operand is not None else None
    if isinstance(value, Literal) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        sign = node.children[0].type
        if sign in "+-":
            return Literal(syntax.span(node), -value.value if sign == "-" else value.value)
    return _unknown(syntax, node, depth)


def _subscript(syntax: Syntax, node: Node, depth: int) -> Value:
    value = node.child_by_field_name("value")
    indices = node.children_by_field_name("subscript")
    if value is None or not indices:
        return _unknown(syntax, node, depth)
    return Subscript(
        syntax.span(node), value_of(syntax, value, depth), tuple(value_of(syntax, index, depth) for index in indices)
    )


def _slice(syntax: Syntax, node: Node, depth: int) -> Value:
    parts: list[Value | None] = [None]
    for child in node.children:
        if child.type == ":":
            parts.append(None)
        elif child.is_named:
            parts[-1] = value_of(syntax, child, depth)
    start, stop, step = (*parts, None, None)[:3]
    return Slice(syntax.span(node), start, stop, step)


def _starred(syntax: Syntax, node: Node, depth: int) -> Value:
    inner = node.named_children
    return Starred(syntax.span(node), value_of(syntax, inner[0], depth) if inner else Unknown(syntax.span(node)))


def _inner(syntax: Syntax, node: Node, depth: int) -> Value:
    """Parentheses and ``await`` are their content."""
    inner = [child for child in node.named_children if child.type != "comment"]
    return value_of(syntax, inner[-1], depth) if len(inner) == 1 else _unknown(syntax, node, depth)


_DOTTED: Final = pattern(r"(?!(?:None|True|False|await)\b)[^\W\d]\w*(?:\.[^\W\d]\w*)+")
_PLAIN: Final = 18  # digits
_UNUSUAL: Final = pattern(r"[\\\"'\r\n]")


def _number(syntax: Syntax, node: Node, depth: int) -> Value:
    text = syntax.text_of(node)
    if text.isdecimal() and text.isascii() and len(text) <= _PLAIN and (text[0] != "0" or text == "0"):
        # Most numbers; a compiler for each would take longer than all the rest.
        return Literal(syntax.span(node), int(text))
    if node.type == "float" and not text.endswith(("j", "J")):
        try:
            return Literal(syntax.span(node), float(text))
        except ValueError:
            pass
    return _evaluated(syntax, node)


def _string(syntax: Syntax, node: Node, depth: int) -> Value:
    text = syntax.text_of(node)
    letters = text[1:-1]
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] and not _UNUSUAL.search(letters):
        # Most strings: letters between two quotes.
        span = syntax.span(node)
        return Literal(span, letters, Span(span.start + 1, span.end - 1))
    children = node.children
    if any(child.type == "interpolation" for child in children):
        return _unknown(syntax, node, depth)
    prefix = syntax.text_of(children[0]).rstrip("\"'").lower() if children else ""
    content = children[1:-1]
    if all(child.type == "string_content" and not child.child_count for child in content) and (
        prefix in ("", "u") or (prefix == "r" and len(content) < 2)
    ):
        if len(children) < 2 or children[-1].type != "string_end":
            return _unknown(syntax, node, depth)
        span = Span(syntax.offset(children[0].end_byte), syntax.offset(children[-1].start_byte))
        return Literal(syntax.span(node), span.of(syntax.text), span)
    return _evaluated(syntax, node)


def _evaluated(syntax: Syntax, node: Node) -> Value:
    """A literal as Python reads it; unknown where it does not."""
    import ast  # most literals are plain

    try:
        value: object = ast.literal_eval(syntax.text_of(node))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return Unknown(syntax.span(node))
    return Literal(syntax.span(node), value)


def _concatenated(syntax: Syntax, node: Node, depth: int) -> Value:
    parts = [_string(syntax, child, depth) for child in node.named_children if child.type == "string"]
    texts = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
    if len(texts) != len(parts):
        return _unknown(syntax, node, depth)
    return Literal(syntax.span(node), "".join(texts))


def _constant(value: object) -> Callable[[Syntax, Node, int], Value]:
    def read(syntax: Syntax, node: Node, depth: int) -> Value:
        return Literal(syntax.span(node), value)

    return read


_READERS: Final[dict[str, Callable[[Syntax, Node, int], Value]]] = {
    "attribute": _attribute,
    "await": _inner,
    "binary_operator": _binary,
    "call": _call,
    "concatenated_string": _concatenated,
    "dictionary": _dictionary,
    "ellipsis": _constant(...),
    "expression_list": _tuple,
    "false": _constant(False),
    "float": _number,
    "identifier": _name,
    "integer": _number,
    "list": _list,
    "list_pattern": _list,
    "list_splat": _starred,
    "list_splat_pattern": _starred,
    "none": _constant(None),
    "parenthesized_expression": _inner,
    "pattern_list": _tuple,
    "set": _list,
    "slice": _slice,
    "string": _string,
    "subscript": _subscript,
    "true": _constant(True),
    "tuple": _tuple,
    "tuple_pattern": _tuple,
    "unary_operator": _unary,
}
