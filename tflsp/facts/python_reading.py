"""Reads a region's tree as the statements that matter (python_statements), in one walk.

Half-typed code gives what stands around it. Statements nested deeper than ``MAX_NESTING`` are left out.
"""

from __future__ import annotations

from typing import Final

from tree_sitter import Node

from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.python_expressions import outermost_calls, value_of
from tflsp.facts.python_import_lines import import_lines
from tflsp.facts.python_statements import Block, PyAssign, PyCall, PyDefine, PyImport, PyReturn, Scope, Statement
from tflsp.facts.python_values import Unknown, Value
from tflsp.text import Span

MAX_NESTING: Final = 60
_IMPORTS: Final = "[(import_statement) (import_from_statement) (future_import_statement)] @import"


def statements_of(region: Region) -> tuple[Statement, ...]:
    """The statements of a region that are imports, assignments, calls, definitions or returns, in order."""
    syntax = region.syntax
    root = syntax.root
    scope = Scope(Block.MODULE, Span(0, len(region.text)))
    reader = StatementReader(region, syntax)
    first = root.named_children[0] if root.named_children else None
    cut = first is not None and first.start_byte == 0
    rest = Scope(Block.FUNCTION, scope.span, parent=scope)
    for child in root.named_children:
        # A chunk that is a member of a large class (or a function in a large function) begins with it, without its
        # indentation: what then stands indented beside it belongs to the block around, which is not in sight.
        inside = cut and _indented(syntax, child)
        reader.statement(child, rest if inside else scope, 0)
    return tuple(reader.found)


def imports_in(region: Region) -> tuple[PyImport, ...]:
    """The imports of a region in order, whatever block they stand in."""
    scope = Scope(Block.MODULE, Span(0, len(region.text)))
    if (lines := import_lines(region.text)) is not None:
        return tuple([PyImport(region, each.span, scope, each.module, each.name, each.alias) for each in lines])
    syntax = region.syntax
    reader = StatementReader(region, syntax)
    for node in sorted(syntax.captures(_IMPORTS).get("import", ()), key=lambda node: node.start_byte):
        reader.imported(node, scope)
    return tuple(found for found in reader.found if isinstance(found, PyImport))


class StatementReader:
    """Collects the statements of one region."""

    def __init__(self, region: Region, syntax: Syntax) -> None:
        self.region = region
        self.syntax = syntax
        self.found: list[Statement] = []

    def block(self, node: Node, scope: Scope, depth: int) -> None:
        """The statements that are children of ``node``."""
        if depth > MAX_NESTING:
            return
        for child in node.named_children:
            self.statement(child, scope, depth)

    def statement(self, node: Node, scope: Scope, depth: int) -> None:
        span = self.syntax.span
        match node.type:
            case "comment" | "pass_statement" | "break_statement" | "continue_statement":
                return
            case "expression_statement":
                for child in node.named_children:
                    self.expression(child, scope, depth)
            case "import_statement" | "import_from_statement" | "future_import_statement":
                self.imported(node, scope)
            case "return_statement":
                inner = node.named_children
                value = value_of(self.syntax, inner[0]) if inner else None
                self.found.append(PyReturn(self.region, span(node), scope, value))
            case "function_definition" | "class_definition":
                self.definition(node, scope, depth)
            case "decorated_definition" | "with_statement" | "module" | "block" | "ERROR" | "finally_clause":
                self.plain(node, scope, depth)
            case "if_statement" | "match_statement" | "try_statement":
                self.branches(node, scope, depth)
            case "for_statement" | "while_statement":
                self.loop(node, scope, depth)
            case "delete_statement" | "global_statement" | "nonlocal_statement":
                for child in node.named_children:
                    self.bind(child, Unknown(span(child)), scope)
            case "assignment" | "augmented_assignment":
                # Half-typed code has them outside of a statement.
                self.assignment(node, scope)
            case _:
                self.calls(node, scope)

    def expression(self, node: Node, scope: Scope, depth: int) -> None:
        if node.type in ("assignment", "augmented_assignment"):
            self.assignment(node, scope)
        else:
            self.calls(node, scope)

    def calls(self, node: Node, scope: Scope) -> None:
        """The outermost calls of an expression, and what ``:=`` and ``as`` bind in it."""
        if not node.child_count:
            return
        for call in outermost_calls(self.syntax, node):
            self.found.append(PyCall(self.region, call.span, scope, call))

    def assignment(self, node: Node, scope: Scope) -> None:
        targets: list[Value] = []
        value: Node | None = node
        operator = "="
        while value is not None and value.type in ("assignment", "augmented_assignment"):
            left, right = value.child_by_field_name("left"), value.child_by_field_name("right")
            if left is not None:
                targets.append(value_of(self.syntax, left))
            if value.type == "augmented_assignment" and (sign := value.child_by_field_name("operator")) is not None:
                operator = sign.type
            value = right
        if value is not None:
            whole = value_of(self.syntax, value)
            self.found.append(PyAssign(self.region, self.syntax.span(node), scope, tuple(targets), whole, operator))

    def bind(self, target: Node, value: Value, scope: Scope) -> None:
        if target.type == "as_pattern_target" and target.named_children:
            target = target.named_children[0]
        read = value_of(self.syntax, target)
        self.found.append(PyAssign(self.region, self.syntax.span(target), scope, (read,), value))

    def imported(self, node: Node, scope: Scope) -> None:
        text, span = self.syntax.text_of, self.syntax.span(node)
        source = node.child_by_field_name("module_name")
        module = text(source) if source is not None else "__future__" if node.type.startswith("future") else ""
        for child in node.children_by_field_name("name"):
            name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            imported = text(name if name is not None else child)
            bound = text(alias) if alias is not None else ""
            if module:
                self.found.append(PyImport(self.region, span, scope, module, imported, bound))
            else:
                self.found.append(PyImport(self.region, span, scope, imported, "", bound))
        if any(child.type == "wildcard_import" for child in node.named_children):
            self.found.append(PyImport(self.region, span, scope, module, "*", ""))

    def definition(self, node: Node, scope: Scope, depth: int) -> None:
        name = node.child_by_field_name("name")
        block = Block.FUNCTION if node.type == "function_definition" else Block.CLASS
        text = self.syntax.text_of(name) if name is not None else ""
        body = Scope(block, self.syntax.span(node), text, scope)
        parameters: dict[str, Value | None] = {}
        listed = node.child_by_field_name("parameters")
        for parameter in listed.named_children if listed is not None else ():
            inner = parameter.child_by_field_name("name")
            default = parameter.child_by_field_name("value")
            if inner is None:
                # `a`, `a: int`, `*a`, `**a`
                inner = next((c for c in (parameter, *parameter.named_children) if c.type == "identifier"), None)
                if inner is None and parameter.named_children:
                    inner = next((c for c in parameter.named_children[0].named_children), None)
            if inner is not None:
                parameters[self.syntax.text_of(inner)] = value_of(self.syntax, default) if default is not None else None
        self.found.append(PyDefine(self.region, self.syntax.span(node), scope, text, body, parameters))
        inside = node.child_by_field_name("body")
        if inside is not None:
            self.block(inside, body, depth + 1)

    def plain(self, node: Node, scope: Scope, depth: int) -> None:
        """What runs as if it stood in the block around it."""
        for child in node.named_children:
            match child.type:
                case "with_clause":
                    for item in child.named_children:
                        self.context(item, scope)
                case "block":
                    self.block(child, scope, depth + 1)
                case "decorator":
                    self.calls(child, scope)
                case _ if depth < MAX_NESTING:
                    self.statement(child, scope, depth + 1)

    def context(self, item: Node, scope: Scope) -> None:
        value = item.child_by_field_name("value") or item
        target = value.child_by_field_name("alias") if value.type == "as_pattern" else None
        if target is not None:
            self.bind(target, value_of(self.syntax, value.named_children[0]), scope)
        else:
            self.calls(value, scope)

    def branches(self, node: Node, scope: Scope, depth: int) -> None:
        """Every branch is a block of its own; what decides between them runs in any case."""
        main = node.type == "if_statement" and _is_main(self.syntax, node)
        for child in node.named_children:
            if child.type == "block":
                inner = scope if main else Scope(Block.BRANCH, self.syntax.span(child), parent=scope)
                self.block(child, inner, depth + 1)
            elif child.type == "finally_clause":
                self.plain(child, scope, depth)
            elif child.type.endswith("_clause"):
                self.branch(child, Scope(Block.BRANCH, self.syntax.span(child), parent=scope), depth)
            else:
                self.calls(child, scope)

    def branch(self, node: Node, scope: Scope, depth: int) -> None:
        for child in node.named_children:
            if child.type == "block":
                self.block(child, scope, depth + 1)
            elif child.type == "as_pattern" and (target := child.child_by_field_name("alias")) is not None:
                self.bind(target, Unknown(self.syntax.span(child)), scope)
            else:
                self.calls(child, scope)

    def loop(self, node: Node, scope: Scope, depth: int) -> None:
        inner = Scope(Block.LOOP, self.syntax.span(node), parent=scope)
        target = node.child_by_field_name("left")
        for field_name in ("right", "condition"):
            if (part := node.child_by_field_name(field_name)) is not None:
                self.calls(part, scope)
        if target is not None:
            self.bind(target, Unknown(self.syntax.span(target)), inner)
        for child in node.named_children:
            if child.type == "block":
                self.block(child, inner, depth + 1)
            elif child.type == "else_clause":
                self.branch(child, Scope(Block.BRANCH, self.syntax.span(child), parent=scope), depth)


def _indented(syntax: Syntax, node: Node) -> bool:
    """Whether only blanks stand before a node, at least one."""
    start = node.start_byte
    column = node.start_point.column
    return column > 0 and not syntax.data[start - column : start].strip()


def _is_main(syntax: Syntax, node: Node) -> bool:
    condition = node.child_by_field_name("condition")
    return condition is not None and "__name__" in syntax.text_of(condition)
