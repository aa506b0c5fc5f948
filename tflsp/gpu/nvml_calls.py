"""Calls of NVML: an answer, or why there is none; and the lists of processes, whose form differs between drivers."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from tflsp.gpu.problems import code_of
from tflsp.gpu.processes import described
from tflsp.gpu.state import NOT_YET, Missing, Process, Value, known

T = TypeVar("T")

MISSING_FUNCTION, OTHER_VERSION = "function-not-found", "argument-version-mismatch"


class Calls:
    """The one way to NVML. ``nvml`` is NVIDIA's binding."""

    def __init__(self, nvml: Any) -> None:
        self.nvml = nvml

    def ask(self, call: Callable[..., T], *arguments: Any, **named: Any) -> Value[T]:
        """The answer, or why there is none."""
        try:
            return call(*arguments, **named)
        except self.nvml.NVMLError as error:
            return Missing(code_of(error.value))
        except UnicodeDecodeError:
            return Missing("unreadable")

    def first(self, calls: Sequence[Callable[..., T]], *arguments: Any) -> Value[T]:
        """The answer of the first of these functions that the driver has."""
        found: Value[T] = NOT_YET
        for call in calls:
            found = self.ask(call, *arguments)
            if not isinstance(found, Missing) or found.why not in (MISSING_FUNCTION, "deprecated"):
                return found
        return found

    def processes(self, handle: Any) -> Value[tuple[Process, ...]]:
        """The processes that hold memory of a GPU, those that hold most first."""
        found: dict[int, Process] = {}
        for kind, title in (("graphics", "Graphics"), ("compute", "Compute")):
            listed = self._running(handle, title)
            if isinstance(listed, Missing):
                if kind == "compute":
                    return listed
                continue
            for each in listed:
                memory: Value[int] = Missing("not-supported") if each.usedGpuMemory is None else each.usedGpuMemory
                found[each.pid] = described(each.pid, kind, memory)
        return tuple(sorted(found.values(), key=lambda process: -(known(process.memory) or 0)))

    def _running(self, handle: Any, title: str) -> Value[Sequence[Any]]:
        """A list of processes, whose form has changed twice.

        In the drivers of series 530 ``_v3`` has longer entries than before and after them, so that reading it tells
        nonsense; what it can and cannot do besides gives it away, and its ``_v2`` is right.
        """
        library = self.nvml.nvmlLib
        odd = hasattr(library, "nvmlDeviceGetConfComputeMemSizeInfo") and not hasattr(
            library, "nvmlDeviceGetRunningProcessDetailList"
        )
        versions = ("_v2", "_v3") if odd else ("_v3", "_v2")
        listed = self.first(
            [getattr(self.nvml, f"nvmlDeviceGet{title}RunningProcesses{each}") for each in versions], handle
        )
        if isinstance(listed, Missing) and listed.why == MISSING_FUNCTION:
            return self.ask(self._oldest_list, handle, f"nvmlDeviceGet{title}RunningProcesses")
        return listed

    def _oldest_list(self, handle: Any, name: str) -> list[_Listed]:
        """Version 1, of drivers before 460; the binding has no words for it any more."""
        nvml = self.nvml
        call = getattr(nvml.nvmlLib, name, None)
        if call is None:
            raise nvml.NVMLError(nvml.NVML_ERROR_FUNCTION_NOT_FOUND)
        room = ctypes.c_uint(64)
        entries = (_OldProcess * room.value)()
        result = call(handle, ctypes.byref(room), entries)
        if result != nvml.NVML_SUCCESS:
            raise nvml.NVMLError(result)
        unknown = nvml.NVML_VALUE_NOT_AVAILABLE_ulonglong.value
        return [
            _Listed(entry.pid, None if entry.usedGpuMemory == unknown else entry.usedGpuMemory)
            for entry in entries[: room.value]
        ]


class _OldProcess(ctypes.Structure):
    _fields_ = (("pid", ctypes.c_uint), ("usedGpuMemory", ctypes.c_ulonglong))


class _Listed(NamedTuple):
    """An entry under the names that the binding uses."""

    pid: int
    usedGpuMemory: int | None
