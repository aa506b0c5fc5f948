"""Calls of certain names in Python code, without reading anything else of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tflsp.documents.region import Region
from tflsp.facts.python_expressions import value_of
from tflsp.facts.python_values import CallValue


@cache
def _sought(names: frozenset[str]) -> tuple[re.Pattern[str], str]:
    """An expression that finds out whether to parse at all, and the query."""
    listed = " ".join(f'"{name}"' for name in sorted(names))
    query = (
        f"((call function: (identifier) @name) @call (#any-of? @name {listed}))\n"
        f"((call function: (attribute attribute: (identifier) @name)) @call (#any-of? @name {listed}))"
    )
    return re.compile(rf"\b(?:{'|'.join(sorted(names))})\s*\("), query


def calls_named(region: Region, names: frozenset[str]) -> Iterator[CallValue]:
    """The calls in a Python region whose last name is one of ``names``, wherever they stand."""
    text = region.text
    if not any(name in text for name in names):
        return
    hint, query = _sought(names)
    if not hint.search(text):
        return
    syntax = region.syntax
    for node in sorted(syntax.captures(query).get("call", ()), key=lambda node: node.start_byte):
        value = value_of(syntax, node)
        if isinstance(value, CallValue):
            yield value
