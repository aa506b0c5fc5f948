"""20: ENOSPC: the system's limit of file watches is reached."""

from __future__ import annotations

import os

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine

_LIMITS = "/proc/sys/fs/inotify"
MOST_FOLDERS = 100_000
_LEFT_OUT = frozenset({".git", "node_modules", "__pycache__"})
# Node's watchers take one instance per process and root; below this the second editor fails.
LEAST_INSTANCES = 64


@check(
    20,
    "too-few-watches",
    Where.BOTH,
    title=Words("ENOSPC: System limit for number of file watchers reached", "ENOSPC：文件监视数量达到系统上限"),
    detection=Words(
        "fs.inotify.max_user_watches against the folders of the project and the watches of this user's processes"
        " (/proc/*/fdinfo); max_user_instances.",
        "比较 fs.inotify.max_user_watches 与项目目录数及当前用户进程已用的监视数（/proc/*/fdinfo）；以及"
        " max_user_instances。",
    ),
    advice=Words(
        "On the host (the limit is the kernel's, containers share it): `sudo sysctl fs.inotify.max_user_watches=524288"
        " fs.inotify.max_user_instances=512`, and the same in /etc/sysctl.d; exclude data folders in"
        " `files.watcherExclude`.",
        "在主机上（该上限属于内核，容器共用）执行 `sudo sysctl fs.inotify.max_user_watches=524288"
        " fs.inotify.max_user_instances=512`，并写入 /etc/sysctl.d；在 `files.watcherExclude` 中排除数据目录。",
    ),
    sources=("vscode-remote-release#3804", "vscode-remote-release#4978", "code-server#628"),
)
def look(machine: Machine) -> Result:
    watches, instances = (_number(machine, f"{_LIMITS}/max_user_{kind}") for kind in ("watches", "instances"))
    if watches is None:
        return not_here("this kernel has no inotify", "内核没有 inotify")
    folders, used = _folders(machine), _used(machine)
    count = f"{folders}+" if folders >= MOST_FOLDERS else str(folders)
    shown = Words(
        f"limit {watches}, in use {used}, folders here {count}", f"上限 {watches}，已用 {used}，此处目录 {count}"
    )
    if folders + used > watches * 9 // 10:
        return problem("this project needs more watches than there are", "此项目需要的监视数超过上限", shown)
    if instances is not None and instances < LEAST_INSTANCES:
        return problem(f"only {instances} watchers may run at a time", f"同时只允许 {instances} 个监视实例", shown)
    return ok("there are watches enough", "监视数充足", shown)


def _folders(machine: Machine) -> int:
    count = 0
    for _, folders, _ in os.walk(machine.path(machine.folder)):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        count += 1
        if count >= MOST_FOLDERS:
            break
    return count


def _used(machine: Machine) -> int:
    """Of the processes that may be looked into."""
    count = 0
    for folder in machine.glob("/proc/[0-9]*/fd"):
        try:
            open_files = list(os.scandir(machine.path(folder)))
        except OSError:
            continue
        for entry in open_files:
            try:
                if os.readlink(entry.path) != "anon_inode:inotify":
                    continue
                info = machine.path(folder.replace("/fd", "/fdinfo")) / entry.name
                count += info.read_text("ascii", "replace").count("inotify wd:")
            except OSError:
                continue
    return count


def _number(machine: Machine, path: str) -> int | None:
    text = (machine.text(path) or "").strip()
    return int(text) if text.isdigit() else None
