"""Types as Python 3.8 understands them: ``List[int]`` for ``list[int]``, ``Optional[int]`` for ``int | None``."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from tflsp.documents.syntax import Syntax
from tflsp.facts.newer_names import BUILTIN_GENERICS, GENERIC_LAST_NAMES, TYPING_FORMS
from tflsp.facts.newer_python import Instead

# Deeper than what people write; a bound for hostile text.
MAX_DEPTH = 40


def union_operands(node: Node) -> list[Node]:
    """The operands of ``a | b | c``; empty for anything else."""
    node = _bare(node)
    if node.type == "binary_operator":
        operator = node.child_by_field_name("operator")
        if operator is None or operator.type != "|":
            return []
        parts = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    elif node.type in ("union_type", "augmented_assignment"):
        parts = list(node.named_children)
    else:
        return []
    found: list[Node] = []
    for part in parts:
        if part is not None:
            found += union_operands(part) or [_bare(part)]
    return found


def in_typing_form(syntax: Syntax, node: Node) -> Iterator[Instead]:
    """The whole type with ``typing``'s names, where that has one for every part."""
    names: set[str] = set()
    text = _form(syntax, node, names, 0)
    if text is not None and text != syntax.text_of(node):
        yield Instead(((syntax.span(node), text),), text, safe=False, typing=frozenset(names))


def as_tuple(syntax: Syntax, node: Node) -> tuple[Instead, ...]:
    """The union as the tuple that ``isinstance`` has always taken."""
    arguments = node.parent
    call = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    callee = call.child_by_field_name("function") if call is not None else None
    if arguments is None or callee is None or syntax.text_of(callee) not in ("isinstance", "issubclass"):
        return ()
    operands = union_operands(node)
    if arguments.named_children[-1] != node or any(
        op.type not in ("identifier", "attribute", "none") for op in operands
    ):
        return ()
    types = ["type(None)" if operand.type == "none" else syntax.text_of(operand) for operand in operands]
    text = f"({', '.join(types)})"
    return (Instead(((syntax.span(node), text),), text, safe=True),)


def _bare(node: Node) -> Node:
    """Without the wrapping that the grammar or parentheses put around it."""
    while node.type in ("type", "parenthesized_expression") and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def _form(syntax: Syntax, node: Node, names: set[str], depth: int) -> str | None:
    node = _bare(node)
    if depth > MAX_DEPTH:
        return None
    if operands := union_operands(node):
        return _union(syntax, operands, names, depth)
    match node.type:
        case "identifier" | "attribute" | "none" | "string" | "ellipsis":
            return syntax.text_of(node)
        case "generic_type" | "subscript":
            return _subscript(syntax, node, names, depth)
        case "list" | "tuple":
            parts = [_form(syntax, child, names, depth + 1) for child in node.named_children]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts):
                return None
            return f"[{', '.join(known)}]" if node.type == "list" else ", ".join(known)
        case _:
            return None


def _union(syntax: Syntax, operands: list[Node], names: set[str], depth: int) -> str | None:
    forms = [_form(syntax, operand, names, depth + 1) for operand in operands if operand.type != "none"]
    known = [form for form in forms if form is not None]
    if len(known) < len(forms) or not known:
        return None
    text = known[0]
    if len(known) > 1:
        names.add("Union")
        text = f"Union[{', '.join(known)}]"
    if len(known) < len(operands):
        names.add("Optional")
        text = f"Optional[{text}]"
    return text


def _subscript(syntax: Syntax, node: Node, names: set[str], depth: int) -> str | None:
    value, *indices = node.named_children
    if indices and indices[0].type == "type_parameter":
        indices = indices[0].named_children
    written = syntax.text_of(value)
    if value.type not in ("identifier", "attribute"):
        return None
    if written in BUILTIN_GENERICS:
        written = TYPING_FORMS[written]
        names.add(written)
    elif written.rpartition(".")[2] in GENERIC_LAST_NAMES and not written.startswith("typing."):
        return None  # it may be the one that cannot be subscripted
    parts = [_form(syntax, index, names, depth + 1) for index in indices]
    known = [part for part in parts if part is not None]
    return f"{written}[{', '.join(known)}]" if len(known) == len(parts) else None
