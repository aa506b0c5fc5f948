"""Which fields of LSP hold URIs, read off lsprotocol's types: `python -m tests.unit.remote.uri_fields` prints them.

lsprotocol writes URI and DocumentUri as ``str``, so a field is known by its name; that the names are those of the
protocol's own model was looked up there: ``uri`` and everything that ends in it, and a few that do not.
"""

from __future__ import annotations

import pprint
import sys
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter

from tflsp.remote import uris_fields

# (type, field as it is on the wire): what else holds a URI, a path of the file system, or a command.
OTHERS = {
    ("CodeDescription", "href"): "uri",
    ("DocumentLink", "target"): "uri",
    ("NotebookCell", "document"): "uri",
    ("InitializeParams", "rootPath"): "path",
}
KEYED_BY_URI = {"changes", "relatedDocuments"}
# Types whose arguments are a server's own business, unless the server is ours.
COMMANDS = {"Command", "ExecuteCommandParams"}
# What a server registers for is any value by its type, and one of these by the protocol's text.
REGISTRATION = ("Registration", "registerOptions")

Node = str | tuple[str, ...]


def wire_name(name: str) -> str:
    """A field's name on the wire: ``root_uri`` is ``rootUri``."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part.capitalize() for part in rest)


def is_uri(owner: str, field: str) -> str | None:
    if (kind := OTHERS.get((owner.lstrip("_"), field))) is not None:
        return kind
    return "uri" if field == "uri" or field.endswith("Uri") else None


@cache
def fields_of(name: str) -> dict[str, tuple[str, ...]]:
    """The fields of a type that hold URIs or what holds URIs."""
    made = {}
    if name == REGISTRATION[0]:
        options = {each for row in types.METHOD_TO_TYPES.values() if row[3] for each in _nodes(row[3])}
        return {REGISTRATION[1]: tuple(sorted(options))}
    for field in attrs.fields(getattr(types, name)):
        wire = wire_name(field.name)
        if nodes := tuple(sorted(_nodes(field.type, name, wire))):
            made[wire] = nodes
    return made


def _nodes(annotation: Any, owner: str = "", field: str = "") -> set[str]:
    """What a value of this annotation may be: "uri", "path", "keys:<type>", or a type's name."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = getattr(types, annotation)
    if annotation is str:
        kind = is_uri(owner, field)
        return {kind} if kind else set()
    if isinstance(annotation, type) and attrs.has(annotation):
        return {annotation.__name__} if holds_uris(annotation.__name__) else set()
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (dict, Mapping) and field in KEYED_BY_URI:
        return {"keys"} | {f"keys:{each}" for each in _nodes(arguments[1])}
    if origin in (typing.Union, Sequence, list, tuple):
        return {each for argument in arguments for each in _nodes(argument, owner, field)}
    return set()


_RUNNING: set[str] = set()


def holds_uris(name: str) -> bool:
    """Whether a type holds URIs anywhere in it."""
    if name in COMMANDS:
        return True
    if name in _RUNNING:
        return False
    _RUNNING.add(name)
    try:
        return bool(fields_of.__wrapped__(name))
    finally:
        _RUNNING.discard(name)


def table() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Types, parameters by method, results by method."""
    get_converter()  # resolves what the types say of one another
    parameters: dict[str, Any] = {}
    results: dict[str, Any] = {}
    wanted: set[str] = set()
    for method, (request, response, _, _) in sorted(types.METHOD_TO_TYPES.items()):
        for message, attribute, found in ((request, "params", parameters), (response, "result", results)):
            if message is not None and hasattr(attrs.fields(message), attribute):
                nodes = tuple(sorted(_nodes(getattr(attrs.fields(message), attribute).type)))
                if nodes:
                    found[method] = nodes
                    wanted.update(nodes)
    reached: dict[str, Any] = {}
    while wanted:
        name = wanted.pop().removeprefix("keys:")
        if name not in reached and name not in ("uri", "path", "keys"):
            reached[name] = fields_of(name)
            wanted.update(node for nodes in reached[name].values() for node in nodes)
    return dict(sorted(reached.items())), parameters, results


def source() -> str:
    """The module that holds the table, before the formatter's last word."""
    lines = [
        f'"""{uris_fields.__doc__}"""',
        "from __future__ import annotations",
        "Table = dict[str, dict[str, tuple[str, ...]]]",
    ]
    for title, part in zip(("TYPES", "PARAMETERS", "RESULTS"), table(), strict=True):
        kind = "Table" if title == "TYPES" else "dict[str, tuple[str, ...]]"
        lines.append(f"{title}: {kind} = {pprint.pformat(part, width=110)}")
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(source())
