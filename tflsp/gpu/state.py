"""What is known of the GPUs at one moment, as plain values. Every field may be missing for itself, and says why.

Knows nothing of NVML, processes or clocks: sources fill it, tables and messages are made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Missing:
    """A value that could not be had. ``why`` is a code of ``tflsp.gpu.problems``."""

    why: str


Value: TypeAlias = T | Missing
NOT_YET = Missing("not-sampled")


class Tier(Enum):
    """How often fields are worth asking for; the value is the age in seconds from which they are asked again.

    What the driver has at hand is cheap; power, clocks and processes go through the GPU's own controller or take the
    driver's one lock for milliseconds, in which training waits.
    """

    IDENTITY = float("inf")
    FAST = 2.0
    SLOW = 5.0
    PROCESSES = 10.0


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes. ``used`` is what programs hold; what the driver keeps for itself is ``reserved`` where it is told apart
    (NVML's memory v2), else it is part of ``used``."""

    total: int
    used: int
    free: int
    reserved: Value[int] = Missing("not-reported")


@dataclass(frozen=True, slots=True)
class Utilization:
    """Percent of the last sampling period (1/6 to 1 second) in which any kernel ran (``gpu``), or in which memory was
    read or written (``memory``). It says nothing of how much of the GPU a kernel used."""

    gpu: int
    memory: Value[int] = Missing("not-reported")


@dataclass(frozen=True, slots=True)
class Clocks:
    """MHz: of the multiprocessors, and of memory."""

    sm: Value[int]
    memory: Value[int]


@dataclass(frozen=True, slots=True)
class Ecc:
    """Error correction: whether it is on, and errors since the driver was loaded."""

    enabled: bool
    corrected: Value[int]
    uncorrected: Value[int]


@dataclass(frozen=True, slots=True)
class Process:
    """A process that holds memory of the GPU. ``pid`` is the host's: the driver knows no other.

    ``memory`` is in bytes, ``kind`` ``compute`` or ``graphics``, ``container`` the first twelve digits of the
    container's id where this is the host and says so.
    """

    pid: int
    kind: str
    memory: Value[int]
    name: Value[str]
    container: str | None = None


@dataclass(frozen=True, slots=True)
class MigDevice:
    """A part of a GPU with memory of its own. NVML has no utilization of parts."""

    index: int
    uuid: Value[str]
    name: Value[str]
    memory: Value[Memory]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU. ``index`` is NVML's, which is the PCI bus's order; CUDA's may differ (CUDA_DEVICE_ORDER).

    ``temperature`` is in degrees Celsius, ``power`` and ``power_limit`` in watts, ``fan`` in percent of its greatest
    speed; ``throttling`` names, as NVML does, what holds the clocks down. ``mig`` is None where the mode is off.
    ``problem`` is a code of what is wrong with the whole GPU.
    """

    index: int
    uuid: Value[str] = NOT_YET
    name: Value[str] = NOT_YET
    bus: Value[str] = NOT_YET
    compute_capability: Value[str] = NOT_YET
    memory: Value[Memory] = NOT_YET
    utilization: Value[Utilization] = NOT_YET
    mig: Value[tuple[MigDevice, ...] | None] = NOT_YET
    temperature: Value[int] = NOT_YET
    power: Value[float] = NOT_YET
    power_limit: Value[float] = NOT_YET
    clocks: Value[Clocks] = NOT_YET
    fan: Value[int] = NOT_YET
    throttling: Value[tuple[str, ...]] = NOT_YET
    ecc: Value[Ecc | None] = NOT_YET
    persistence: Value[bool] = NOT_YET
    processes: Value[tuple[Process, ...]] = NOT_YET
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class System:
    """What holds for all GPUs of a machine. ``cuda`` is the newest CUDA that the driver can run."""

    driver: Value[str] = Missing("not-reported")
    cuda: Value[str] = Missing("not-reported")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The GPUs at one moment. ``time`` is in seconds since 1970; ``source`` is ``nvml``, ``nvidia-smi`` or empty.

    ``problem`` is a code of what keeps anything from being known; ``host_pids`` says that the process ids are those of
    a host that this process, in a container, does not see.
    """

    time: float
    source: str = ""
    system: System = System()
    gpus: tuple[Gpu, ...] = ()
    problem: str | None = None
    host_pids: bool = False


class Unavailable(Exception):
    """A source that cannot say anything. ``problem`` is the code of why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def known(value: Value[T]) -> T | None:
    """The value, or None where it is missing."""
    return None if isinstance(value, Missing) else value
