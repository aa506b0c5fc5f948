"""Names, methods and arguments of the standard library that Python 3.8 does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.base import reads
from tflsp.facts.newer_names import (
    EQUALS,
    METHODS,
    MODULES,
    NAMES,
    TYPING_EXTENSIONS,
    by_last_name,
)
from tflsp.facts.newer_python import Instead, Newer, NewerPython, around, name_node, unless_guarded
from tflsp.text import Span
from tflsp.text.patterns import pattern

_LAST = by_last_name(NAMES)
_LATER: Final = frozenset((*METHODS, *_LAST))
_ATTRIBUTE = pattern(r"\.[ \t]*(?P<name>[A-Za-z_]\w*)")
_BEFORE = pattern(r"(\w+)[ \t]*\Z")
# Short names under which modules are imported, beside their own.
_SHORT: Final = {
    "ft": "functools",
    "it": "itertools",
    "dt": "datetime",
    "t": "typing",
    "tp": "typing",
    "aio": "asyncio",
}
_MODULE_OF: Final = {module.rpartition(".")[2] for module in (name.rpartition(".")[0] for name in NAMES)} | set(_SHORT)
_FROM = pattern(r"^[ \t]*+from[ \t]+(?P<module>[\w.]+)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n#;]+)", re.MULTILINE)
_IMPORT = pattern(r"^[ \t]*+import[ \t]+(?P<names>[^\n#;]+)", re.MULTILINE)
_NAME = pattern(r"(?P<name>[A-Za-z_][\w.]*)(?:[ \t]+as[ \t]+\w+)?")
_SIMPLE: Final = pattern(r"[A-Za-z_][\w.]*")
_INTEGER: Final = pattern(r"\(\d+\)|(?:int|len|hash|ord)\(.*\)")


@reads("python-program")
def newer_uses(region: Region) -> Iterator[NewerPython]:
    """What a region takes from the standard library that came later."""
    text = region.text
    if "import" in text:
        yield from _imports(region)
    if _LATER.isdisjoint(_ATTRIBUTE.findall(text)):
        return
    for found in _ATTRIBUTE.finditer(text):
        name = found["name"]
        if name in METHODS:
            yield from _method(region, Span(*found.span("name")))
        elif name in _LAST and _is_module(text, found.start()):
            yield from _attribute(region, Span(*found.span("name")))


def _is_module(text: str, end: int) -> bool:
    receiver = _BEFORE.search(text, max(0, end - 40), end)
    return receiver is not None and receiver[1] in _MODULE_OF


# -- imports -----------------------------------------------------------------------------------------------------------


def _imports(region: Region) -> Iterator[NewerPython]:
    for found in _FROM.finditer(region.text):
        module = found["module"]
        if module in MODULES:
            yield from _imported(region, Span(*found.span("module")), module, MODULES[module], ())
            continue
        names = [*_NAME.finditer(region.text, *found.span("names"))]
        new = [name for name in names if f"{module}.{name['name']}" in NAMES]
        if not new:
            continue
        instead = _from_extensions(module, Span(*found.span("module")), [name["name"] for name in names])
        for name in new:
            span, dotted = Span(*name.span("name")), f"{module}.{name['name']}"
            own = _from_extensions_alone(dotted, span, name[0]) if dotted == "functools.cache" else instead
            yield from _imported(region, span, dotted, NAMES[dotted], own)
    for found in _IMPORT.finditer(region.text):
        for name in _NAME.finditer(region.text, *found.span("names")):
            root = name["name"].partition(".")[0]
            if root in MODULES:
                yield from _imported(region, Span(*name.span("name")), root, MODULES[root], ())


def _imported(
    region: Region, span: Span, dotted: str, version: tuple[int, int], instead: tuple[Instead, ...]
) -> Iterator[NewerPython]:
    node = name_node(region, span)
    if node is not None and around(node, "import_from_statement", "import_statement") is not None:
        yield from unless_guarded(region, node, NewerPython(region, span, Newer.NAME, version, dotted, (), instead))


def _from_extensions(module: str, span: Span, names: list[str]) -> tuple[Instead, ...]:
    """The whole statement from typing_extensions, which has all of typing's names."""
    if module != "typing" or not TYPING_EXTENSIONS.issuperset(n for n in names if f"typing.{n}" in NAMES):
        return ()
    if not all(f"typing.{name}" in NAMES for name in names):
        return ()
    return (Instead(((span, "typing_extensions"),), f"from typing_extensions import {', '.join(names)}", safe=False),)


def _from_extensions_alone(dotted: str, span: Span, written: str) -> tuple[Instead, ...]:
    """``cache`` is ``lru_cache`` without a bound; 3.8 takes that without parentheses, and remembers 128 calls."""
    alias = "" if " as " in written else f" as {dotted.rpartition('.')[2]}"
    return (Instead(((span, f"lru_cache{alias}"),), f"from functools import lru_cache{alias}", safe=False),)


# -- attributes --------------------------------------------------------------------------------------------------------


def _attribute(region: Region, span: Span) -> Iterator[NewerPython]:
    node = name_node(region, span)
    parent = node.parent if node is not None else None
    if node is None or parent is None or parent.type != "attribute":
        return
    written = "".join(region.syntax.text_of(parent).split())
    if not _SIMPLE.fullmatch(written):
        return
    where = region.syntax.span(parent)
    for dotted in _LAST[span.of(region.text)]:
        if not _may_be(written, dotted):
            continue
        instead = (Instead(((where, EQUALS[dotted]),), EQUALS[dotted], safe=True),) if dotted in EQUALS else ()
        if written.partition(".")[0] in _SHORT and "." in EQUALS.get(dotted, ""):
            instead = ()  # the module goes by another name here
        fact = NewerPython(region, where, Newer.NAME, NAMES[dotted], dotted, ((written, dotted),), instead)
        yield from unless_guarded(region, node, fact)


def _may_be(written: str, dotted: str) -> bool:
    module, receiver = dotted.rpartition(".")[0].rpartition(".")[2], written.split(".")[-2]
    return receiver == module or _SHORT.get(receiver) == module


def _method(region: Region, span: Span) -> Iterator[NewerPython]:
    """``text.removeprefix(…)`` of anything but a pandas column, ``bit_count()`` of what is an integer."""
    node, syntax = name_node(region, span), region.syntax
    attribute = node.parent if node is not None else None
    call = attribute.parent if attribute is not None and attribute.type == "attribute" else None
    if node is None or attribute is None or call is None or call.type != "call":
        return
    receiver, arguments = attribute.child_by_field_name("object"), call.child_by_field_name("arguments")
    if receiver is None or arguments is None or node.start_byte < receiver.end_byte:
        return
    name, written = span.of(region.text), syntax.text_of(receiver)
    if re.search(rf"\bdef[ \t]+{name}\b", region.text):
        return
    instead: tuple[Instead, ...] = ()
    if name == "bit_count":
        if arguments.named_children or not _INTEGER.fullmatch(written):
            return
        text = f'bin({written}).count("1")'
        instead = (Instead(((syntax.span(call), text),), text, safe=True),)
    elif written.endswith(".str") or len(arguments.named_children) != 1:
        return
    else:
        instead = tuple(_sliced(syntax, call, written, arguments.named_children[0], prefix=name == "removeprefix"))
    what = f"int.{name}" if name == "bit_count" else f"str.{name}"
    fact = NewerPython(region, span, Newer.NAME, METHODS[name], what, (), instead)
    yield from unless_guarded(region, node, fact)


def _sliced(syntax: Syntax, call: Node, receiver: str, affix: Node, *, prefix: bool) -> Iterator[Instead]:
    """The conditional slice that the method is, where what it is called on can be named twice."""
    literal = syntax.text_of(affix)
    if affix.type != "string" or len(literal) < 3 or not _SIMPLE.fullmatch(receiver):
        return
    if prefix:
        text = f"({receiver}[len({literal}):] if {receiver}.startswith({literal}) else {receiver})"
    else:
        text = f"({receiver}[:-len({literal})] if {receiver}.endswith({literal}) else {receiver})"
    outer = call.parent
    if outer is not None and outer.type in ("assignment", "return_statement", "argument_list"):
        alone = outer.type != "argument_list" or outer.named_child_count == 1
        text = text[1:-1] if alone else text
    yield Instead(((syntax.span(call), text),), text, safe=True)
