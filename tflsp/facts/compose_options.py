"""The keys of a compose service as options in docker's long names, so that they mean what docker's mean."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.nodes import MappingNode, ScalarNode, scalars
from tflsp.facts.configuration_words import ScalarWords
from tflsp.facts.containers import MountPoint, Option, PortMapping
from tflsp.text import Span

# Keys that take one value or a list of them.
_KEYS = {
    "cap_add": "cap-add",
    "container_name": "name",
    "cpus": "cpus",
    "devices": "device",
    "entrypoint": "entrypoint",
    "env_file": "env-file",
    "hostname": "hostname",
    "init": "init",
    "ipc": "ipc",
    "mem_limit": "memory",
    "network_mode": "network",
    "pid": "pid",
    "ports": "publish",
    "privileged": "privileged",
    "restart": "restart",
    "runtime": "runtime",
    "security_opt": "security-opt",
    "shm_size": "shm-size",
    "stdin_open": "interactive",
    "tmpfs": "tmpfs",
    "tty": "tty",
    "user": "user",
    "userns_mode": "userns",
    "uts": "uts",
    "volumes": "volume",
    "volumes_from": "volumes-from",
    "working_dir": "workdir",
}
_LIMITS = ("deploy", "resources", "limits")
_DEVICES = ("deploy", "resources", "reservations", "devices")
_GPU_CAPABILITIES = ("gpu", "compute", "utility", "nvidia")


def service_options(words: ScalarWords, node: MappingNode) -> Iterator[Option]:
    """The options that are written as plain values."""
    for pair in node.pairs:
        name = _KEYS.get(pair.key.value)
        if name is None:
            continue
        alone = isinstance(pair.value, ScalarNode)
        for scalar in scalars(pair.value):
            yield _option(words, name, scalar, pair.span if alone else scalar.span)
    limits = node.mapping(*_LIMITS)
    for key in ("memory", "cpus"):
        if limits and (limit := limits.text(key)):
            yield _option(words, key, limit, limit.span)
    yield from _gpus(words, node)


def _option(words: ScalarWords, name: str, scalar: ScalarNode, span: Span) -> Option:
    word = words.word(scalar)
    value = scalar.value.lower() if scalar.value in ("True", "False", "TRUE", "FALSE") else word.value
    # An alias's value stands elsewhere than its key.
    whole = span if span.covers(scalar.span) else scalar.span
    return Option(name, value, whole, scalar.inner, word)


def _gpus(words: ScalarWords, node: MappingNode) -> Iterator[Option]:
    """``gpus: all``, ``gpus: [{…}]``, and reserved devices that can do what GPUs do."""
    gpus = node.get("gpus")
    if isinstance(gpus, ScalarNode) and not gpus.is_null:
        yield _option(words, "gpus", gpus, gpus.span)
    requests = [*node.mappings("gpus"), *(device for device in node.mappings(*_DEVICES) if _is_gpu(device))]
    for request in requests:
        ids = ",".join(scalar.value for scalar in scalars(request.get("device_ids")))
        count = request.text("count")
        yield Option("gpus", f"device={ids}" if ids else count.value if count else "all", request.span)


def _is_gpu(device: MappingNode) -> bool:
    driver = device.text("driver")
    capabilities = [scalar.value for scalar in scalars(device.get("capabilities"))]
    return (driver is not None and driver.value == "nvidia") or any(one in _GPU_CAPABILITIES for one in capabilities)


def structured_ports(words: ScalarWords, node: MappingNode) -> Iterator[PortMapping]:
    """Ports in the long form: ``{target: 8888, published: "8888", host_ip: 127.0.0.1}``."""
    for port in node.mappings("ports"):
        target, published, address = port.text("target"), port.text("published"), port.text("host_ip")
        ip = words.word(address) if address else None
        protocol = port.text("protocol")
        first, last = _range(words, target)
        yield PortMapping(
            host_ip=ip.value if ip else None,
            host_port=_range(words, published)[0],
            container_port=first,
            protocol=protocol.value if protocol else "tcp",
            span=port.span,
            host_span=published.inner if published else None,
            container_span=target.inner if target else None,
            container_last=last,
            host_ip_known=ip is None or ip.value is not None,
        )


def _range(words: ScalarWords, scalar: ScalarNode | None) -> tuple[int | None, int | None]:
    """The first and last of ``8888`` or ``8888-8890``."""
    text = (words.word(scalar).value or "") if scalar else ""
    first, _, last = text.partition("-")
    if not (first.isascii() and first.isdigit()):
        return None, None
    return int(first), int(last) if last.isascii() and last.isdigit() else int(first)


def structured_mounts(words: ScalarWords, node: MappingNode) -> Iterator[MountPoint]:
    """Volumes in the long form: ``{type: bind, source: ./notebooks, target: /tf/notebooks}``."""
    for volume in node.mappings("volumes"):
        kind, source, target = volume.text("type"), volume.text("source"), volume.text("target")
        read_only = volume.text("read_only")
        yield MountPoint(
            kind=kind.value if kind else "volume",
            source=source.value if source else None,
            target=(words.word(target).value or target.value) if target else None,
            read_only=read_only is not None and read_only.is_true,
            span=volume.span,
            source_span=source.inner if source else None,
            target_span=target.inner if target else None,
        )
