"""The memory control group that this process lives in: its limit, and how often it ran out (cgroups(7), v1 and v2)."""

from __future__ import annotations

from dataclasses import dataclass

from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import Mount, mounts

# Version 1 says "no limit" with the largest multiple of a page.
_UNLIMITED = 1 << 60


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes, None where there is no limit or it is not said. ``kills`` is None where the kernel does not count them."""

    limit: int | None
    peak: int | None
    kills: int | None
    folder: str


def memory(machine: Machine) -> Memory | None:
    """The innermost group that has memory control, or None."""
    paths = dict(_groups(machine.text("/proc/self/cgroup") or ""))
    all_mounts = mounts(machine)
    if "memory" in paths:
        found = next((mount for mount in all_mounts if mount.kind == "cgroup" and _controls_memory(mount)), None)
        if found is not None:
            folder = _folder(machine, found, paths["memory"])
            counters = _pairs(machine.text(f"{folder}/memory.oom_control"))
            limit = _number(machine.text(f"{folder}/memory.limit_in_bytes"))
            return Memory(
                None if limit is None or limit >= _UNLIMITED else limit,
                _number(machine.text(f"{folder}/memory.max_usage_in_bytes")),
                counters.get("oom_kill"),
                folder,
            )
    found = next((mount for mount in all_mounts if mount.kind == "cgroup2"), None)
    if found is None or "" not in paths:
        return None
    folder = _folder(machine, found, paths[""])
    events = machine.text(f"{folder}/memory.events")
    if events is None:
        return None
    return Memory(
        _number(machine.text(f"{folder}/memory.max")),
        _number(machine.text(f"{folder}/memory.peak")),
        _pairs(events).get("oom_kill"),
        folder,
    )


def _controls_memory(mount: Mount) -> bool:
    # The mount's own options do not name controllers; the folder that it is mounted at does.
    return mount.point.rpartition("/")[2] == "memory" or "memory" in mount.point.rpartition("/")[2].split(",")


def _groups(text: str) -> list[tuple[str, str]]:
    """(controller, path) of each line; the controller of version 2 is empty."""
    found = []
    for line in text.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        found += [(controller, path) for controller in controllers.split(",")]
    return found


def _folder(machine: Machine, mount: Mount, path: str) -> str:
    """Where the group's files are. A container may see its own group as the mount's root."""
    below = path.removeprefix(mount.root.rstrip("/")) if path.startswith(mount.root) else path
    folder = f"{mount.point.rstrip('/')}/{below.strip('/')}".rstrip("/")
    return folder if machine.is_folder(folder) else mount.point


def _pairs(text: str | None) -> dict[str, int]:
    words = [line.split() for line in (text or "").splitlines()]
    return {pair[0]: int(pair[1]) for pair in words if len(pair) == 2 and pair[1].isdigit()}


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isdigit() else None
