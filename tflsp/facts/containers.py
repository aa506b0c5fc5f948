"""Images and container launches: one model for every way to start a container.

docker, podman and nerdctl command lines, compose services, devcontainer.json, Kubernetes pods and Docker SDK calls all become
a ContainerLaunch; FROM, image: and the like become an ImageRef.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tflsp.facts.base import Fact
from tflsp.facts.commands import Word
from tflsp.text import Span


class Surface(Enum):
    """Where a fact about containers was written."""

    COMMAND = "command line"
    DOCKERFILE = "Dockerfile"
    COMPOSE = "compose"
    DEVCONTAINER = "devcontainer.json"
    KUBERNETES = "Kubernetes"
    SDK = "Docker SDK"


@dataclass(frozen=True, slots=True, eq=False)
class ImageRef(Fact):
    """A reference to an image, in the grammar of distribution/reference. ``span`` is the reference alone.

    ``name`` is the repository as written; ``repository`` is normalised (``docker.io/library/`` taken off). A reference that
    holds an unknown variable has ``known`` False and only ``text``. ``variables`` are the defaults that were filled in.
    """

    surface: Surface
    text: str
    registry: str | None = None
    name: str = ""
    repository: str = ""
    tag: str | None = None
    digest: str | None = None
    tag_span: Span | None = None  # without the colon
    digest_span: Span | None = None  # without the @
    known: bool = True
    is_stage: bool = False  # FROM an earlier stage, or scratch
    builds: bool = False  # the image is built here (compose `build:` beside `image:`, `docker build -t`)
    pulls: bool = True  # the text has the engine use this image (as against `docker build -t`, `docker rmi`)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_tensorflow(self) -> bool:
        return self.repository == "tensorflow/tensorflow"


@dataclass(frozen=True, slots=True)
class Option:
    """An option as written: canonical long name without dashes (``publish`` for ``-p``), its value and places.

    ``span`` covers name and value, ``value_span`` the value without quotes.
    """

    name: str
    value: str | None
    span: Span
    value_span: Span | None = None


@dataclass(frozen=True, slots=True)
class PortMapping:
    """A published port. ``host_ip`` None: all interfaces. Ports are None where not literal; ranges give their first."""

    host_ip: str | None
    host_port: int | None
    container_port: int | None
    protocol: str
    span: Span

    @property
    def is_loopback(self) -> bool:
        return self.host_ip is not None and (
            self.host_ip.startswith("127.") or self.host_ip in ("::1", "[::1]", "localhost")
        )


@dataclass(frozen=True, slots=True)
class MountPoint:
    """A mount: ``kind`` is bind, volume or tmpfs; ``source`` as written, None for an anonymous volume."""

    kind: str
    source: str | None
    target: str | None
    read_only: bool
    span: Span
    source_span: Span | None = None
    target_span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ContainerLaunch(Fact):
    """A container being made: ``docker run|create`` and its equals. ``span`` is the whole command, service or call.

    ``options`` are all options as written, in order, for all surfaces in docker's long names; the fields after them are what
    they mean together. ``insert_at`` is where another option can be inserted (before the image in a command line), None where
    inserting is not a matter of text. ``name_span`` is what to underline when something is missing.
    """

    surface: Surface
    program: str  # docker, podman, nerdctl, compose, ...
    image: ImageRef | None
    options: tuple[Option, ...]
    command: tuple[Word, ...]
    ports: tuple[PortMapping, ...] = ()
    mounts: tuple[MountPoint, ...] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict)
    environment_spans: Mapping[str, Span] = field(default_factory=dict)
    memory: int | None = None  # bytes
    memory_span: Span | None = None
    cpus: float | None = None
    gpus: str | None = None  # the request as written; None: none asked for
    gpu_span: Span | None = None
    privileged_span: Span | None = None
    host_namespaces: Mapping[str, Span] = field(default_factory=dict)  # "pid", "network", "ipc", ... -> place
    user: str | None = None
    detached: bool = False
    interactive: bool = False
    removed: bool = False  # --rm
    container_name: str | None = None
    insert_at: int | None = None
    name_span: Span | None = None
    complete: bool = True  # False: a file that this extends, or an unknown variable, may add to it

    def option(self, *names: str) -> Option | None:
        """The last option of one of these names."""
        return next((option for option in reversed(self.options) if option.name in names), None)
