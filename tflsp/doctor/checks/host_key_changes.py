"""14: REMOTE HOST IDENTIFICATION HAS CHANGED after the container was made anew."""

from __future__ import annotations

from tflsp.doctor import known_hosts
from tflsp.doctor.base import DropLine, Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts
from tflsp.doctor.sshd import daemon, settings

_DEFAULT_KEYS = "/etc/ssh/ssh_host_*_key"


@check(
    14,
    "host-key-changes",
    Where.BOTH,
    title=Words("REMOTE HOST IDENTIFICATION HAS CHANGED!", "REMOTE HOST IDENTIFICATION HAS CHANGED：主机密钥变了"),
    detection=Words(
        "Container: whether sshd's host keys lie on a volume (/proc/self/mountinfo). Host: lines of known_hosts for the"
        " container's address with another key than the pinned one, hashed names included.",
        "容器：sshd 主机密钥是否在卷上（/proc/self/mountinfo）。主机：known_hosts"
        " 中该容器地址的密钥是否与固定的不同（含哈希主机名）。",
    ),
    advice=Words(
        "Keep the host keys on a volume, so that the next container has the same; then remove the old line once:"
        " `ssh-keygen -R '[127.0.0.1]:2222'`. `tflsp up` does the first and pins the key.",
        "把主机密钥放在卷上，使新容器沿用；然后删除一次旧记录：`ssh-keygen -R '[127.0.0.1]:2222'`。`tflsp up`"
        " 会保存并固定密钥。",
    ),
    sources=(
        "vscode-remote-release#2346",
        "vscode-remote-release#5288",
        "vscode-remote-release#3416",
        "vscode-remote-release#9172",
    ),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    process = daemon(machine)
    if process is None:
        return not_here("no sshd runs here", "没有运行 sshd")
    keys = list(settings(machine, process).get("hostkey", ())) or machine.glob(_DEFAULT_KEYS)
    keys = [key for key in keys if machine.exists(key)]
    known = mounts(machine)
    lost = [key for key in keys if (mount := mount_of(key, known)) is None or not mount.kept]
    if lost:
        return problem(
            "the host keys go with this container: the next one will have others",
            "主机密钥会随容器消失：下一个容器的密钥将不同",
            *map(machine.short, lost),
        )
    return ok("the host keys outlive the container", "主机密钥不随容器消失", *map(machine.short, keys))


def _outside(machine: Machine) -> Result:
    targets = [target for target in machine.targets if target.ssh is not None]
    if not targets:
        return not_here("no container is known here", "本机没有已知的容器")
    path = f"{machine.home}/.ssh/known_hosts"
    lines = (machine.text(path) or "").splitlines()
    stale: dict[str, str] = {}
    for target in targets:
        assert target.ssh is not None
        for line in known_hosts.stale(lines, ("127.0.0.1", "localhost", target.ssh.host), target.ssh):
            stale[line] = target.name
    if stale:
        return problem(
            f"{machine.short(path)} has another key for a container's address",
            f"{machine.short(path)} 中容器地址对应的密钥不同",
            *sorted(set(stale.values())),
            fixes=tuple(DropLine(path, line) for line in stale),
        )
    return ok("no old key is in the way", "没有旧密钥妨碍连接")
