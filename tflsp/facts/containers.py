"""Images and container launches: one model for every way to start a container.

docker, podman and nerdctl command lines, compose services, devcontainer.json, Kubernetes pods and Docker SDK calls all
become a ContainerLaunch; FROM, image: and the like become an ImageRef.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from tflsp.dataclass import dataclass, field
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

    ``name`` is the repository as written; ``repository`` is normalised (registry and ``library/`` taken off). A
    reference that holds an unknown variable has ``known`` False, ``text`` as written, and those parts that are literal:
    where the tag alone is unknown, ``repository`` is known and ``tag`` is None. ``valid`` is False for what the grammar
    does not allow. ``variables`` are the values and defaults that were filled in; spans are where these are written, so
    that a fix of ``tag_span`` mends ``TAG=latest`` or ``${TAG:-latest}``. With ``verbatim`` False the whole reference
    is not written in one piece, and must not be replaced as a whole.
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
    valid: bool = True
    verbatim: bool = True
    name_end: int | None = None  # where `:tag` can be put in, None where that is no matter of text
    pulls: bool = True  # the text has the engine use this image (as against `docker build -t`, `docker rmi`)
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_tensorflow(self) -> bool:
        return self.repository == "tensorflow/tensorflow"


@dataclass(frozen=True, slots=True)
class Option:
    """An option as written: canonical long name without dashes (``publish`` for ``-p``), its value and places.

    ``span`` covers name and value, ``value_span`` the value without quotes. ``value`` is None for a flag, and for a
    value that is not known; ``word`` is the value with the places of its parts, where it was written as a word.
    """

    name: str
    value: str | None
    span: Span
    value_span: Span | None = None
    word: Word | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PortMapping:
    """A published port. ``host_ip`` None: all interfaces. Ports are None where not literal; ranges give their first.

    ``container_last`` is the last of a range. ``host_ip_known`` is False where the address is a variable's.
    """

    host_ip: str | None
    host_port: int | None
    container_port: int | None
    protocol: str
    span: Span
    host_span: Span | None = None
    container_span: Span | None = None
    container_last: int | None = None
    host_ip_known: bool = True

    def covers(self, container_port: int) -> bool:
        """Whether a port of the container is published by this mapping."""
        if self.container_port is None:
            return False
        return self.container_port <= container_port <= (self.container_last or self.container_port)

    @property
    def is_loopback(self) -> bool:
        return self.host_ip is not None and (
            self.host_ip.startswith("127.") or self.host_ip in ("::1", "[::1]", "localhost")
        )


@dataclass(frozen=True, slots=True)
class MountPoint:
    """A mount: ``kind`` is bind, volume, tmpfs or whatever ``type=`` says.

    ``source`` and ``target`` are as written where they hold something unknown (``$(pwd)/notebooks``); ``source`` is
    None for an anonymous volume.
    """

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

    ``options`` are all options as written, in order, for all surfaces in docker's long names; the fields after them are
    what they mean together. ``insert_at`` is where another option can be inserted (before the image in a command line),
    None where inserting is not a matter of text. ``name_span`` is what to underline when something is missing.
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


@dataclass(frozen=True, slots=True, eq=False)
class LaunchFragment(Fact):
    """Options of a launch without the launch: lines of a fence that a text speaks of (``-v ./data:/tf/data``).

    The fields mean what those of ContainerLaunch of the same name mean.
    """

    options: tuple[Option, ...]
    ports: tuple[PortMapping, ...] = ()
    mounts: tuple[MountPoint, ...] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict)
    environment_spans: Mapping[str, Span] = field(default_factory=dict)
    memory: int | None = None
    memory_span: Span | None = None
    cpus: float | None = None
    gpus: str | None = None
    gpu_span: Span | None = None
    privileged_span: Span | None = None
    host_namespaces: Mapping[str, Span] = field(default_factory=dict)
    user: str | None = None

    def option(self, *names: str) -> Option | None:
        """The last option of one of these names."""
        return next((option for option in reversed(self.options) if option.name in names), None)
