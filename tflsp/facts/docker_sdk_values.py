"""The values of the Docker SDK's keywords that have forms of their own: ports, volumes, mounts, device requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tflsp.documents.region import Region
from tflsp.documents.words import Word
from tflsp.facts.containers import MountPoint, PortMapping
from tflsp.facts.launch_values import volume
from tflsp.facts.python_values import CallValue, DictValue, ListValue, Literal, TupleValue, Value
from tflsp.facts.python_words import word_of
from tflsp.text import Span


def pairs(region: Region, value: Value | None) -> Iterator[tuple[str, Word]]:
    """Names and values of a dictionary."""
    if isinstance(value, DictValue):
        for key, item in value.items:
            if key is not None and (name := word_of(region, key).value) is not None:
                yield name, word_of(region, item)


def ports(region: Region, value: Value | None) -> Iterator[PortMapping]:
    """``{"8888/tcp": 8888}``, ``{"8888": ("127.0.0.1", 8888)}``, ``{8888: None}``; several in a list."""
    if not isinstance(value, DictValue):
        return
    for key, host in value.items:
        if key is None:
            continue
        container, _, protocol = word_of(region, key).pattern.partition("/")
        number = int(container) if container.isdigit() else None
        for item in host.items if isinstance(host, ListValue) else (host,):
            address, port = _address(region, item)
            yield PortMapping(
                host_ip=address,
                host_port=port,
                container_port=number,
                protocol=protocol or "tcp",
                span=Span(key.span.start, item.span.end),
                host_span=item.span,
                container_span=key.span,
                container_last=number,
            )


def _address(region: Region, value: Value) -> tuple[str | None, int | None]:
    match value:
        case TupleValue(items=(address, *rest)):
            return word_of(region, address).value, _address(region, rest[0])[1] if rest else None
        case Literal(value=int() as port) if not isinstance(port, bool):
            return None, port
        case Literal(value=str() as port) if port.isdigit():
            return None, int(port)
    return None, None


def volumes(region: Region, value: Value | None) -> Iterator[MountPoint]:
    """``{"/here": {"bind": "/there", "mode": "ro"}}`` or ``["/here:/there:ro"]``."""
    if isinstance(value, ListValue):
        yield from (volume(word) for item in value.items if (word := word_of(region, item)).quoted)
    elif isinstance(value, DictValue):
        for key, item in value.items:
            if key is None:
                continue
            source, given = word_of(region, key), dict(_named(region, item))
            target = given.get("bind")
            path = source.value if source.value is not None else source.raw
            yield MountPoint(
                kind="volume" if source.value and not any(mark in path for mark in "/\\.~") else "bind",
                source=path,
                target=str(target) if target else None,
                read_only=bool(given.get("mode")) and given["mode"].value == "ro",
                span=Span(key.span.start, item.span.end),
                source_span=source.inner,
                target_span=target.inner if target else None,
            )


def _named(region: Region, value: Value) -> Iterator[tuple[str, Word]]:
    if isinstance(value, DictValue):
        for key, item in value.items:
            if isinstance(key, Literal):
                yield str(key.value), word_of(region, item)


def mounts(region: Region, value: Value | None) -> Iterator[MountPoint]:
    """``[docker.types.Mount("/there", "/here", type="bind", read_only=True)]``."""
    for item in value.items if isinstance(value, ListValue) else ():
        if not (isinstance(item, CallValue) and item.name.rpartition(".")[2] == "Mount"):
            continue
        target, source = item.argument("target", 0), item.argument("source", 1)
        kind, read_only = item.argument("type", 2), item.argument("read_only", 3)
        yield MountPoint(
            kind=str(kind.value) if isinstance(kind, Literal) else "volume",
            source=str(word_of(region, source)) if source else None,
            target=str(word_of(region, target)) if target else None,
            read_only=isinstance(read_only, Literal) and read_only.value is True,
            span=item.span,
            source_span=word_of(region, source).inner if source else None,
            target_span=word_of(region, target).inner if target else None,
        )


def gpus(region: Region, call: CallValue) -> dict[str, Any]:
    """``device_requests=[docker.types.DeviceRequest(count=-1, capabilities=[["gpu"]])]``."""
    requests = call.keyword("device_requests")
    if requests is None:
        return {}
    for item in requests.value.items if isinstance(requests.value, ListValue) else ():
        if isinstance(item, CallValue) and item.name.rpartition(".")[2] == "DeviceRequest":
            count = item.argument("count")
            every = isinstance(count, Literal) and count.value == -1
            written = "all" if every else (count or item).span.of(region.text)
            return {"gpus": written, "gpu_span": requests.span}
    return {"gpus": requests.value.span.of(region.text), "gpu_span": requests.span}
