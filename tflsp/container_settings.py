"""The `[container]` table of the settings: what `tflsp up` starts. Everything has a default that suits most projects.

Knows no engine and touches no disk; what becomes of the settings is `tflsp.container`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.dataclass import Field, dataclass
from tflsp.options import GIB, Kind, Problem, options_of, problems_in, setting, values_in


@dataclass(frozen=True)
class ContainerSettings:
    """The container that a project wants."""

    variant: str | None = setting(
        Kind.VARIANT, "The official TensorFlow image to build on: cpu or gpu; default: gpu where GPUs are given.", None
    )
    base_image: str | None = setting(
        Kind.STRING, "Another image to build on, with TensorFlow, Jupyter and Python in it as the official one.", None
    )
    image: str | None = setting(
        Kind.STRING, "A finished image, built from tflsp's container/ folder, to use instead of building one.", None
    )
    gpus: tuple[str, ...] | None = setting(
        Kind.GPUS, 'GPUs to give: "all", "none", or indices and UUIDs; default: all where the engine offers any.', None
    )
    memory: int | None = setting(Kind.SIZE, 'Memory that the container may take, e.g. "8GiB"; default: no limit.', None)
    cpus: float | None = setting(Kind.NUMBER, "Processors that the container may use, e.g. 3.5; default: all.", None)
    shm_size: int = setting(Kind.SIZE, "Shared memory (/dev/shm) for data loaders and NCCL.", GIB)
    mounts: Mapping[str, str] = setting(
        Kind.STRING_TABLE,
        'Folders by where they appear: data = "/mnt/sets:ro" is /workspace/data. Outside the project `up` asks first.',
    )
    ssh_port: int | None = setting(
        Kind.PORT, "The port of 127.0.0.1 that SSH is published on; default: one of 22000 to 22999 that stays.", None
    )
    ports: Mapping[str, int] = setting(
        Kind.PORT_TABLE, "Ports in the container that `tflsp forward` knows by name, besides jupyter and tensorboard."
    )
    env_file: str | None = setting(Kind.STRING, "A file of NAME=value lines for the container's environment.", None)
    extra_packages: tuple[str, ...] = setting(
        Kind.STRINGS, 'Packages for notebooks, beside TensorFlow\'s own, e.g. ["pandas==1.4.4"].'
    )


CONTAINER_OPTIONS: Mapping[str, Field] = options_of(ContainerSettings)


def container_settings(table: object) -> ContainerSettings:
    """Settings from a `[container]` table; what is unknown or of the wrong kind is left out."""
    return ContainerSettings(**dict(values_in(table, CONTAINER_OPTIONS))) if isinstance(table, Mapping) else _DEFAULTS


def container_problems(table: object) -> list[Problem]:
    """What a `[container]` table holds that tflsp does not know or cannot use."""
    if not isinstance(table, Mapping):
        return [Problem(("container",), "value", "a table")]
    return [
        Problem(("container", *problem.path), problem.what, problem.hint)
        for problem in problems_in(table, CONTAINER_OPTIONS)
    ]


_DEFAULTS = ContainerSettings()
