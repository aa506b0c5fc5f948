"""16: VS Code downloads its server and every extension again whenever the container is made anew."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts


@check(
    16,
    "vscode-server-lost",
    Where.CONTAINER,
    title=Words("VS Code's server and extensions are downloaded again", "VS Code Server 和扩展每次都重新下载"),
    detection=Words(
        "The mount that ~/.vscode-server lies on (/proc/self/mountinfo), and who owns it.",
        "~/.vscode-server 所在的挂载（/proc/self/mountinfo）及其属主。",
    ),
    advice=Words(
        "Mount a named volume on the home folder, or on the whole of ~/.vscode-server, owned by this user; `tflsp up`"
        " mounts one on the home folder.",
        "在主目录或整个 ~/.vscode-server 上挂载属于当前用户的命名卷；`tflsp up` 会在主目录上挂载一个。",
    ),
    sources=("vscode-remote-release#421", "vscode-remote-release#7690"),
)
def look(machine: Machine) -> Result:
    folder = f"{machine.home.rstrip('/')}/.vscode-server"
    found = machine.found(folder)
    if found is None:
        return not_here("VS Code has not been here", "VS Code 尚未连接过")
    mount = mount_of(folder, mounts(machine))
    if found.st_uid != machine.uid or not machine.writable(machine.path(folder)):
        return problem(
            f"{machine.short(folder)} belongs to uid {found.st_uid}, you are uid {machine.uid}",
            f"{machine.short(folder)} 属于 uid {found.st_uid}，当前用户是 uid {machine.uid}",
            advice=Words(
                "As root in the container: `chown -R UID:GID ~/.vscode-server`; a volume's folder is root's where the"
                " image had none at its place.",
                "以 root 在容器内执行 `chown -R UID:GID ~/.vscode-server`；镜像中没有该目录时，卷会归 root 所有。",
            ),
        )
    if mount is None or not mount.kept:
        return problem(
            f"{machine.short(folder)} goes with this container",
            f"{machine.short(folder)} 会随容器消失",
            f"on {mount.kind if mount else 'no mount'}",
        )
    return ok(f"it lies on {mount.point}", f"位于 {mount.point}")
