"""The GPUs as a journal's entry tells them: model, free memory, driver. One look, made when a step is written."""

from __future__ import annotations

from contextlib import closing

from tflsp.capture.environment import Device, Devices
from tflsp.gpu.sources import open_source
from tflsp.gpu.state import Gpu, Memory, Missing, Tier, Unavailable, Value

# What it is called when there is none; everything else means that nobody knows.
_NONE = frozenset({"no-gpu", "library-not-found"})


def devices_here() -> Devices | None:
    """The GPUs of this machine; None where that could not be learned. May take seconds without persistence mode."""
    try:
        with closing(open_source()) as source:
            driver = source.system().driver
            gpus = source.sample(frozenset({Tier.IDENTITY, Tier.FAST}), {})
    except Unavailable as error:
        return Devices() if error.problem in _NONE else None
    return Devices(None if isinstance(driver, Missing) else driver, tuple(map(_device, gpus)))


def _device(gpu: Gpu) -> Device:
    memory: Value[Memory] = gpu.memory
    name = f"GPU {gpu.index}" if isinstance(gpu.name, Missing) else gpu.name
    return Device(name) if isinstance(memory, Missing) else Device(name, memory.free, memory.total)
