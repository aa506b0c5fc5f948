"""Literal shapes in Python code and the memory that an array of that shape takes.

The type of its numbers is the one that the call names, else NumPy's or TensorFlow's default, else float32, which is
what models are trained with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax, descend
from tflsp.facts.document_facts import DocumentFacts, place
from tflsp.tensorflow.sizes import DTYPE_BYTES, tensor_bytes
from tflsp.text import Span

# Below this nobody needs to be told.
WORTH_SAYING = 1 << 20  # bytes

# Functions whose shape is one argument, and those whose numbers are the shape.
_SHAPED = frozenset(
    {"zeros", "ones", "empty", "full", "normal", "uniform", "random_sample", "truncated_normal", "random"}
)
_SPREAD = frozenset({"rand", "randn", "reshape"})
_NUMPY = frozenset({"np", "numpy"})
_NAME = re.compile(r"(?:\bdtype\s*=\s*|\.astype\(\s*)[\"']?(?:\w+\.)*(?P<dtype>\w+)")


class Shape(NamedTuple):
    """The end of a literal shape in the part's text, its type of numbers, and the bytes of an array of it."""

    end: int
    dtype: str
    bytes: int


def shapes(facts: DocumentFacts, part: int, where: Span) -> Iterator[Shape]:
    """The literal shapes worth a word in a stretch of a part's text."""
    for chunk, analysis in facts.analysed:
        if chunk.part != part:
            continue
        for region in analysis.regions:
            if region.language != "python" or not any(name in region.text for name in _SHAPED | _SPREAD):
                continue
            whole = place(chunk, region, Span(0, len(region.text)))
            if whole.end < where.start or where.end < whole.start:
                continue
            for span, dtype, count in _in_region(region):
                end = place(chunk, region, span).end
                if count >= WORTH_SAYING and where.touches(end):
                    yield Shape(end, dtype, count)
            region.forget()


def _in_region(region: Region) -> Iterator[tuple[Span, str, int]]:
    syntax = region.syntax
    for call in descend(syntax.root, "call"):
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None or arguments.type != "argument_list":
            continue
        name = syntax.text_of(function)
        found = _shape(syntax, name.rsplit(".", 1)[-1], arguments)
        if found is None:
            continue
        node, sizes = found
        dtype = _dtype(syntax, call, name)
        count = tensor_bytes(sizes, dtype)
        if count is not None:
            yield syntax.span(node), dtype, count


def _shape(syntax: Syntax, name: str, arguments: Node) -> tuple[Node, tuple[int, ...]] | None:
    """The node that ends the shape, and its numbers."""
    given = [child for child in arguments.named_children if child.type not in ("comment", "keyword_argument")]
    for node in given[:2] if name in _SHAPED | _SPREAD else ():
        if node.type in ("tuple", "list"):
            sizes = _numbers(syntax, node.named_children)
            return (node, sizes) if sizes else None
    if name in _SPREAD and (sizes := _numbers(syntax, given)):
        return given[-1], sizes
    for keyword in arguments.named_children if name in _SHAPED else ():
        value = keyword.child_by_field_name("value")
        if value is None or value.type not in ("tuple", "list"):
            continue
        if keyword.type == "keyword_argument" and syntax.text_of(keyword).startswith(("shape", "size")):
            sizes = _numbers(syntax, value.named_children)
            return (value, sizes) if sizes else None
    return None


def _numbers(syntax: Syntax, nodes: list[Node]) -> tuple[int, ...] | None:
    """Two or more positive numbers, all literal."""
    if len(nodes) < 2 or any(node.type != "integer" for node in nodes):
        return None
    try:
        sizes = tuple(int(syntax.text_of(node), 0) for node in nodes)
    except ValueError:
        return None
    return sizes if all(size > 0 for size in sizes) else None


def _dtype(syntax: Syntax, call: Node, name: str) -> str:
    """The type that the call or the conversion behind it names, else the default of the function's library."""
    outer = call
    while outer.parent is not None and outer.parent.type in ("attribute", "call"):
        outer = outer.parent
    named = _NAME.search(syntax.text_of(outer), len(name))
    if named is not None and named["dtype"] in DTYPE_BYTES:
        return named["dtype"]
    return "float64" if name.split(".", 1)[0] in _NUMPY and not name.endswith("reshape") else "float32"
