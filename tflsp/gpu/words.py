"""A GPU's state in a few words, in both languages: for tables, status lines, hovers and lenses."""

from __future__ import annotations

from typing import Final

from tflsp.bilingual import either
from tflsp.gpu.problems import problem_of
from tflsp.gpu.state import Gpu, Memory, Missing, Snapshot, known

GIB: Final = 1 << 30

_THROTTLING: Final = {
    "applications_clocks_setting": ("clocks set by hand", "手动设置的频率"),
    "sw_power_cap": ("power limit", "功率上限"),
    "hw_slowdown": ("hardware slowdown", "硬件降频"),
    "sync_boost": ("other GPUs (sync boost)", "同步加速的其他 GPU"),
    "sw_thermal_slowdown": ("heat", "过热"),
    "hw_thermal_slowdown": ("heat (hardware)", "过热（硬件）"),
    "hw_power_brake_slowdown": ("power supply", "供电不足"),
    "display_clock_setting": ("the display", "显示设置"),
}


def amount(memory: Memory) -> str:
    """What is used of all: ``3.2 / 15.9 GiB``."""
    return f"{memory.used / GIB:.1f} / {memory.total / GIB:.1f} GiB"


def title(gpu: Gpu) -> str:
    """The GPU and its memory: ``GPU 0: 3.2 / 15.9 GiB``, or what is wrong with it."""
    memory = gpu.memory
    if gpu.problem is not None:
        return f"GPU {gpu.index}: {gpu.problem}"
    return f"GPU {gpu.index}: {'n/a' if isinstance(memory, Missing) else amount(memory)}"


def line(snapshot: Snapshot, language: str) -> str:
    """Everything in one line: each GPU, or why there is none."""
    if snapshot.problem is not None:
        return problem_of(snapshot.problem).say(language)
    return ", ".join(
        title(gpu) + (f" {rates.gpu}%" if (rates := known(gpu.utilization)) is not None else "")
        for gpu in snapshot.gpus
    )


def throttling(reason: str, language: str) -> str:
    """What holds the clocks down."""
    words = _THROTTLING.get(reason)
    return reason if words is None else either(language, words)
