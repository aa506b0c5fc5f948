"""The settings table of tflsp.toml, or of pyproject.toml's [tool.tflsp], with the places of its keys."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from tree_sitter import Node

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.documents.syntax import Syntax
from tflsp.facts.base import Fact, reads
from tflsp.text import Span

_PREFIX = ("tool", "tflsp")


@dataclass(frozen=True, slots=True, eq=False)
class SettingsTable(Fact):
    """What a settings file says. ``keys`` are the spans of keys, quotes included, by path: two levels of them."""

    table: Mapping[str, Any]
    keys: Mapping[tuple[str, ...], Span]


@reads("toml")
def settings_table(region: Region) -> Iterator[SettingsTable]:
    """The table of a settings file; nothing while the text is not TOML."""
    try:
        table: Any = tomllib.loads(region.text)
    except tomllib.TOMLDecodeError:
        return
    prefix: tuple[str, ...] = ()
    if "tool" in table or "build-system" in table or "project" in table:
        prefix = _PREFIX
        for part in prefix:
            table = table.get(part, {})
    if isinstance(table, dict) and table:
        yield SettingsTable(region, Span(0, len(region.text)), table, dict(_keys(region.syntax, prefix)))


def _keys(syntax: Syntax, prefix: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Span]]:
    for path in _paths(syntax):
        names = tuple(name for name, _ in path)
        depth = len(prefix)
        if names[:depth] == prefix:
            for end in range(depth + 1, min(len(path), depth + 2) + 1):
                yield names[depth:end], path[end - 1][1]


def _paths(syntax: Syntax) -> Iterator[list[tuple[str, Span]]]:
    """The path of every pair and of every table's header, from the document's top."""
    for node in syntax.root.children:
        if node.type == "pair":
            yield from _pair(syntax, node, [])
        elif node.type in ("table", "table_array_element"):
            yield (header := _path(syntax, node))
            for pair in node.children:
                if pair.type == "pair":
                    yield from _pair(syntax, pair, header)


def _pair(syntax: Syntax, node: Node, header: list[tuple[str, Span]]) -> Iterator[list[tuple[str, Span]]]:
    yield (path := [*header, *_path(syntax, node)])
    for inline in node.children:
        if inline.type == "inline_table":
            yield from ([*path, *_path(syntax, pair)] for pair in inline.children if pair.type == "pair")


def _path(syntax: Syntax, node: Node) -> list[tuple[str, Span]]:
    """The keys of a pair or of a table's header, with their places."""
    key = next((child for child in node.children if child.type in ("bare_key", "quoted_key", "dotted_key")), None)
    return [] if key is None else list(_parts(syntax, key))


def _parts(syntax: Syntax, key: Node) -> Iterator[tuple[str, Span]]:
    if key.type == "dotted_key":
        for child in key.children:
            if child.type in ("bare_key", "quoted_key", "dotted_key"):
                yield from _parts(syntax, child)
    else:
        yield syntax.text_of(key).strip("\"'"), syntax.span(key)
