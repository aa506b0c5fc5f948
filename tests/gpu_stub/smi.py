"""An nvidia-smi as a shell script: tables in its own form and its own words for what is missing, as it prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.gpu_stub.machine import uuid

_MIB = 1 << 20
# What it prints in place of a value, by NVML's error.
_INSTEAD = {3: "[N/A]", 4: "[Insufficient Permissions]", 10: "[Timeout]", 15: "[GPU is lost]", 999: "[Unknown Error]"}

LOST = "Unable to determine the device handle for GPU {bus}: GPU is lost.  Reboot the system to recover this GPU"
MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161"
UNKNOWN = "Failed to initialize NVML: Unknown Error"
NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
    "Make sure that the latest NVIDIA driver is installed and running."
)
NO_LIBRARY = "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system."


def says(text: str, code: int) -> str:
    """One that says this, whatever it is asked."""
    return f"cat <<'SAID'\n{text}\nSAID\nexit {code}\n"


def script(gpus: Sequence[Mapping[str, Any]], *, unknown: Sequence[str] = (), lost: Sequence[int] = ()) -> str:
    """One that knows these GPUs, but not these fields, and stops at GPUs that are lost unless others are named."""
    lines = ['case "$1" in', "--query-gpu=*)"]
    for name in unknown:
        lines += [f'case ",${{1#--query-gpu=}}," in *,{name},*)']
        lines += [f"""echo 'Field "{name}" is not a valid field to query.'; exit 2;; esac"""]
    alive = [index for index in range(len(gpus)) if index not in lost]
    if lost:
        stop = LOST.format(bus=gpus[lost[0]]["bus"])
        lines += [f"""case "$*" in *--id=*) ;; *) echo '{stop}'; exit 15;; esac"""]
    lines += ["IFS=,"]
    for index in alive:
        lines += ["sep=", "for field in ${1#--query-gpu=}; do", "case $field in"]
        lines += [f"{name}) value='{value}';;" for name, value in _values(index, gpus[index]).items()]
        lines += ["*) value='[N/A]';;", "esac", """printf '%s%s' "$sep" "$value"; sep=', '; done; echo"""]
    lines += [";;", "--query-compute-apps=*)"]
    for index in alive:
        for entry in filter(None, str(gpus[index].get("compute", "")).split(",")):
            pid, _, held = entry.partition(":")
            memory = "[N/A]" if held == "none" else int(held) // _MIB
            lines += [f"echo '{uuid(index)}, {pid}, {memory}, /usr/bin/python3 --token=xyz, --x'"]
    lines += [":;;", "--list-gpus)"]
    for index in alive:
        lines += [f"echo 'GPU {index}: {gpus[index]['name']} (UUID: {uuid(index)})'"]
        lines += [
            f"echo '  MIG {profile.split()[-1]}     Device  {part}: (UUID: {gpus[index][f'mig.{part}.uuid']})'"
            for part in range(8)
            if (profile := gpus[index].get(f"mig.{part}.name"))
        ]
    return "\n".join([*lines, ":;;", "esac", ""])


def _values(index: int, gpu: Mapping[str, Any]) -> dict[str, Any]:
    """The values of its fields for a GPU in the words of the NVML stub."""

    def mib(name: str) -> Any:
        return None if name not in gpu else gpu[name] // _MIB

    def state(name: str) -> Any:
        return None if name not in gpu else "Enabled" if gpu[name] else "Disabled"

    capability = str(gpu.get("capability", ""))
    free = gpu["memory.total"] - gpu["memory.used"] - gpu["memory.reserved"]
    found = {
        "index": index,
        "uuid": uuid(index),
        "pci.bus_id": gpu.get("bus"),
        "driver_version": "535.104.05",
        "compute_cap": f"{capability[:-1]}.{capability[-1:]}",
        "memory.total": mib("memory.total"),
        "memory.used": mib("memory.used"),
        "memory.free": free // _MIB,
        "memory.reserved": mib("memory.reserved"),
        "utilization.gpu": gpu.get("utilization.gpu"),
        "utilization.memory": gpu.get("utilization.memory"),
        "mig.mode.current": state("mig"),
        "temperature.gpu": gpu.get("temperature"),
        "power.draw": None if "power" not in gpu else f"{gpu['power'] / 1000:.2f}",
        "enforced.power.limit": None if "power.limit" not in gpu else f"{gpu['power.limit'] / 1000:.2f}",
        "clocks.sm": gpu.get("clock.sm"),
        "clocks.mem": gpu.get("clock.memory"),
        "fan.speed": gpu.get("fan"),
        "clocks_event_reasons.active": f"0x{gpu.get('throttling', 0):016X}",
        "clocks_throttle_reasons.active": f"0x{gpu.get('throttling', 0):016X}",
        "ecc.mode.current": state("ecc"),
        "ecc.errors.corrected.volatile.total": gpu.get("ecc.corrected"),
        "ecc.errors.uncorrected.volatile.total": gpu.get("ecc.uncorrected"),
        "persistence_mode": state("persistence"),
        "name": gpu.get("name"),
    }
    ours = {"power.draw": "power", "temperature.gpu": "temperature", "fan.speed": "fan"}
    for name in found:
        error = gpu.get("error") or gpu.get(f"{ours.get(name, name)}.error")
        if error is not None and name != "index":
            found[name] = _INSTEAD[error]
    return {name: value for name, value in found.items() if value is not None}
