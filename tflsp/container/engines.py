"""What tflsp asks of whatever runs containers: one interface, with Docker behind it (`tflsp.container.docker_engine`).

Docker on another host, Slurm and Kubernetes fit behind it as well; nobody above it knows which it is. All calls block,
and raise `tflsp.container.faults.EngineError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tflsp.container.specification import Specification


@dataclass(frozen=True, slots=True)
class About:
    """An engine: ``product`` is Docker or Podman, ``endpoint`` its address, ``gpus`` whether it offers any."""

    product: str
    version: str
    api: tuple[int, ...]
    endpoint: str
    gpus: bool
    rootless: bool = False
    snap: bool = False
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An image that the engine has. ``digests`` are ``sha256:…`` by repository, as registries know them."""

    id: str
    digests: Mapping[str, str]
    labels: Mapping[str, str]
    user: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A container as it is. ``state`` is the engine's word: created, running, exited, …; ``health``: healthy,
    unhealthy, starting or None; ``specification`` is what it was made from, read back from the engine."""

    name: str
    state: str
    health: str | None
    specification: Specification
    exit_code: int | None = None
    out_of_memory: bool = False
    started: str | None = None
    error: str = ""

    @property
    def running(self) -> bool:
        return self.state == "running"


@dataclass(frozen=True, slots=True)
class Progress:
    """A piece of news from a pull or a build. ``item`` is a layer's id or empty; amounts are bytes or steps."""

    item: str
    status: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """An image to build: its tag, a tar of the files, and the values of the Dockerfile's arguments.

    ``secret_arguments`` are those that change nothing in the result: they are in no tag and shown nowhere.
    """

    tag: str
    files: bytes = field(repr=False)
    arguments: Mapping[str, str]
    labels: Mapping[str, str]
    secret_arguments: Mapping[str, str] = field(default_factory=dict, repr=False)
    dockerfile: str = "container/Dockerfile"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command in a container ended."""

    code: int
    output: str


class Engine(Protocol):
    """Runs containers. Names are those of `tflsp.container.names`."""

    def about(self) -> About:
        """What the engine is and can do."""

    def image(self, reference: str) -> Image | None:
        """An image that is there, by name or digest."""

    def pull(self, reference: str) -> Iterator[Progress]:
        """Fetch an image; the iterator ends when it is there."""

    def build(self, recipe: Recipe) -> Iterator[Progress]:
        """Build an image; the iterator ends when it is there."""

    def tag(self, image: str, reference: str) -> None:
        """Give an image another name."""

    def containers(self) -> list[Container]:
        """All containers that tflsp made."""

    def container(self, name: str) -> Container | None:
        """One container, whoever made it."""

    def create(self, specification: Specification, name: str) -> None:
        """Make a container, under a name that may differ from the specification's; it does not run yet."""

    def start(self, name: str) -> None:
        """Start a container that is there; nothing happens where it runs."""

    def stop(self, name: str) -> None:
        """Stop a container; nothing happens where it does not run."""

    def rename(self, name: str, new: str) -> None:
        """Give a container another name."""

    def remove(self, name: str) -> bool:
        """Stop and remove a container; False where there is none. Named volumes stay."""

    def has_volume(self, name: str) -> bool:
        """Whether a volume is there."""

    def remove_volume(self, name: str) -> bool:
        """Remove a volume and the data on it; False where there is none."""

    def run(self, name: str, command: Sequence[str]) -> Ran:
        """Run a command in a container to its end."""

    def read(self, name: str, path: str, limit: int = 1 << 16) -> bytes | None:
        """A regular file of a container, or None where there is none, or a larger one."""

    def logs(self, name: str, *, tail: int | None = None, follow: bool = False) -> Iterator[bytes]:
        """What a container wrote, in pieces; with ``follow`` until it ends."""

    def endpoint(self, name: str) -> tuple[str, int] | None:
        """Where its SSH server is reached from here, or None while it is not."""

    def close(self) -> None:
        """Let go of connections."""
