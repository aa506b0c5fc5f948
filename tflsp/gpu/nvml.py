"""NVML, through NVIDIA's own binding: handles are kept, and each question is asked for itself.

All calls come from one thread, since the driver answers one at a time anyway. Imports the binding when it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tflsp.gpu.fields import broken, throttling_of
from tflsp.gpu.nvml_calls import MISSING_FUNCTION, OTHER_VERSION, Calls
from tflsp.gpu.problems import WHOLE_GPU, code_of
from tflsp.gpu.processes import in_container
from tflsp.gpu.state import (
    Clocks,
    Ecc,
    Gpu,
    Memory,
    MigDevice,
    Missing,
    System,
    Tier,
    Unavailable,
    Utilization,
    Value,
    known,
)

# What devices say when it is not they that are gone, but the way to them.
_DOUBTFUL = frozenset({"unknown", "uninitialized", "driver-not-loaded", "operating-system", "version-mismatch"})


class Nvml:
    """NVML, initialized. Raises Unavailable where that fails; may take seconds without persistence mode."""

    name = "nvml"
    pace = 0.25

    def __init__(self) -> None:
        # Tens of milliseconds, which nobody pays who does not ask for a GPU.
        import pynvml

        self._nvml: Any = pynvml
        self._calls = Calls(pynvml)
        self._ask = self._calls.ask
        self._handles: dict[int, Any] = {}
        self._parts: dict[int, list[Any]] = {}
        try:
            pynvml.nvmlInit()
        except pynvml.NVMLError as error:
            raise Unavailable(_why_not(code_of(error.value))) from None
        count = self._ask(pynvml.nvmlDeviceGetCount)
        if isinstance(count, Missing) or count == 0:
            self.close()
            raise Unavailable(count.why if isinstance(count, Missing) else "no-gpu")
        self._count: int = count

    def close(self) -> None:
        """Let the driver go: a GPU that nobody holds can sleep."""
        self._handles.clear()
        self._parts.clear()
        with suppress(self._nvml.NVMLError):
            self._nvml.nvmlShutdown()

    def system(self) -> System:
        """The driver's version and the CUDA that it can run."""
        cuda = self._ask(self._nvml.nvmlSystemGetCudaDriverVersion_v2)
        version = cuda if isinstance(cuda, Missing) else f"{cuda // 1000}.{cuda % 1000 // 10}"
        return System(self._ask(self._nvml.nvmlSystemGetDriverVersion), version)

    def sample(self, due: frozenset[Tier], before: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
        """Every GPU, with the fields of these tiers asked for anew. Raises Unavailable where none can be reached."""
        gpus = tuple(self._gpu(before.get(index, Gpu(index)), due) for index in range(self._count))
        if all(isinstance(gpu.memory, Missing) and gpu.memory.why in _DOUBTFUL for gpu in gpus):
            self._still_there()
        return gpus

    def _still_there(self) -> None:
        """Initialize anew: it says what has happened where devices only say that something is wrong."""
        with suppress(self._nvml.NVMLError):
            self._nvml.nvmlShutdown()
        self._handles.clear()
        self._parts.clear()
        try:
            self._nvml.nvmlInit()
        except self._nvml.NVMLError as error:
            raise Unavailable(_why_not(code_of(error.value))) from None

    def _gpu(self, gpu: Gpu, due: frozenset[Tier]) -> Gpu:
        if gpu.problem is not None:  # everything is asked again, in case the GPU has come back
            gpu, due = Gpu(gpu.index, gpu.uuid, gpu.name, gpu.bus), frozenset(Tier)
        handle = self._handles.get(gpu.index)
        if handle is None:
            handle = self._ask(self._nvml.nvmlDeviceGetHandleByIndex, gpu.index)
            if isinstance(handle, Missing):
                return broken(gpu, handle.why)
            self._handles[gpu.index] = handle
        fields: dict[str, Any] = {}
        if Tier.IDENTITY in due or isinstance(gpu.name, Missing):
            fields |= self._identity(handle)
        if Tier.FAST in due:
            fields |= self._fast(gpu.index, handle, renew=Tier.SLOW in due)
        if Tier.SLOW in due:
            fields |= self._slow(handle)
        if Tier.PROCESSES in due:
            fields["processes"] = self._calls.processes(handle)
        whole = [value.why for value in fields.values() if isinstance(value, Missing) and value.why in WHOLE_GPU]
        if whole:
            del self._handles[gpu.index]
            kept = {name: value for name, value in fields.items() if name in ("uuid", "name", "bus")}
            return broken(replace(gpu, **{name: value for name, value in kept.items() if known(value)}), whole[0])
        return replace(gpu, **fields)

    def _identity(self, handle: Any) -> dict[str, Any]:
        nvml = self._nvml
        capability = self._ask(nvml.nvmlDeviceGetCudaComputeCapability, handle)
        bus = self._ask(nvml.nvmlDeviceGetPciInfo_v3, handle)
        return {
            "uuid": self._ask(nvml.nvmlDeviceGetUUID, handle),
            "name": self._ask(nvml.nvmlDeviceGetName, handle),
            "bus": bus if isinstance(bus, Missing) else str(bus.busId),
            "compute_capability": capability if isinstance(capability, Missing) else "{}.{}".format(*capability),
        }

    def _fast(self, index: int, handle: Any, *, renew: bool) -> dict[str, Any]:
        rates = self._ask(self._nvml.nvmlDeviceGetUtilizationRates, handle)
        mig = self._mig(index, handle, renew=renew)
        if isinstance(rates, Missing) and known(mig) is not None and rates.why == "not-supported":
            rates = Missing("mig")
        return {
            "memory": self._memory(handle),
            "utilization": rates if isinstance(rates, Missing) else Utilization(rates.gpu, rates.memory),
            "mig": mig,
        }

    def _memory(self, handle: Any) -> Value[Memory]:
        """Version 2 tells what the driver keeps for itself; drivers before 510 have version 1 only."""
        read = self._nvml.nvmlDeviceGetMemoryInfo
        found = self._ask(read, handle, version=self._nvml.nvmlMemory_v2)
        if not isinstance(found, Missing):
            return Memory(found.total, found.used, found.free, found.reserved)
        if found.why in (MISSING_FUNCTION, OTHER_VERSION):
            found = self._ask(read, handle)
            if not isinstance(found, Missing):
                return Memory(found.total, found.used, found.free)
        return Missing(found.why)

    def _mig(self, index: int, handle: Any, *, renew: bool) -> Value[tuple[MigDevice, ...] | None]:
        """The parts of a GPU; they can be cut anew while it runs, so their handles are renewed with slower fields."""
        nvml = self._nvml
        if renew or index not in self._parts:
            self._parts.pop(index, None)
            mode = self._ask(nvml.nvmlDeviceGetMigMode, handle)
            if isinstance(mode, Missing):
                return None if mode.why in ("not-supported", MISSING_FUNCTION) else mode
            if mode[0] != nvml.NVML_DEVICE_MIG_ENABLE:
                return None
            most = self._ask(nvml.nvmlDeviceGetMaxMigDeviceCount, handle)
            numbers = range(0 if isinstance(most, Missing) else most)
            handles = [self._ask(nvml.nvmlDeviceGetMigDeviceHandleByIndex, handle, number) for number in numbers]
            self._parts[index] = handles
        return tuple(
            MigDevice(
                number,
                self._ask(nvml.nvmlDeviceGetUUID, part),
                self._ask(nvml.nvmlDeviceGetName, part),
                self._memory(part),
            )
            for number, part in enumerate(self._parts[index])
            if not isinstance(part, Missing)
        )

    def _slow(self, handle: Any) -> dict[str, Any]:
        nvml = self._nvml
        mode = self._ask(nvml.nvmlDeviceGetPersistenceMode, handle)
        return {
            "temperature": self._calls.first(
                (nvml.nvmlDeviceGetTemperature, nvml.nvmlDeviceGetTemperatureV), handle, nvml.NVML_TEMPERATURE_GPU
            ),
            "power": _scaled(self._ask(nvml.nvmlDeviceGetPowerUsage, handle)),
            "power_limit": _scaled(self._ask(nvml.nvmlDeviceGetEnforcedPowerLimit, handle)),
            "clocks": self._clocks(handle),
            "fan": self._ask(nvml.nvmlDeviceGetFanSpeed, handle),
            "throttling": self._throttling(handle),
            "ecc": self._ecc(handle),
            "persistence": mode if isinstance(mode, Missing) else mode == nvml.NVML_FEATURE_ENABLED,
        }

    def _clocks(self, handle: Any) -> Value[Clocks]:
        nvml = self._nvml
        sm, memory = (
            self._ask(nvml.nvmlDeviceGetClockInfo, handle, kind) for kind in (nvml.NVML_CLOCK_SM, nvml.NVML_CLOCK_MEM)
        )
        return sm if isinstance(sm, Missing) and isinstance(memory, Missing) else Clocks(sm, memory)

    def _throttling(self, handle: Any) -> Value[tuple[str, ...]]:
        nvml = self._nvml
        names = (nvml.nvmlDeviceGetCurrentClocksEventReasons, nvml.nvmlDeviceGetCurrentClocksThrottleReasons)
        mask = self._calls.first(names, handle)
        return mask if isinstance(mask, Missing) else throttling_of(mask)

    def _ecc(self, handle: Any) -> Value[Ecc | None]:
        nvml = self._nvml
        mode = self._ask(nvml.nvmlDeviceGetEccMode, handle)
        if isinstance(mode, Missing):
            return None if mode.why == "not-supported" else mode
        if mode[0] != nvml.NVML_FEATURE_ENABLED:
            off = Missing("not-supported")
            return Ecc(False, off, off)
        kinds = (nvml.NVML_MEMORY_ERROR_TYPE_CORRECTED, nvml.NVML_MEMORY_ERROR_TYPE_UNCORRECTED)
        counts = [self._ask(nvml.nvmlDeviceGetTotalEccErrors, handle, kind, nvml.NVML_VOLATILE_ECC) for kind in kinds]
        return Ecc(True, *counts)


def _scaled(milliwatts: Value[int]) -> Value[float]:
    return milliwatts if isinstance(milliwatts, Missing) else milliwatts / 1000


def _why_not(code: str) -> str:
    """What a failed initialization means here: NVML has one error for several faults."""
    if code == "unknown" and in_container():
        return "access-lost"
    if code == "library-not-found" and any(Path(each).exists() for each in ("/dev/nvidiactl", "/dev/nvidia0")):
        return "no-utility"
    return code
