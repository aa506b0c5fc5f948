"""nvidia-smi's texts: the names of its fields, their values, and what it prints in place of either."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from tflsp.gpu.fields import throttling_of
from tflsp.gpu.processes import in_container
from tflsp.gpu.state import Clocks, Ecc, Memory, Missing, Utilization, Value

_MIB = 1 << 20

# Our names and nvidia-smi's, the newest first. The card's name stands last: it alone might hold a comma.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "index": ("index",),
    "uuid": ("uuid",),
    "bus": ("pci.bus_id",),
    "driver": ("driver_version",),
    "compute_capability": ("compute_cap",),
    "total": ("memory.total",),
    "used": ("memory.used",),
    "free": ("memory.free",),
    "reserved": ("memory.reserved",),
    "gpu": ("utilization.gpu",),
    "traffic": ("utilization.memory",),
    "mig": ("mig.mode.current",),
    "temperature": ("temperature.gpu",),
    "power": ("power.draw",),
    "power_limit": ("enforced.power.limit", "power.limit"),
    "sm": ("clocks.sm",),
    "clock": ("clocks.mem",),
    "fan": ("fan.speed",),
    "throttling": ("clocks_event_reasons.active", "clocks_throttle_reasons.active"),
    "ecc": ("ecc.mode.current",),
    "corrected": ("ecc.errors.corrected.volatile.total",),
    "uncorrected": ("ecc.errors.uncorrected.volatile.total",),
    "persistence": ("persistence_mode",),
    "name": ("name",),
}
# Texts in place of an answer, and what they mean. Whoever stands first counts.
_TEXTS: tuple[tuple[str, str], ...] = (
    ("driver/library version mismatch", "version-mismatch"),
    ("couldn't communicate with the nvidia driver", "driver-not-loaded"),
    ("couldn't find libnvidia-ml.so", "no-utility"),
    ("driver not loaded", "driver-not-loaded"),
    ("gpu is lost", "gpu-is-lost"),
    ("requires reset", "reset-required"),
    ("requires restart", "reset-required"),
    ("no devices were found", "no-gpu"),
    ("insufficient permissions", "no-permission"),
    ("insufficient external power", "insufficient-power"),
    ("insufficient resources", "insufficient-resources"),
    ("not supported", "not-supported"),
    ("n/a", "not-supported"),
    ("deprecated", "deprecated"),
    ("timeout", "timeout"),
    ("not found", "not-found"),
    ("unknown error", "unknown"),
)


def meaning(text: str, otherwise: str = "unreadable") -> str:
    """What a text in place of a value says."""
    lowered = text.lower()
    return next((code for part, code in _TEXTS if part in lowered), otherwise)


def whole_meaning(text: str, exit_code: int) -> str:
    """What output without any value means."""
    found = meaning(text, "unreadable" if exit_code == 0 else "unknown")
    return "access-lost" if found == "unknown" and in_container() else found


def text(row: Mapping[str, str], field: str) -> Value[str]:
    """A field as it stands, or why it is missing."""
    value = row.get(field)
    if value is None:
        return Missing("function-not-found")
    value = value.strip()
    if value.startswith("[") or value in ("N/A", ""):
        return Missing(meaning(value))
    return value


def number(row: Mapping[str, str], field: str) -> Value[float]:
    """A field that is a number."""
    value = text(row, field)
    if isinstance(value, Missing):
        return value
    try:
        read = float(value)
    except ValueError:
        return Missing(meaning(value))
    return read if isfinite(read) else Missing("unreadable")


def whole_number(row: Mapping[str, str], field: str) -> Value[int]:
    """A field that is a whole number."""
    value = number(row, field)
    return value if isinstance(value, Missing) else int(value)


def mebibytes(row: Mapping[str, str], field: str) -> Value[int]:
    """A field in MiB, in bytes."""
    value = number(row, field)
    return value if isinstance(value, Missing) else int(value * _MIB)


def memory(row: Mapping[str, str]) -> Value[Memory]:
    """The memory of a GPU."""
    total, used, free = (mebibytes(row, field) for field in ("total", "used", "free"))
    if isinstance(total, Missing):
        return total
    if isinstance(used, Missing):
        return used
    return Memory(total, used, total - used if isinstance(free, Missing) else free, mebibytes(row, "reserved"))


def utilization(row: Mapping[str, str]) -> Value[Utilization]:
    """How busy a GPU was."""
    gpu = whole_number(row, "gpu")
    return gpu if isinstance(gpu, Missing) else Utilization(gpu, whole_number(row, "traffic"))


def clocks(row: Mapping[str, str]) -> Value[Clocks]:
    """Its clocks."""
    sm, memory = whole_number(row, "sm"), whole_number(row, "clock")
    return sm if isinstance(sm, Missing) and isinstance(memory, Missing) else Clocks(sm, memory)


def throttling(row: Mapping[str, str]) -> Value[tuple[str, ...]]:
    """What holds its clocks down, from a hexadecimal mask."""
    mask = text(row, "throttling")
    if isinstance(mask, Missing):
        return mask
    try:
        return throttling_of(int(mask, 16))
    except ValueError:
        return Missing("unreadable")


def ecc(row: Mapping[str, str]) -> Value[Ecc | None]:
    """Its error correction; None where it has none."""
    mode = enabled(row, "ecc")
    if isinstance(mode, Missing):
        return None if mode.why == "not-supported" else mode
    return Ecc(mode, whole_number(row, "corrected"), whole_number(row, "uncorrected"))


def enabled(row: Mapping[str, str], field: str) -> Value[bool]:
    """Whether something is on."""
    value = text(row, field)
    return value if isinstance(value, Missing) else value == "Enabled"
