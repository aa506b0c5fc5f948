"""What both sources say of a GPU in the same words: what holds it down, and that it is gone."""

from __future__ import annotations

from tflsp.gpu.state import Gpu, Missing, known

# nvml.h, nvmlClocksEventReason*; that the GPU is idle (bit 1) holds nothing down.
_THROTTLING = {
    0x2: "applications_clocks_setting",
    0x4: "sw_power_cap",
    0x8: "hw_slowdown",
    0x10: "sync_boost",
    0x20: "sw_thermal_slowdown",
    0x40: "hw_thermal_slowdown",
    0x80: "hw_power_brake_slowdown",
    0x100: "display_clock_setting",
}


def broken(gpu: Gpu, problem: str) -> Gpu:
    """A GPU of which nothing but its identity is known."""
    why = Missing(problem)
    identity = {field: value for field in ("uuid", "name", "bus") if known(value := getattr(gpu, field)) is not None}
    rest = {field: why for field in Gpu.__dataclass_fields__ if field not in ("index", "problem", *identity)}
    return Gpu(gpu.index, problem=problem, **identity, **rest)


def throttling_of(mask: int) -> tuple[str, ...]:
    """The names of what holds the clocks down, from NVML's bits."""
    return tuple(name for bit, name in _THROTTLING.items() if mask & bit)
