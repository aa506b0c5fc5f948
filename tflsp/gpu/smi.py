"""nvidia-smi, where NVML cannot be had directly: one run for the fields, one for the processes.

A run takes the driver's lock for long, so nothing is asked more often than slow fields. Its texts are its interface:
what it prints instead of a value, or of everything, is read here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tflsp.gpu.nvml import broken, throttling_of
from tflsp.gpu.problems import WHOLE_GPU
from tflsp.gpu.processes import described, in_container
from tflsp.gpu.state import (
    Clocks,
    Ecc,
    Gpu,
    Memory,
    MigDevice,
    Missing,
    Process,
    System,
    Tier,
    Unavailable,
    Utilization,
    Value,
    known,
)

# Seconds; with several GPUs and without persistence mode a run takes some.
PATIENCE = 15.0
_MIB = 1 << 20

# Our names and nvidia-smi's, the newest first. The card's name stands last: it alone might hold a comma.
_FIELDS: Mapping[str, tuple[str, ...]] = {
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
_INVALID = re.compile(r'Field "([^"]+)" is not a valid field to query')
_PART = re.compile(r"^\s+(MIG \S+)\s+Device\s+(\d+): \(UUID: (\S+)\)", re.MULTILINE)
_LISTED = re.compile(r"^GPU (\d+): .*\(UUID: (GPU-[^)]+)\)", re.MULTILINE)
# "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost."; newer ones name it "GPU0: 0000:01:00.0".
_HANDLE = re.compile(r"Unable to determine the device handle for (?:gpu|GPU)\s*(?P<gpu>[^\s]+?)\s*: (?P<why>[^.\n]+)")

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


class Smi:
    """nvidia-smi. Raises Unavailable where there is none, or where it says why it cannot tell."""

    name = "nvidia-smi"
    pace = Tier.SLOW.value

    def __init__(self) -> None:
        program = shutil.which("nvidia-smi")
        if program is None:
            raise Unavailable("library-not-found")
        self._program = program
        self._names = {ours: list(theirs) for ours, theirs in _FIELDS.items()}
        self._driver: Value[str] = Missing("not-reported")
        self._lost: dict[int, str] = {}
        self.sample(frozenset(), {})

    def close(self) -> None:
        """Nothing is held."""

    def system(self) -> System:
        """The driver's version; the CUDA version is told by its table for people only."""
        return System(self._driver)

    def sample(self, due: frozenset[Tier], before: Mapping[int, Gpu]) -> tuple[Gpu, ...]:
        """Every GPU, with all fields but processes anew, and those where they are due. Raises Unavailable."""
        gpus = [self._gpu(row, before) for row in self._rows()]
        if Tier.PROCESSES in due:
            listed = self._processes()
            gpus = [replace(gpu, processes=_of(listed, gpu)) if gpu.problem is None else gpu for gpu in gpus]
        gpus += [broken(Gpu(index), why) for index, why in self._lost.items()]
        return tuple(sorted(gpus, key=lambda gpu: gpu.index))

    def _rows(self) -> list[dict[str, str]]:
        """The table, without the fields that this nvidia-smi does not know, and without GPUs that stop it."""
        chosen: list[str] = []
        while True:
            fields = {ours: theirs[0] for ours, theirs in self._names.items() if theirs}
            query = f"--query-gpu={','.join(fields.values())}"
            code, text = self._run(query, "--format=csv,noheader,nounits", *chosen)
            if unknown := _INVALID.search(text):
                self._names = {
                    ours: [each for each in theirs if each != unknown[1]] for ours, theirs in self._names.items()
                }
                if not self._names["index"]:
                    raise Unavailable("unreadable")
                continue
            lost = _HANDLE.search(text)
            if lost is not None and not chosen and (others := self._reachable(lost["gpu"], lost["why"])):
                chosen = [f"--id={','.join(others)}"]
                continue
            break
        split = [line.split(", ", len(fields) - 1) for line in text.splitlines() if line[:1].isdigit()]
        rows = [dict(zip(fields, row, strict=True)) for row in split if len(row) == len(fields)]
        if not rows:
            raise Unavailable(_whole(text, code))
        if not chosen:
            self._lost = {}
        return rows

    def _reachable(self, bus: str, why: str) -> list[str]:
        """The GPUs that its list still names; the one that is missing there is the lost one."""
        _, text = self._run("--list-gpus")
        found = {int(index): uuid for index, uuid in _LISTED.findall(text)}
        if not found:
            return []
        missing = set(range(max(found) + 2)) - found.keys()
        self._lost = {min(missing): _meaning(why)}
        return list(found.values())

    def _gpu(self, row: Mapping[str, str], before: Mapping[int, Gpu]) -> Gpu:
        index = int(row["index"])
        self._driver = _text(row, "driver")
        gpu = before.get(index, Gpu(index))
        mig = row.get("mig") == "Enabled"
        fields: dict[str, Any] = {
            "uuid": _text(row, "uuid"),
            "name": _text(row, "name"),
            "bus": _text(row, "bus"),
            "compute_capability": _text(row, "compute_capability"),
            "memory": _memory(row),
            "utilization": Missing("mig") if mig else _utilization(row),
            "mig": self._parts(index) if mig else None,
            "temperature": _whole_number(row, "temperature"),
            "power": _number(row, "power"),
            "power_limit": _number(row, "power_limit"),
            "clocks": _clocks(row),
            "fan": _whole_number(row, "fan"),
            "throttling": _throttling(row),
            "ecc": _ecc(row),
            "persistence": _enabled(row, "persistence"),
        }
        whole = [value.why for value in fields.values() if isinstance(value, Missing) and value.why in WHOLE_GPU]
        if whole:
            kept = {name: fields[name] for name in ("uuid", "name", "bus") if known(fields[name])}
            return broken(replace(Gpu(index), **kept), whole[0])
        return replace(gpu, problem=None, **fields)

    def _parts(self, index: int) -> Value[tuple[MigDevice, ...]]:
        """The parts of a GPU by name; their memory is told by NVML only."""
        code, text = self._run("--list-gpus", f"--id={index}")
        if code:
            return Missing(_whole(text, code))
        silent = Missing("not-reported")
        return tuple(MigDevice(int(number), uuid, name, silent) for name, number, uuid in _PART.findall(text))

    def _processes(self) -> Value[list[tuple[str, Process]]]:
        """Compute processes with the UUID of their GPU; graphics ones are not told."""
        query = "--query-compute-apps=gpu_uuid,pid,used_gpu_memory,process_name"
        code, text = self._run(query, "--format=csv,noheader,nounits")
        if code:
            return Missing(_whole(text, code))
        found = []
        for line in text.splitlines():
            row = line.split(", ", 3)
            if len(row) == 4 and row[1].isdigit():
                values = dict(zip(("uuid", "pid", "memory", "name"), row, strict=True))
                name = _text(values, "name")
                process = described(int(row[1]), "compute", _bytes(values, "memory"), known(name))
                found.append((row[0], process))
        return found

    def _run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output; it complains on either stream."""
        try:
            done = subprocess.run(
                [self._program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unavailable("hangs") from None
        except OSError:
            raise Unavailable("library-not-found") from None
        return done.returncode, done.stdout.decode("utf-8", "replace")


def _of(listed: Value[list[tuple[str, Process]]], gpu: Gpu) -> Value[tuple[Process, ...]]:
    if isinstance(listed, Missing):
        return listed
    return tuple(process for uuid, process in listed if uuid == gpu.uuid)


def _meaning(text: str, otherwise: str = "unreadable") -> str:
    lowered = text.lower()
    return next((code for part, code in _TEXTS if part in lowered), otherwise)


def _whole(text: str, exit_code: int) -> str:
    """What output without any value means."""
    found = _meaning(text, "unreadable" if exit_code == 0 else "unknown")
    return "access-lost" if found == "unknown" and in_container() else found


def _text(row: Mapping[str, str], field: str) -> Value[str]:
    value = row.get(field)
    if value is None:
        return Missing("function-not-found")
    value = value.strip()
    if value.startswith("[") or value in ("N/A", ""):
        return Missing(_meaning(value))
    return value


def _number(row: Mapping[str, str], field: str) -> Value[float]:
    value = _text(row, field)
    if isinstance(value, Missing):
        return value
    try:
        return float(value)
    except ValueError:
        return Missing(_meaning(value))


def _whole_number(row: Mapping[str, str], field: str) -> Value[int]:
    value = _number(row, field)
    return value if isinstance(value, Missing) else int(value)


def _bytes(row: Mapping[str, str], field: str) -> Value[int]:
    value = _number(row, field)
    return value if isinstance(value, Missing) else int(value * _MIB)


def _memory(row: Mapping[str, str]) -> Value[Memory]:
    total, used, free = (_bytes(row, field) for field in ("total", "used", "free"))
    if isinstance(total, Missing):
        return total
    if isinstance(used, Missing):
        return used
    return Memory(total, used, total - used if isinstance(free, Missing) else free, _bytes(row, "reserved"))


def _utilization(row: Mapping[str, str]) -> Value[Utilization]:
    gpu = _whole_number(row, "gpu")
    return gpu if isinstance(gpu, Missing) else Utilization(gpu, _whole_number(row, "traffic"))


def _clocks(row: Mapping[str, str]) -> Value[Clocks]:
    sm, memory = _whole_number(row, "sm"), _whole_number(row, "clock")
    return sm if isinstance(sm, Missing) and isinstance(memory, Missing) else Clocks(sm, memory)


def _throttling(row: Mapping[str, str]) -> Value[tuple[str, ...]]:
    mask = _text(row, "throttling")
    if isinstance(mask, Missing):
        return mask
    try:
        return throttling_of(int(mask, 16))
    except ValueError:
        return Missing("unreadable")


def _ecc(row: Mapping[str, str]) -> Value[Ecc | None]:
    enabled = _enabled(row, "ecc")
    if isinstance(enabled, Missing):
        return None if enabled.why == "not-supported" else enabled
    return Ecc(enabled, _whole_number(row, "corrected"), _whole_number(row, "uncorrected"))


def _enabled(row: Mapping[str, str], field: str) -> Value[bool]:
    value = _text(row, field)
    return value if isinstance(value, Missing) else value == "Enabled"


__all__: Sequence[str] = ("Smi",)
