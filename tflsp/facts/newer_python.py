"""What the image's Python 3.8 cannot run: the fact, and what its readers share.

``newer_syntax``, ``newer_uses`` and ``newer_types`` read it. Whether the text runs in the image is for rules to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from tree_sitter import Node

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.base import Fact
from tflsp.text import Span
from tflsp.text.patterns import pattern


class Newer(Enum):
    """In which way older Pythons fail. The value is a key of messages."""

    SYNTAX = "syntax"
    QUOTES = "quotes"
    BACKSLASH = "backslash"
    LINES = "lines"
    NAME = "name"
    DICT = "dict"
    TYPE = "type"
    ANNOTATION = "annotation"


@dataclass(frozen=True, slots=True)
class Instead:
    """Edits that make the same of it for Python 3.8; ``text`` shows what is written then.

    ``typing`` are names that have to be imported from there. ``drops`` says that an argument is only taken out.
    """

    edits: tuple[tuple[Span, str], ...]
    text: str
    safe: bool
    typing: frozenset[str] = frozenset()
    drops: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class NewerPython(Fact):
    """Something that came with ``version``; ``what`` is how to call it.

    ``candidates`` are pairs of a name as written and the dotted name that it has to stand for, where that makes the
    difference: the imports of the document decide. Without any the use is certain by itself.
    """

    newer: Newer
    version: tuple[int, int]
    what: str
    candidates: tuple[tuple[str, str], ...] = ()
    instead: tuple[Instead, ...] = ()


_GUARD = pattern(r"version_info|hexversion|TYPE_CHECKING|hasattr|python_version|PY_?\d|HAS_|_AVAILABLE")
_CATCHES = pattern(
    r"except[ \t]*(?::|[^:]*\b(?:Import|ModuleNotFound|Attribute|Type|Name)Error\b|[^:]*\b(?:Base)?Exception\b)"
)


def is_guarded(syntax: Syntax, node: Node) -> bool:
    """Whether code around the node looks at the version, or catches the error, or is for type checkers alone."""
    for outer in ancestors(node):
        match outer.type:
            case "if_statement" | "elif_clause" | "conditional_expression" | "boolean_operator" | "assert_statement":
                if _GUARD.search(_conditions(syntax, outer)):
                    return True
            case "decorated_definition":
                # A test that is skipped before some version.
                if any(_GUARD.search(syntax.text_of(child)) for child in outer.children if child.type == "decorator"):
                    return True
            case "try_statement":
                if any(_CATCHES.match(syntax.text_of(child)) for child in outer.children if "except" in child.type):
                    return True
            case "with_statement":
                clause = outer.named_children[0]
                if "suppress(" in syntax.text_of(clause) or "raises(" in syntax.text_of(clause):
                    return True
            case "function_definition":
                if "version_info" in syntax.text_of(outer):
                    return True
    return False


def is_sound(syntax: Syntax, node: Node) -> bool:
    """Whether the node was read without an error: half-typed code looks like anything."""
    if not syntax.root.has_error:
        return True
    return not node.has_error and all(outer.type != "ERROR" for outer in ancestors(node))


def ancestors(node: Node) -> Iterator[Node]:
    """The nodes around this one, from the inside out."""
    outer = node.parent
    while outer is not None:
        yield outer
        outer = outer.parent


def _conditions(syntax: Syntax, node: Node) -> str:
    """What an ``if`` and its ``elif``s ask."""
    if node.type != "if_statement":
        return syntax.text_of(node)
    asked = [node.child_by_field_name("condition")]
    asked += [child.child_by_field_name("condition") for child in node.children if child.type == "elif_clause"]
    return " ".join(syntax.text_of(condition) for condition in asked if condition is not None)


def unless_guarded(region: Region, node: Node, fact: NewerPython) -> Iterator[NewerPython]:
    if is_sound(region.syntax, node) and not is_guarded(region.syntax, node):
        yield fact


def name_node(region: Region, span: Span) -> Node | None:
    """The node of a name at a place; None in strings and comments."""
    syntax = region.syntax
    node = syntax.root.descendant_for_byte_range(syntax.byte(span.start), syntax.byte(span.end))
    if node is not None and node.type == "dotted_name":
        return node
    return node if node is not None and node.type == "identifier" else None


def around(node: Node | None, *types: str) -> Node | None:
    while node is not None and node.type not in types:
        node = node.parent
    return node
