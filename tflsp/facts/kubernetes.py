"""Kubernetes manifests: the containers of every pod template in them, whatever kind of object it is part of.

Written after the API reference of core/v1 (PodSpec, Container). A template is known by its ``containers``, so that
Jobs, StatefulSets and custom resources (Kubeflow's TFJob) need no list of kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tflsp.documents.detect import yaml_kind
from tflsp.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode
from tflsp.documents.region import Region
from tflsp.documents.yaml_nodes import read_yaml
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, command_facts
from tflsp.facts.configuration_words import ScalarWords, kubernetes_parts, verbatim_parts
from tflsp.facts.containers import ContainerLaunch, ImageRef, MountPoint, Option, PortMapping, Surface
from tflsp.facts.environment import environment_settings
from tflsp.facts.images import image_ref
from tflsp.facts.once import Seen, once
from tflsp.text import Span
from tflsp.text.patterns import pattern

_MAX_DEPTH = 16
_CONTAINERS = ("initContainers", "containers")
_QUANTITY = pattern(r"([0-9]+(?:\.[0-9]+)?)(m|[KMGTPE]i|[kMGTPE])?")
_POWERS = {"K": 1, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_GPUS = ("nvidia.com/gpu", "amd.com/gpu", "nvidia.com/mig")
_HOST = {"hostPID": "pid", "hostNetwork": "network", "hostIPC": "ipc"}


@reads("kubernetes", "yaml")
def kubernetes(region: Region) -> Iterator[Fact | Region]:
    """The containers of a manifest, or of a YAML fence that is one."""
    if region.language == "yaml" and yaml_kind("", region.text) != "kubernetes":
        return
    seen: Seen = set()
    for document in read_yaml(region.text):
        for spec in _pod_specs(document):
            for key in _CONTAINERS:
                for container in spec.mappings(key):
                    yield from once(_container(region, spec, container), seen)


def _pod_specs(document: Node) -> Iterator[MappingNode]:
    stack: list[tuple[Node, int]] = [(document, 0)]
    visited: set[int] = set()
    while stack:
        node, depth = stack.pop()
        if depth > _MAX_DEPTH or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, MappingNode):
            if node.items("containers"):
                yield node
            inner = [pair.value for pair in node.pairs]
        else:
            inner = list(node.items) if isinstance(node, SequenceNode) else []
        stack.extend((value, depth + 1) for value in reversed(inner) if value and not isinstance(value, ScalarNode))


def _container(region: Region, spec: MappingNode, node: MappingNode) -> Iterator[Fact | Region]:
    words = ScalarWords(region.text, verbatim_parts)
    arguments = ScalarWords(region.text, kubernetes_parts)
    image = _image(region, words, node)
    command = tuple(
        arguments.word(item) for key in ("command", "args") for item in node.items(key) if isinstance(item, ScalarNode)
    )
    settings = list(environment_settings(region, arguments, Surface.KUBERNETES, node.get("env"), "env"))
    name = node.text("name")
    launch = ContainerLaunch(
        region=region,
        span=node.span,
        surface=Surface.KUBERNETES,
        program="kubernetes",
        image=image,
        command=command,
        **_fields(words, spec, node),
        environment={setting.name: setting.value.value if setting.value else None for setting in settings},
        environment_spans={setting.name: setting.value.span for setting in settings if setting.value},
        interactive=any((flag := node.text(key)) is not None and flag.is_true for key in ("stdin", "tty")),
        container_name=name.value if name else None,
        name_span=name.inner if name else None,
        complete=node.complete and spec.complete,
    )
    if image is not None:
        yield image
    yield launch
    yield from settings
    if command:
        span = Span(command[0].span.start, max(word.span.end for word in command))
        yield from command_facts(Command(region, span, command, inside=launch))


def _image(region: Region, words: ScalarWords, node: MappingNode) -> ImageRef | None:
    scalar, policy = node.text("image"), node.text("imagePullPolicy")
    if scalar is None or not scalar.value:
        return None
    pulls = policy is None or policy.value != "Never"
    # Helm and kustomize leave holes of their own.
    word = words.word(scalar)
    return None if "{{" in scalar.value else image_ref(region, word, Surface.KUBERNETES, pulls=pulls)


def _fields(words: ScalarWords, spec: MappingNode, node: MappingNode) -> dict[str, Any]:
    fields: dict[str, Any] = {"ports": tuple(_ports(node)), "mounts": tuple(_mounts(spec, node)), "options": ()}
    limits = node.mapping("resources", "limits")
    for pair in limits.pairs if limits else ():
        if not isinstance(pair.value, ScalarNode):
            continue
        amount = _quantity(pair.value.value)
        if pair.key.value == "memory":
            fields["memory"], fields["memory_span"] = None if amount is None else int(amount), pair.span
        elif pair.key.value == "cpu":
            fields["cpus"] = amount
        elif pair.key.value.startswith(_GPUS):
            fields["gpus"], fields["gpu_span"] = pair.value.value, pair.span
        fields["options"] += (Option(pair.key.value, pair.value.value, pair.span, pair.value.inner),)
    privileged = node.mapping("securityContext")
    if privileged and (flag := privileged.pair("privileged")) and _is_true(flag.value):
        fields["privileged_span"] = flag.span
    shared = ((name, spec.pair(key)) for key, name in _HOST.items())
    fields["host_namespaces"] = {name: pair.span for name, pair in shared if pair and _is_true(pair.value)}
    user = node.text("securityContext", "runAsUser") or spec.text("securityContext", "runAsUser")
    fields["user"] = user.value if user else None
    return fields


def _is_true(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.is_true


def _ports(node: MappingNode) -> Iterator[PortMapping]:
    """Ports of the node itself (``hostPort``); a container's other ports are reached only inside of the cluster."""
    for port in node.mappings("ports"):
        host, inner, address, protocol = (port.text(key) for key in ("hostPort", "containerPort", "hostIP", "protocol"))
        if host is None:
            continue
        yield PortMapping(
            host_ip=address.value if address else None,
            host_port=_number(host),
            container_port=_number(inner),
            protocol=protocol.value.lower() if protocol else "tcp",
            span=port.span,
            host_span=host.inner,
            container_span=inner.inner if inner else None,
        )


def _number(scalar: ScalarNode | None) -> int | None:
    return int(scalar.value) if scalar and scalar.value.isascii() and scalar.value.isdigit() else None


def _mounts(spec: MappingNode, node: MappingNode) -> Iterator[MountPoint]:
    volumes = {name.value: volume for volume in spec.mappings("volumes") if (name := volume.text("name"))}
    for mount in node.mappings("volumeMounts"):
        name, target = mount.text("name"), mount.text("mountPath")
        volume = volumes.get(name.value) if name else None
        path = volume.text("hostPath", "path") if volume else None
        empty = volume is not None and volume.pair("emptyDir") is not None
        yield MountPoint(
            kind="bind" if path else "tmpfs" if empty else "volume",
            source=path.value if path else name.value if name else None,
            target=target.value if target else None,
            read_only=_is_true(mount.get("readOnly")),
            span=mount.span,
            source_span=path.inner if path else name.inner if name else None,
            target_span=target.inner if target else None,
        )


def _quantity(text: str) -> float | None:
    """``8Gi``, ``500m``: resource.Quantity of apimachinery, without exponents."""
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return None
    unit = found[2] or ""
    if unit == "m":
        return float(found[1]) / 1000
    base = 1024.0 if unit.endswith("i") else 1000.0
    return float(found[1]) * float(base ** _POWERS.get(unit[:1], 0))
