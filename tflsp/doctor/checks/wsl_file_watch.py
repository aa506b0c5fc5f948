"""23: changes are not noticed under WSL, since the project lies on a Windows drive."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts

_OF_WINDOWS = frozenset({"9p", "drvfs", "virtiofs"})


@check(
    23,
    "wsl-file-watch",
    Where.BOTH,
    title=Words("Changed files are not noticed under WSL", "WSL 下文件改动没有被察觉"),
    detection=Words(
        "A kernel of Microsoft's (/proc/sys/kernel/osrelease) and a project folder on 9p or drvfs.",
        "微软内核（/proc/sys/kernel/osrelease），且项目目录位于 9p 或 drvfs。",
    ),
    advice=Words(
        "Keep the project in Linux' own file system (`~/project` instead of `/mnt/c/...`); it is also many times"
        " faster. From Windows it is at `\\\\wsl$`.",
        "把项目放在 Linux 文件系统中（用 `~/project` 而不是 `/mnt/c/...`），速度也快得多。在 Windows 中通过 `"
        "\\\\wsl$` 访问。",
    ),
    sources=("vscode-remote-release#870",),
)
def look(machine: Machine) -> Result:
    kernel = (machine.text("/proc/sys/kernel/osrelease") or "").strip()
    if "microsoft" not in kernel.lower():
        return not_here("this is not WSL", "不是 WSL")
    mount = mount_of(machine.folder, mounts(machine))
    if mount is not None and mount.kind in _OF_WINDOWS:
        return problem(
            f"{machine.short(machine.folder)} lies on a Windows drive, where Linux sees no changes",
            f"{machine.short(machine.folder)} 位于 Windows 盘，Linux 收不到改动通知",
            f"{mount.point}: {mount.kind}",
        )
    return ok("the project lies in Linux' own file system", "项目位于 Linux 文件系统")
