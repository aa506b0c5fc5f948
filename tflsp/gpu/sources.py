"""Where the numbers come from: NVML, else nvidia-smi."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tflsp.gpu.state import Gpu, System, Tier, Unavailable


class Source(Protocol):
    """Where the numbers come from: ``tflsp.gpu.nvml.Nvml`` or ``tflsp.gpu.smi.Smi``."""

    @property
    def name(self) -> str: ...

    @property
    def pace(self) -> float:
        """Seconds between two looks, at least."""
        ...

    def system(self) -> System: ...

    def sample(self, due: frozenset[Tier], before: Mapping[int, Gpu]) -> tuple[Gpu, ...]: ...

    def close(self) -> None: ...


def open_source() -> Source:
    """NVML, else nvidia-smi, which can be of another version than the library that this process has loaded.

    Raises Unavailable with what NVML says, or what nvidia-smi says where NVML is not there at all.
    """
    from tflsp.gpu.nvml import Nvml

    try:
        return Nvml()
    except Unavailable as error:
        why = error.problem
    from tflsp.gpu.smi import Smi

    try:
        return Smi()
    except Unavailable as error:
        raise Unavailable(error.problem if why == "library-not-found" else why) from None
