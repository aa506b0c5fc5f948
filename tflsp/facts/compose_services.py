"""The services of a compose file, with what they take from one another (``extends``) put together."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.nodes import MappingNode, Node, Pair, ScalarNode, SequenceNode
from tflsp.text import Span

# A service that extends itself, by however many others, ends here.
_MAX_EXTENDS = 10
# Compose's version 1 had services at the top of the file; only what no other format calls so counts.
_SERVICE_KEYS = ("image", "build", "extends")
_OF_SERVICES_ONLY = ("ports", "volumes", "container_name", "restart", "command", "environment", "links", "networks")


@dataclass(frozen=True, slots=True)
class Service:
    """A service: the place of its name, the whole of it, and its keys. Incomplete where another file may add some."""

    name: ScalarNode
    span: Span
    node: MappingNode
    complete: bool = True


def services_of(document: Node) -> Iterator[Service]:
    """The services of one YAML document."""
    if not isinstance(document, MappingNode):
        return
    services = document.mapping("services")
    pairs = services.pairs if services else tuple(pair for pair in document.pairs if _is_old_service(pair))
    known = {pair.key.value: pair for pair in pairs}
    for pair in pairs:
        if isinstance(pair.value, MappingNode):
            node, complete = _extended(pair.value, known, 0)
            yield Service(pair.key, pair.span, node, complete)


def _is_old_service(pair: Pair) -> bool:
    node = pair.value
    return (
        isinstance(node, MappingNode)
        and not pair.key.value.startswith("x-")
        and any(node.pair(key) for key in _SERVICE_KEYS)
        and any(node.pair(key) for key in _OF_SERVICES_ONLY)
        and node.pair("script") is None
    )


def _extended(node: MappingNode, services: dict[str, Pair], depth: int) -> tuple[MappingNode, bool]:
    """The service with what it extends, and whether all of that is known."""
    extends = node.get("extends")
    if extends is None or (isinstance(extends, ScalarNode) and extends.is_null):
        return node, node.complete
    name = extends if isinstance(extends, ScalarNode) else None
    if isinstance(extends, MappingNode) and extends.pair("file") is None:
        name = extends.text("service")
    base = services.get(name.value) if name else None
    if base is None or not isinstance(base.value, MappingNode) or depth >= _MAX_EXTENDS:
        return node, False
    inherited, complete = _extended(base.value, services, depth + 1)
    return _merged(inherited, node), complete and node.complete


def _are_joined(key: str) -> bool:
    return key not in ("command", "entrypoint")


def _merged(base: MappingNode, own: MappingNode) -> MappingNode:
    """``own`` over ``base``: mappings are merged, sequences joined, anything else replaced."""
    pairs = {pair.key.value: pair for pair in base.pairs}
    for pair in own.pairs:
        under = pairs.get(pair.key.value)
        value = pair.value
        if under and isinstance(value, MappingNode) and isinstance(under.value, MappingNode):
            value = _merged(under.value, value)
        elif under and _are_joined(pair.key.value) and isinstance(value, SequenceNode):
            inherited = under.value.items if isinstance(under.value, SequenceNode) else ()
            value = SequenceNode((*inherited, *value.items), value.span)
        pairs[pair.key.value] = Pair(pair.key, value, pair.span)
    return MappingNode(tuple(pairs.values()), own.span, own.complete and base.complete)
