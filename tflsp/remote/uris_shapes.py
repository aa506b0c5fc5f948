"""Shapes: which strings of a message are URIs by LSP's schema. Built once from the table in uris_fields.

Knows JSON values and nothing of where files are. Strings that the schema does not call a URI are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tflsp.remote.uris_fields import PARAMETERS, RESULTS, TYPES

# Our own commands and methods: their arguments hold URIs in these fields, and whole edits; see docs/protocol.md.
OWN = "tflsp."
_OWN_METHOD = "tflsp/"
_EXECUTE = "workspace/executeCommand"
_OWN_FIELDS: dict[str, tuple[str, ...]] = {
    "uri": ("uri",),
    "notebook": ("uri",),
    "cell": ("uri",),
    "afterCell": ("uri",),
    "folder": ("uri",),
    "guide": ("uri",),
    "summary": ("uri",),
    "textDocument": ("TextDocumentIdentifier",),
    "location": ("Location",),
    "edit": ("WorkspaceEdit",),
}
# Fields of ours that hold objects with such fields, at most this deep: experiments, errors, where they were seen.
_HOLDERS = (
    *("cells", "insertCell", "insertSnippet", "experiments", "steps", "errors", "seenBefore"),
    *("places", "goal", "conclusion"),
)
_DEPTH = 3
_OWN_TYPES: dict[str, dict[str, tuple[str, ...]]] = {
    "tflsp": {**_OWN_FIELDS, **dict.fromkeys(_HOLDERS, ("tflsp 1",))},
    **{
        f"tflsp {depth}": {**_OWN_FIELDS, **dict.fromkeys(_HOLDERS if depth < _DEPTH else (), (f"tflsp {depth + 1}",))}
        for depth in range(1, _DEPTH + 1)
    },
    "tflsp arguments": {"arguments": ("uri", "tflsp")},
}


@dataclass(slots=True, eq=False)
class Shape:
    """What a JSON value is. ``uri``: a string is a URI; ``path``: a path; ``keys``: an object's keys are URIs, its
    values are of the shape ``values``; ``command``: the arguments are ours where the command's name is."""

    uri: bool = False
    path: bool = False
    keys: bool = False
    command: bool = False
    values: Shape | None = None
    fields: dict[str, Shape] = field(default_factory=dict)


def parameters(method: str) -> Shape | None:
    """The shape of a request's or notification's parameters; None where they hold no URI."""
    nodes = ("tflsp",) if method.startswith(_OWN_METHOD) else PARAMETERS.get(method)
    return None if nodes is None else shape(nodes)


def result(method: str) -> Shape | None:
    """The shape of a request's result; None where it holds no URI."""
    # All commands of a server of ours are ours.
    nodes = ("tflsp",) if method.startswith(_OWN_METHOD) or method == _EXECUTE else RESULTS.get(method)
    return None if nodes is None else shape(nodes)


def shape(nodes: tuple[str, ...]) -> Shape:
    """The shape of a value that is one of several types: their fields together."""
    return _shape(tuple(sorted(set(nodes))))


@cache
def _shape(nodes: tuple[str, ...]) -> Shape:
    values = tuple(node.removeprefix("keys:") for node in nodes if node.startswith("keys:"))
    made = Shape("uri" in nodes, "path" in nodes, "keys" in nodes, bool({"Command", "ExecuteCommandParams"} & {*nodes}))
    made.values = shape(values) if values else None
    merged: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for name, inner in (TYPES.get(node) or _OWN_TYPES.get(node) or {}).items():
            merged[name] = (*merged.get(name, ()), *inner)
    made.fields = {name: shape(inner) for name, inner in merged.items()}
    return made


def collect(value: Any, of: Shape, found: list[str]) -> None:
    """Append the URIs in a value, in the order in which they stand in the message."""
    if isinstance(value, dict):
        if of.keys:
            for key, inner in value.items():
                found.append(key)
                if of.values is not None:
                    collect(inner, of.values, found)
            return
        fields = fields_of(value, of)
        for key, inner in value.items():
            if (child := fields.get(key)) is not None:
                collect(inner, child, found)
    elif isinstance(value, list):
        for inner in value:
            collect(inner, of, found)
    elif of.uri and isinstance(value, str):
        found.append(value)


def transform(value: Any, of: Shape, uri: Callable[[str], str], path: Callable[[str], str | None]) -> Any:
    """The value with its URIs and paths replaced. A new value; what holds neither is the same object."""
    if isinstance(value, dict):
        if of.keys:
            values = of.values
            return {
                uri(key): inner if values is None else transform(inner, values, uri, path)
                for key, inner in value.items()
            }
        fields = fields_of(value, of)
        return {
            key: transform(inner, fields[key], uri, path) if key in fields else inner for key, inner in value.items()
        }
    if isinstance(value, list):
        return [transform(inner, of, uri, path) for inner in value]
    if isinstance(value, str):
        return uri(value) if of.uri else path(value) if of.path else value
    return value


def fields_of(value: dict[str, Any], of: Shape) -> dict[str, Shape]:
    """The fields of an object that hold URIs; a command's arguments where the command is ours."""
    if of.command and isinstance(name := value.get("command"), str) and name.startswith(OWN):
        return of.fields | shape(("tflsp arguments",)).fields
    return of.fields
