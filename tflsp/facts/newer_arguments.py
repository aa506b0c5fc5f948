"""Keyword arguments that functions of the standard library do not take in Python 3.8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.base import reads
from tflsp.facts.newer_names import ARGUMENTS, Argument
from tflsp.facts.newer_python import Instead, Newer, NewerPython, around, name_node, unless_guarded
from tflsp.text import Span
from tflsp.text.patterns import pattern

_ARGUMENT = pattern(rf"\b(?P<name>{'|'.join(sorted({argument.name for argument in ARGUMENTS}))})[ \t]*=(?!=)")
_BY_NAME: Final[dict[str, list[Argument]]] = {}
for _argument in ARGUMENTS:
    _BY_NAME.setdefault(_argument.name, []).append(_argument)
# Argument -> the last names of the functions that take it.
_HINTS: Final = {
    name: tuple({argument.function.rpartition(".")[2] for argument in known}) for name, known in _BY_NAME.items()
}


@reads("python-program")
def newer_arguments(region: Region) -> Iterator[NewerPython]:
    """The calls of a region that pass such an argument."""
    text = region.text
    if not any(argument in text and any(map(text.__contains__, functions)) for argument, functions in _HINTS.items()):
        return
    for found in _ARGUMENT.finditer(text):
        yield from _argument_use(region, Span(*found.span("name")))


def _argument_use(region: Region, span: Span) -> Iterator[NewerPython]:
    node, syntax = name_node(region, span), region.syntax
    argument = node.parent if node is not None else None
    call = around(argument, "call") if argument is not None and argument.type == "keyword_argument" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if node is None or argument is None or callee is None or argument.parent != _arguments(call):
        return
    written = syntax.text_of(callee)
    for known in _BY_NAME[span.of(region.text)]:
        if written.rpartition(".")[2] == known.function.rpartition(".")[2]:
            fact = NewerPython(
                region,
                syntax.span(argument),
                Newer.NAME,
                known.version,
                f"{known.function}({known.name}=…)",
                ((written, known.function),),
                tuple(_without(syntax, argument)),
            )
            yield from unless_guarded(region, node, fact)


def _arguments(call: Node | None) -> Node | None:
    """The argument list of a call."""
    return call.child_by_field_name("arguments") if call is not None else None


def _without(syntax: Syntax, argument: Node) -> Iterator[Instead]:
    """The call without the argument; that changes what it does, unless False is what 3.8 does anyway."""
    span, text = syntax.span(argument), syntax.text
    value = argument.child_by_field_name("value")
    before, after = argument.prev_sibling, argument.next_sibling
    start, end = span.start, span.end
    if before is not None and before.type == ",":
        start = syntax.offset(before.start_byte)
    elif after is not None and after.type == ",":
        end = syntax.offset(after.end_byte)
        while end < len(text) and text[end] in " \t":
            end += 1
    safe = value is not None and value.type == "false" and not span.of(text).startswith("exit_on_error")
    yield Instead(((Span(start, end), ""),), span.of(text), safe=safe, drops=True)
