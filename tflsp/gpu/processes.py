"""Whose process ids the driver's are: it tells the host's, and a container has ids of its own."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from tflsp.gpu.state import Missing, Process, Value

# Linux, include/linux/proc_ns.h: PROC_PID_INIT_INO, the number of the host's own namespace of process ids.
_HOST_NAMESPACE = f"pid:[{0xEFFFFFFC}]"
# A container's id in a cgroup path, as Docker, containerd, CRI-O and Podman write it.
_CONTAINER = re.compile(r"(?:^|[/:-])([0-9a-f]{12})[0-9a-f]{52}(?:\.scope)?(?:$|/)", re.MULTILINE)


@cache
def host_pids() -> bool:
    """Whether the driver's process ids are strangers here: we are in a namespace of ids that is not the host's."""
    try:
        return os.readlink("/proc/self/ns/pid") != _HOST_NAMESPACE
    except OSError:  # no Linux: no namespaces either
        return False


def in_container() -> bool:
    """Whether this is a container, by what engines leave behind, or by its ids."""
    return host_pids() or any(os.path.exists(mark) for mark in ("/.dockerenv", "/run/.containerenv"))


def described(pid: int, kind: str, memory: Value[int], name: Value[str] | None = None) -> Process:
    """A process with its name, and with its container where this is the host."""
    if host_pids():
        return Process(pid, kind, memory, Missing("host-process"))
    if name is None:
        name = _read(pid, "comm").strip() or Missing("not-found")
    found = _CONTAINER.search(_read(pid, "cgroup"))
    return Process(pid, kind, memory, name, found[1] if found else None)


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text("utf-8", "replace")
    except OSError:
        return ""
