"""tree-sitter, with code points instead of bytes.

Parsers and grammars are loaded at first use. tree-sitter counts UTF-8 bytes; spans here are code points, converted
where a text is not ASCII.
"""

from __future__ import annotations

import re
from _thread import _local as local  # without the rest of threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, PathFinder
from itertools import accumulate
from types import ModuleType

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from tflsp.text import Span

# language -> (module of the grammar, function that gives it)
GRAMMARS = {
    "python": ("tree_sitter_python", "language"),
    "shell": ("tree_sitter_bash", "language"),
    "markdown": ("tree_sitter_markdown", "language"),
    "markdown-inline": ("tree_sitter_markdown", "inline_language"),
    "yaml": ("tree_sitter_yaml", "language"),
    "json": ("tree_sitter_json", "language"),
    "toml": ("tree_sitter_toml", "language"),
}


@cache
def grammar(language: str) -> Language:
    package, function = GRAMMARS[language]
    load: Callable[[], object] = getattr(_binding(package), function)
    return Language(load())


def _binding(package: str) -> ModuleType:
    """A grammar's extension module without the package around it, which imports what it has queries and types for."""
    found = PathFinder.find_spec(package)
    folders = found.submodule_search_locations if found is not None else None
    spec = PathFinder.find_spec("_binding", folders) if folders else None
    if spec is None or not isinstance(spec.loader, ExtensionFileLoader):
        return import_module(package)
    module = spec.loader.create_module(spec)
    spec.loader.exec_module(module)
    return module


class _Parsers(local):
    """One parser per thread and language: a parser is not to be shared between threads."""

    def __init__(self) -> None:
        self.by_language: dict[str, Parser] = {}


_parsers = _Parsers()


def _parser(language: str) -> Parser:
    parser = _parsers.by_language.get(language)
    if parser is None:
        parser = _parsers.by_language[language] = Parser(grammar(language))
    return parser


@cache
def query(language: str, source: str) -> Query:
    """A compiled query; compile each once."""
    return Query(grammar(language), source)


class Syntax:
    """A tree and the text that it is of."""

    __slots__ = ("_plain", "_wide", "data", "language", "text", "tree")

    def __init__(self, language: str, text: str, data: bytes, tree: Tree) -> None:
        self.language = language
        self.text = text
        self.data = data
        self.tree = tree
        self._plain = len(data) == len(text)  # bytes and code points are the same
        self._wide: tuple[list[int], list[int]] | None = None

    @property
    def root(self) -> Node:
        return self.tree.root_node

    def span(self, node: Node) -> Span:
        start, end = node.start_byte, node.end_byte
        if self._plain:
            return Span(start, end)
        starts, more = self._wide or self._widths()
        index = bisect_left(starts, start)
        if index == len(starts) or end <= starts[index]:
            # Most nodes hold no wide character: both ends are as many bytes off.
            return Span(start - more[index], end - more[index])
        return Span(self.offset(start), self.offset(end))

    def text_of(self, node: Node) -> str:
        if self._plain:
            return self.text[node.start_byte : node.end_byte]
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def offset(self, byte: int) -> int:
        """The code point offset of a byte offset."""
        if self._plain:
            return byte
        starts, more = self._wide or self._widths()
        index = bisect_left(starts, byte)
        if not index:
            return byte
        # A byte inside of a character stands behind it.
        before = more[index - 1]
        return byte - before - min(more[index] - before, byte - starts[index - 1] - 1)

    def _widths(self) -> tuple[list[int], list[int]]:
        self._wide = _wide_characters(self.data)
        return self._wide

    def byte(self, offset: int) -> int:
        """The byte offset of a code point offset."""
        if self._plain:
            return offset
        return len(self.text[:offset].encode("utf-8", "surrogatepass"))

    def captures(self, source: str, node: Node | None = None) -> dict[str, list[Node]]:
        return QueryCursor(query(self.language, source)).captures(node or self.root)

    def matches(self, source: str, node: Node | None = None) -> list[dict[str, list[Node]]]:
        return [found for _, found in QueryCursor(query(self.language, source)).matches(node or self.root)]

    def edited(self, text: str, span: Span, inserted: int) -> Syntax:
        """The syntax of ``text``, which is this text with ``span`` replaced by ``inserted`` code points.

        tree-sitter reuses what the edit did not touch.
        """
        data = text.encode("utf-8", "surrogatepass")
        start, old_end = self.byte(span.start), self.byte(span.end)
        new_end = start + len(data) - len(self.data) + (old_end - start)
        tree = self.tree.copy()
        tree.edit(start, old_end, new_end, _point(self.data, start), _point(self.data, old_end), _point(data, new_end))
        return Syntax(self.language, text, data, _parser(self.language).parse(data, tree))


def parse(language: str, text: str) -> Syntax:
    """Parse a text; any text gives a tree (tree-sitter recovers from errors)."""
    data = text.encode("utf-8", "surrogatepass")
    return Syntax(language, text, data, _parser(language).parse(data))


def descend(node: Node, *types: str) -> Iterator[Node]:
    """All nodes of these types below ``node``, in order, without recursion of Python's own."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in types:
            yield current
        stack.extend(reversed(current.children))


def _wide_characters(data: bytes) -> tuple[list[int], list[int]]:
    """Where the characters of several bytes begin, and how many bytes too many all before each of them have."""
    found = [*_WIDE.finditer(data)]
    return [wide.start() for wide in found], [0, *accumulate(wide.end() - wide.start() - 1 for wide in found)]


_WIDE = re.compile(rb"[\xc0-\xff][\x80-\xbf]*")


def _point(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset), offset - data.rfind(b"\n", 0, offset) - 1
