"""From plain messages to lsprotocol's types, for typed handlers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter


@cache
def converter() -> Converter:
    """Between lsprotocol's types and plain messages."""
    made: Converter = default_converter()  # type: ignore[no-untyped-call]
    return made


def plain(value: object) -> dict[str, Any]:
    """An object of lsprotocol's as a plain message."""
    made: dict[str, Any] = converter().unstructure(value)
    return made


def position(value: Mapping[str, Any]) -> types.Position:
    return types.Position(value["line"], value["character"])


def range_(value: Mapping[str, Any]) -> types.Range:
    return types.Range(position(value["start"]), position(value["end"]))


def text_edit(value: Mapping[str, Any]) -> types.TextEdit:
    return types.TextEdit(range_(value["range"]), value["newText"])


def plain_position(value: types.Position) -> dict[str, int]:
    return {"line": value.line, "character": value.character}


def plain_range(value: types.Range) -> dict[str, Any]:
    return {"start": plain_position(value.start), "end": plain_position(value.end)}
