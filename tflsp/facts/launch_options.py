"""What the options of a launch mean together: from options in docker's long names to the fields of a ContainerLaunch.

Readers of other surfaces that have options in these names (``runArgs`` of devcontainer.json) use it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tflsp.documents.words import Word
from tflsp.facts.containers import MountPoint, Option
from tflsp.facts.launch_values import cpu_count, is_true, memory_bytes, mount, port_mapping, tmpfs, volume

_MOUNTS: dict[str, Callable[[Word], MountPoint]] = {"volume": volume, "mount": mount, "tmpfs": tmpfs}
_NAMESPACES = ("pid", "network", "ipc", "uts", "userns", "cgroupns")
_GPU_DEVICES = ("nvidia.com/gpu", "/dev/nvidia", "amd.com/gpu", "/dev/kfd")


def launch_fields(options: Iterable[Option]) -> dict[str, Any]:
    """The fields of ContainerLaunch (and LaunchFragment) that options decide; the last of several wins."""
    options = tuple(options)
    fields: dict[str, Any] = {
        "options": options,
        "ports": tuple(port_mapping(o.word) for o in options if o.name == "publish" and o.word),
        "mounts": tuple(_MOUNTS[o.name](o.word) for o in options if o.name in _MOUNTS and o.word and o.word.raw),
        "environment": {},
        "environment_spans": {},
        "host_namespaces": {},
    }
    for option in options:
        _read(option, fields)
    return fields


def _read(option: Option, fields: dict[str, Any]) -> None:
    match option.name:
        case "env":
            _environment(option, fields)
        case "memory":
            fields["memory"] = memory_bytes(option.value or "")
            fields["memory_span"] = option.span
        case "cpus":
            fields["cpus"] = cpu_count(option.value or "")
        case "gpus":
            fields["gpus"], fields["gpu_span"] = _written(option), option.span
        case "device" if (option.value or "").startswith(_GPU_DEVICES):
            fields.setdefault("gpus", _written(option))
            fields.setdefault("gpu_span", option.span)
        case "runtime" if option.value == "nvidia":
            fields.setdefault("gpus", "all")
            fields.setdefault("gpu_span", option.span)
        case "privileged":
            fields["privileged_span"] = option.span if is_true(option.value) else None
        case "user":
            fields["user"] = option.value
        case name if name in _NAMESPACES:
            if option.value == "host":
                fields["host_namespaces"][name] = option.span
            else:
                fields["host_namespaces"].pop(name, None)


def _environment(option: Option, fields: dict[str, Any]) -> None:
    if option.word is None:
        return
    text = option.word.pattern
    name, equals, _ = text.partition("=")
    value = option.word.slice(len(name) + 1, len(text)) if equals else None
    fields["environment"][name] = value.value if value else None
    if value:
        fields["environment_spans"][name] = value.span


def _written(option: Option) -> str:
    return option.value if option.value is not None else option.word.raw if option.word else ""


def switched_on(options: Iterable[Option], name: str) -> bool:
    """Whether a flag is given, and is not ``=false``."""
    last = None
    for option in options:
        if option.name == name:
            last = option
    return last is not None and is_true(last.value)
