"""The sshd of this container: whether it runs, and the settings that it has (sshd -T, else its file)."""

from __future__ import annotations

import os
from collections.abc import Mapping

from tflsp.doctor.base import Stop, not_here
from tflsp.doctor.machine import Machine
from tflsp.doctor.processes import Process, processes

_PATIENCE = 5.0
_CONFIG = "/etc/ssh/sshd_config"

Settings = Mapping[str, tuple[str, ...]]


def daemon(machine: Machine) -> Process | None:
    """The listening sshd's process; those of sessions are its children and are called otherwise."""
    found = [process for process in processes(machine) if _is_sshd(process)]
    return min(found, key=lambda process: process.pid, default=None)


def _is_sshd(process: Process) -> bool:
    # A running sshd writes "sshd: /usr/sbin/sshd -D -f FILE [listener] 0 of 10-100 startups" over its words.
    words = _words(process)
    return bool(words) and os.path.basename(words[0]) == "sshd"


def _words(process: Process) -> list[str]:
    words = " ".join(process.argv).split()
    if words[:1] == ["sshd:"]:
        words = words[1:] if words[1:] and words[1].startswith("/") else []
    return words


def settings(machine: Machine, process: Process) -> Settings:
    """Values by keyword in small letters. As sshd itself reads its file, where it may; else as the file says."""
    words = _words(process)
    file = words[words.index("-f") + 1] if "-f" in words[:-1] else _CONFIG
    # `sshd -T` reads host keys too, and fails for who may not.
    ran = machine.run((words[0] if words[0].startswith("/") else "sshd", "-T", "-f", file), _PATIENCE)
    text = ran.out if ran.code == 0 else _with_includes(machine, file)
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        keyword, _, value = line.strip().replace("=", " ", 1).partition(" ")
        if keyword.lower() == "match":
            break  # what follows holds for some users only
        if keyword and not keyword.startswith("#"):
            key = keyword.lower()
            # The first value counts, but keywords such as HostKey may come again.
            found[key] = (*found.get(key, ()), value.strip().strip('"'))
    return found


def _with_includes(machine: Machine, file: str, depth: int = 0) -> str:
    text = machine.text(file)
    if text is None:
        raise Stop(not_here(f"sshd has no {file}", f"没有 sshd 的 {file}"))
    lines = []
    for line in text.splitlines():
        words = line.split()
        if len(words) > 1 and words[0].lower() == "include" and depth < 8:
            for pattern in words[1:]:
                pattern = pattern if pattern.startswith("/") else f"/etc/ssh/{pattern}"
                lines += [_with_includes(machine, each, depth + 1) for each in machine.glob(pattern)]
        else:
            lines.append(line)
    return "\n".join(lines)
