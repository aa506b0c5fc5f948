"""Types that Python 3.8 fails on when the code runs: ``list[int]``, ``int | None``; and dictionaries united by ``|``.

Annotations of parameters, results and of variables outside of functions are evaluated; those of local ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.base import reads
from tflsp.facts.newer_dicts import united_dictionaries
from tflsp.facts.newer_names import BUILTIN_GENERICS, GENERIC_LAST_NAMES, GENERICS
from tflsp.facts.newer_python import Newer, NewerPython, ancestors, is_guarded, is_sound
from tflsp.facts.newer_typing import as_tuple, in_typing_form, union_operands
from tflsp.text.patterns import pattern

_BY_LAST: Final = {
    last: tuple(sorted(name for name in GENERICS if name.endswith(f".{last}"))) for last in GENERIC_LAST_NAMES
}
_NAMES: Final = BUILTIN_GENERICS | GENERIC_LAST_NAMES
_NAME_AT_END = pattern(r"\w+\Z")
_LONGEST: Final = max(map(len, _NAMES))
# Only kinds of nodes: to compile a query that says what stands in them takes ten times as long.
_QUERY = """
(type) @type
["|" "|="] @operator
(subscript) @subscript
"""
_ANNOTATED: Final = ("typed_parameter", "typed_default_parameter", "function_definition", "assignment")
_UNITED: Final = ("binary_operator", "augmented_assignment")
_BUILTIN_TYPES: Final = BUILTIN_GENERICS | {"bool", "bytearray", "bytes", "complex", "float", "int", "object", "str"}
_SHOWN = 60


@reads("python-program")
def newer_types(region: Region) -> Iterator[NewerPython]:
    """What of a region is a type that Python 3.8 cannot evaluate."""
    if not _may_be_newer(region.text):
        return
    syntax = region.syntax
    found = syntax.captures(_QUERY)
    for node in found.get("type", ()):
        if node.parent is not None and node.parent.type in _ANNOTATED:
            yield from _annotation(region, syntax, node)
    parents = (operator.parent for operator in found.get("operator", ()))
    unions = [parent for parent in parents if parent is not None and parent.type in _UNITED]
    generics = [node for node in found.get("subscript", ()) if _last_name(syntax, node) in _NAMES]
    done = -1
    for node in sorted((*unions, *generics), key=_place):
        if node.start_byte >= done and not _in_annotation(node) and is_sound(syntax, node):
            for fact in (*_union(region, syntax, node), *_generic(region, syntax, node)):
                done = node.end_byte
                if not is_guarded(syntax, node):
                    yield fact


def _may_be_newer(text: str) -> bool:
    """Whether to parse at all."""
    if "|" in text:
        return True
    before = (_NAME_AT_END.search(piece[-_LONGEST - 1 :]) for piece in text.split("[")[:-1])
    return any(name is not None and name[0] in _NAMES for name in before)


def _last_name(syntax: Syntax, subscript: Node) -> str:
    """The last name of what is subscripted; empty where it is not named."""
    value = subscript.child_by_field_name("value")
    if value is not None and value.type == "attribute":
        value = value.child_by_field_name("attribute")
    return syntax.text_of(value) if value is not None and value.type == "identifier" else ""


def _place(node: Node) -> tuple[int, int]:
    return (node.start_byte, -node.end_byte)


def _in_annotation(node: Node) -> bool:
    return any(outer.type == "type" for outer in ancestors(node))


# -- annotations -------------------------------------------------------------------------------------------------------


def _annotation(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    text = syntax.text_of(node)
    if ("|" not in text and "[" not in text) or not is_sound(syntax, node) or not _is_evaluated(node):
        return
    parts = [*_parts(node)]
    version, candidates = (3, 9), [pair for part in parts for pair in _candidates(syntax, part)]
    if any(union_operands(part) for part in parts):
        version, candidates = (3, 10), []
    elif not candidates:
        return
    if not is_guarded(syntax, node):
        shown = text if len(text) <= _SHOWN and "\n" not in text else f"{text[:_SHOWN].split(chr(10))[0]}…"
        instead = in_typing_form(syntax, node)
        yield NewerPython(
            region, syntax.span(node), Newer.ANNOTATION, version, shown, tuple(candidates), tuple(instead)
        )


def _is_evaluated(annotation: Node) -> bool:
    """All but the annotations of variables in functions."""
    if annotation.parent is None or annotation.parent.type != "assignment":
        return True
    for outer in ancestors(annotation):
        if outer.type in ("function_definition", "class_definition"):
            return outer.type == "class_definition"
    return True


def _parts(node: Node) -> Iterator[Node]:
    """The unions and subscripts of a type. What stands in strings, or behind a lambda, is not evaluated."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("generic_type", "subscript", "union_type", "binary_operator"):
            yield current
        if current.type not in ("string", "lambda"):
            stack.extend(reversed(current.named_children))


def _candidates(syntax: Syntax, node: Node) -> Iterator[tuple[str, str]]:
    """A subscripted name, and what it would have to be for the subscript to be new."""
    if node.type not in ("generic_type", "subscript") or not node.named_children:
        return
    written = syntax.text_of(node.named_children[0])
    if written in BUILTIN_GENERICS:
        yield written, written
    for dotted in _BY_LAST.get(written.rpartition(".")[2], ()):
        yield written, dotted


# -- expressions -------------------------------------------------------------------------------------------------------


def _union(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    if (united := united_dictionaries(syntax, node)) is not None:
        yield NewerPython(region, syntax.span(node), Newer.DICT, (3, 9), united.what, (), united.instead)
        return
    operands = union_operands(node)
    if not operands or node.type == "augmented_assignment" or not _are_types(syntax, operands):
        return
    named = [syntax.text_of(operand) for operand in operands if operand.type == "identifier"]
    if any(_is_assigned(region, name) for name in named if name in _BUILTIN_TYPES):
        return
    instead = as_tuple(syntax, node) or in_typing_form(syntax, node)
    text = " ".join(syntax.text_of(node).split())
    yield NewerPython(region, syntax.span(node), Newer.TYPE, (3, 10), text[:_SHOWN], (), tuple(instead))


def _are_types(syntax: Syntax, operands: list[Node]) -> bool:
    """Whether a union can only be one of types: one operand is a built-in type, or None beside a class."""
    kinds = [_kind(syntax, operand) for operand in operands]
    return None not in kinds and ("built-in" in kinds or ("none" in kinds and "class" in kinds))


def _kind(syntax: Syntax, node: Node) -> str | None:
    text = syntax.text_of(node)
    match node.type:
        case "none":
            return "none"
        case "identifier" if text in _BUILTIN_TYPES:
            return "built-in"
        case "identifier" | "attribute":
            last = text.rpartition(".")[2]
            return "class" if last[:1].isupper() and not last.isupper() else "any"
        case "subscript":
            value = node.child_by_field_name("value")
            return _kind(syntax, value) if value is not None else None
        case "string":
            return "any"
        case _:
            return None


def _generic(region: Region, syntax: Syntax, node: Node) -> Iterator[NewerPython]:
    if node.type != "subscript":
        return
    value = node.child_by_field_name("value")
    indices = node.children_by_field_name("subscript")
    if value is None or not indices:
        return
    written = syntax.text_of(value)
    if written in BUILTIN_GENERICS and (not _takes_types(syntax, indices) or _is_assigned(region, written)):
        return
    if any(index.type in ("slice", "integer", "string", "unary_operator") for index in indices):
        return
    candidates = tuple(_candidates(syntax, node))
    if candidates:
        text = " ".join(syntax.text_of(node).split())
        instead = tuple(in_typing_form(syntax, node))
        yield NewerPython(region, syntax.span(node), Newer.TYPE, (3, 9), text[:_SHOWN], candidates, instead)


def _takes_types(syntax: Syntax, indices: list[Node]) -> bool:
    """Whether what stands in the brackets are types, and nothing to look up in a variable called ``dict``."""
    kinds = {kind for index in indices for kind in _kinds_in(syntax, index)}
    return None not in kinds and ("built-in" in kinds or ("class" in kinds and "any" not in kinds))


def _kinds_in(syntax: Syntax, node: Node) -> Iterator[str | None]:
    if node.type in ("binary_operator", "list", "tuple"):
        for child in node.named_children:
            yield from _kinds_in(syntax, child)
    else:
        yield "none" if node.type == "ellipsis" else _kind(syntax, node)


def _is_assigned(region: Region, name: str) -> bool:
    """Whether the region makes something else of a built-in name: a variable, a parameter."""
    binding = rf"\b{name}[ \t]*=(?!=)|\b(?:for|as)[ \t]+{name}\b|\bdef[ \t]+\w+\((?:[^()]*,)?\s*\**{name}\s*[,):=]"
    return re.search(binding, region.text) is not None
