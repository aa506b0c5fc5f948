"""Snapshots in Prometheus' text format: base units, one family after the other, what is missing left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tflsp.gpu.state import Gpu, Snapshot, known

# Name, what it is, and its value in base units (bytes, watts, hertz, ratio, degrees Celsius).
_FAMILIES: tuple[tuple[str, str, Callable[[Gpu], float | None]], ...] = (
    ("memory_total_bytes", "Memory of the GPU.", lambda gpu: _of(gpu.memory, "total")),
    ("memory_used_bytes", "Memory that programs hold.", lambda gpu: _of(gpu.memory, "used")),
    ("memory_free_bytes", "Memory that nobody holds.", lambda gpu: _of(gpu.memory, "free")),
    ("memory_reserved_bytes", "Memory that the driver keeps.", lambda gpu: _of(gpu.memory, "reserved")),
    (
        "utilization_ratio",
        "Part of the last sampling period in which any kernel ran.",
        lambda gpu: _scaled(_of(gpu.utilization, "gpu"), 0.01),
    ),
    (
        "memory_utilization_ratio",
        "Part of the last sampling period in which memory was read or written.",
        lambda gpu: _scaled(_of(gpu.utilization, "memory"), 0.01),
    ),
    ("temperature_celsius", "Temperature of the GPU.", lambda gpu: known(gpu.temperature)),
    ("power_watts", "Power that the board takes.", lambda gpu: known(gpu.power)),
    ("power_limit_watts", "Power that the board may take.", lambda gpu: known(gpu.power_limit)),
    ("sm_clock_hertz", "Clock of the multiprocessors.", lambda gpu: _scaled(_of(gpu.clocks, "sm"), 1e6)),
    ("memory_clock_hertz", "Clock of the memory.", lambda gpu: _scaled(_of(gpu.clocks, "memory"), 1e6)),
    ("fan_ratio", "Speed of the fan.", lambda gpu: _scaled(known(gpu.fan), 0.01)),
    ("ecc_corrected_errors", "Memory errors since the driver was loaded.", lambda gpu: _of(gpu.ecc, "corrected")),
    ("ecc_uncorrected_errors", "Memory errors that were not corrected.", lambda gpu: _of(gpu.ecc, "uncorrected")),
    ("processes", "Processes that hold memory.", lambda gpu: _count(known(gpu.processes))),
)
Labels = Mapping[str, str]


def exposition(snapshots: Iterable[tuple[Labels, Snapshot]]) -> str:
    """The text for these snapshots; each has labels of its own, e.g. the container that it is of."""
    given = [(dict(labels), snapshot) for labels, snapshot in snapshots]
    lines: list[str] = []
    _family(lines, "tflsp_gpu_up", "1 where the GPUs of this place can be asked.")
    for labels, snapshot in given:
        lines.append(_line("tflsp_gpu_up", labels, float(snapshot.problem is None)))
    _family(lines, "tflsp_gpu_info", "What the GPU is.")
    for labels, gpu, snapshot in _gpus(given):
        about = {"name": known(gpu.name) or "", "driver": known(snapshot.system.driver) or ""}
        lines.append(_line("tflsp_gpu_info", {**labels, **about}, 1.0))
    _family(lines, "tflsp_gpu_problem", "1 where something is wrong with the GPU, or with asking for any.")
    for labels, snapshot in given:
        if snapshot.problem is not None:
            lines.append(_line("tflsp_gpu_problem", {**labels, "code": snapshot.problem}, 1.0))
    for labels, gpu, _ in _gpus(given):
        if gpu.problem is not None:
            lines.append(_line("tflsp_gpu_problem", {**labels, "code": gpu.problem}, 1.0))
    for name, text, value_of in _FAMILIES:
        _family(lines, f"tflsp_gpu_{name}", text)
        for labels, gpu, _ in _gpus(given):
            if (value := value_of(gpu)) is not None:
                lines.append(_line(f"tflsp_gpu_{name}", labels, value))
    for name, text in (("total", "Memory of a part (MIG)."), ("used", "Memory that programs hold of a part (MIG).")):
        _family(lines, f"tflsp_gpu_mig_memory_{name}_bytes", text)
        for labels, gpu, _ in _gpus(given):
            for part in known(gpu.mig) or ():
                if (value := _of(part.memory, name)) is not None:
                    own = {**labels, "part": known(part.uuid) or str(part.index)}
                    lines.append(_line(f"tflsp_gpu_mig_memory_{name}_bytes", own, value))
    _family(lines, "tflsp_gpu_throttled", "1 for each reason that holds the clocks down.")
    for labels, gpu, _ in _gpus(given):
        for reason in known(gpu.throttling) or ():
            lines.append(_line("tflsp_gpu_throttled", {**labels, "reason": reason}, 1.0))
    return "".join(f"{line}\n" for line in _with_samples(lines))


def _gpus(given: list[tuple[dict[str, str], Snapshot]]) -> Iterable[tuple[dict[str, str], Gpu, Snapshot]]:
    for labels, snapshot in given:
        for gpu in snapshot.gpus:
            yield {**labels, "gpu": str(gpu.index), "uuid": known(gpu.uuid) or ""}, gpu, snapshot


def _family(lines: list[str], name: str, text: str) -> None:
    lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]


def _with_samples(lines: list[str]) -> Iterable[str]:
    """Without the headings of families that have no sample."""
    for number, line in enumerate(lines):
        heading = line.startswith("# ")
        last = number + 2 if line.startswith("# HELP") else number + 1
        if not heading or (last < len(lines) and not lines[last].startswith("# ")):
            yield line


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    number = str(int(value)) if value == int(value) else repr(round(value, 6))
    return f"{name}{{{inside}}} {number}" if inside else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _of(value: Any, field: str) -> float | None:
    whole = known(value)
    return None if whole is None else known(getattr(whole, field))


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _count(values: tuple[object, ...] | None) -> float | None:
    return None if values is None else float(len(values))
