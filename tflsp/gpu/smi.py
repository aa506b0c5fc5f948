"""nvidia-smi, where NVML cannot be had directly: one run for the fields, one for the processes.

A run takes the driver's lock for long, so nothing is asked more often than slow fields. Its texts are its interface:
what it prints instead of a value, or of everything, is read here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tflsp.gpu import smi_fields as fields_of
from tflsp.gpu.fields import broken
from tflsp.gpu.problems import WHOLE_GPU
from tflsp.gpu.processes import described
from tflsp.gpu.smi_fields import FIELDS, meaning, whole_meaning
from tflsp.gpu.state import Gpu, MigDevice, Missing, Process, System, Tier, Unavailable, Value, known

# Seconds; with several GPUs and without persistence mode a run takes some.
PATIENCE = 15.0

_INVALID = re.compile(r'Field "([^"]+)" is not a valid field to query')
_PART = re.compile(r"^\s+(MIG \S+)\s+Device\s+(\d+): \(UUID: (\S+)\)", re.MULTILINE)
_LISTED = re.compile(r"^GPU (\d+): .*\(UUID: (GPU-[^)]+)\)", re.MULTILINE)
# "Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost."; newer ones say "GPU0: 0000:01:00.0: ...".
_HANDLE = re.compile(
    r"Unable to determine the device handle for GPU\s*(?:\d+: )?(?P<gpu>[0-9A-F:.]+): (?P<why>[^.\n]+)", re.IGNORECASE
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
        self._names = {ours: list(theirs) for ours, theirs in FIELDS.items()}
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
            raise Unavailable(whole_meaning(text, code))
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
        self._lost = {min(missing): meaning(why)}
        return list(found.values())

    def _gpu(self, row: Mapping[str, str], before: Mapping[int, Gpu]) -> Gpu:
        index = int(row["index"])
        self._driver = fields_of.text(row, "driver")
        gpu = before.get(index, Gpu(index))
        mig = row.get("mig") == "Enabled"
        fields: dict[str, Any] = {
            "uuid": fields_of.text(row, "uuid"),
            "name": fields_of.text(row, "name"),
            "bus": fields_of.text(row, "bus"),
            "compute_capability": fields_of.text(row, "compute_capability"),
            "memory": fields_of.memory(row),
            "utilization": Missing("mig") if mig else fields_of.utilization(row),
            "mig": self._parts(index) if mig else None,
            "temperature": fields_of.whole_number(row, "temperature"),
            "power": fields_of.number(row, "power"),
            "power_limit": fields_of.number(row, "power_limit"),
            "clocks": fields_of.clocks(row),
            "fan": fields_of.whole_number(row, "fan"),
            "throttling": fields_of.throttling(row),
            "ecc": fields_of.ecc(row),
            "persistence": fields_of.enabled(row, "persistence"),
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
            return Missing(whole_meaning(text, code))
        silent = Missing("not-reported")
        return tuple(MigDevice(int(number), uuid, name, silent) for name, number, uuid in _PART.findall(text))

    def _processes(self) -> Value[list[tuple[str, Process]]]:
        """Compute processes with the UUID of their GPU; graphics ones are not told."""
        query = "--query-compute-apps=gpu_uuid,pid,used_gpu_memory,process_name"
        code, text = self._run(query, "--format=csv,noheader,nounits")
        if code:
            return Missing(whole_meaning(text, code))
        found = []
        for line in text.splitlines():
            row = line.split(", ", 3)
            if len(row) == 4 and row[1].isdigit():
                values = dict(zip(("uuid", "pid", "memory", "name"), row, strict=True))
                process = described(int(row[1]), "compute", fields_of.mebibytes(values, "memory"), _program(values))
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


def _program(row: Mapping[str, str]) -> str | None:
    """The program's name alone: some versions tell its arguments too, and those may be secrets."""
    told = known(fields_of.text(row, "name"))
    return None if told is None else told.split(" ", 1)[0].rpartition("/")[2]


def _of(listed: Value[list[tuple[str, Process]]], gpu: Gpu) -> Value[tuple[Process, ...]]:
    if isinstance(listed, Missing):
        return listed
    return tuple(process for uuid, process in listed if uuid == gpu.uuid)
