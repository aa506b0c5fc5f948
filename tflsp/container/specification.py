"""What a container is made from, and how what is differs from what is wanted, in words. Pure: knows no engine.

The same value describes a container that is wanted (from settings) and one that is there (read back from the engine).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from tflsp.container import names


@dataclass(frozen=True, slots=True, order=True)
class Mount:
    """A folder of this machine, or a named volume, that appears in the container."""

    target: str
    source: str
    volume: bool = False
    read_only: bool = False

    def __str__(self) -> str:
        return f"{self.source} on {self.target}" + (" (read only)" if self.read_only else "")


@dataclass(frozen=True, slots=True)
class Specification:
    """Sizes are bytes; ``gpus`` is empty for none, ("all",), or indices and UUIDs; ``port`` is published on 127.0.0.1.

    ``origin`` tells the container what it is made from (`tflsp.container.origin`): empty while the image is not there.
    It is no setting, and makes no difference.

    ``environment`` may hold secrets: it is never shown, and differences in it name names only.
    """

    name: str
    project: str
    image: str
    user: str
    port: int | None
    mounts: tuple[Mount, ...] = ()
    gpus: tuple[str, ...] = ()
    memory: int | None = None
    cpus: float | None = None
    shm_size: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    base: str = ""
    packages: str = ""
    version: str = ""
    extra_labels: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    @property
    def variables(self) -> dict[str, str]:
        """The environment that the container gets."""
        return {**self.environment, **({names.IMAGE: self.origin} if self.origin else {})}

    @property
    def digest(self) -> str:
        """What the container is recognised by: changes with anything that matters. Not with the version alone: that
        changes the image's tag."""
        values = {
            "image": self.image,
            "user": self.user,
            "port": self.port,
            "mounts": [str(mount) for mount in sorted(self.mounts)],
            "gpus": self.gpus,
            "memory": self.memory,
            "cpus": self.cpus,
            "shm": self.shm_size,
            "environment": dict(sorted(self.environment.items())),
        }
        return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def labels(self) -> dict[str, str]:
        """What marks the container as ours, and lets editors find it."""
        return {
            **self.extra_labels,
            names.LABEL_NAME: self.name,
            names.LABEL_PROJECT: self.project,
            names.LABEL_SETTINGS: self.digest,
            names.LABEL_VERSION: self.version,
            names.LABEL_BASE: self.base,
            names.LABEL_PACKAGES: self.packages,
            names.LABEL_ENVIRONMENT: ",".join(sorted(self.environment)),
        }


class Difference(NamedTuple):
    """One thing that the settings want otherwise than the container has it, both in words."""

    what: str
    now: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.what}: {self.now}, wanted {self.wanted}"


def differences(actual: Specification, wanted: Specification) -> list[Difference]:
    """What would have to change for a container to be as wanted. Empty: nothing."""
    found = [
        Difference(what, say(now), say(then))
        for what, value, say in _FIELDS
        if (now := value(actual)) != (then := value(wanted))
    ]
    if actual.image != wanted.image and not any(each.what in _IMAGE_WORDS for each in found):
        found.append(Difference("image", actual.image or "none", wanted.image))
    return [*found, *_mounts(actual, wanted), *_environment(actual, wanted)]


def size(value: int | None) -> str:
    """A size as people write it."""
    if value is None:
        return "no limit"
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if value >= unit:
            return f"{value / unit:.4g} {name}"
    return f"{value} bytes"


def _text(value: object) -> str:
    return str(value) if value not in (None, "") else "none"


def _count(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else "no limit"


def _gpus(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) and value else "none"


def _size(value: object) -> str:
    return size(value if isinstance(value, int) else None)


_IMAGE_WORDS = ("base image", "extra packages", "tflsp")
_FIELDS: tuple[tuple[str, Callable[[Specification], object], Callable[[object], str]], ...] = (
    ("base image", lambda each: each.base, _text),
    ("extra packages", lambda each: each.packages, _text),
    ("tflsp", lambda each: each.version, _text),
    ("user and group", lambda each: each.user, _text),
    ("GPUs", lambda each: each.gpus, _gpus),
    ("memory", lambda each: each.memory, _size),
    ("processors", lambda each: each.cpus, _count),
    ("shared memory", lambda each: each.shm_size, _size),
    ("SSH port", lambda each: each.port, _text),
)


def _mounts(actual: Specification, wanted: Specification) -> Iterator[Difference]:
    now, then = ({mount.target: mount for mount in each.mounts} for each in (actual, wanted))
    for target in sorted(now.keys() | then.keys()):
        if now.get(target) != then.get(target):
            yield Difference(f"mount {target}", _mount(now.get(target)), _mount(then.get(target)))


def _mount(mount: Mount | None) -> str:
    return "none" if mount is None else mount.source + (" (read only)" if mount.read_only else "")


def _environment(actual: Specification, wanted: Specification) -> Iterator[Difference]:
    now, then = actual.environment, wanted.environment
    for name in sorted(now.keys() | then.keys()):
        if now.get(name) != then.get(name):
            what = "SSH key" if name == names.AUTHORIZED_KEYS else f"environment {name}"
            words = ("not set" if name not in now else "set", "not set" if name not in then else "set")
            yield Difference(what, *(words if words[0] != words[1] else ("one value", "another")))
