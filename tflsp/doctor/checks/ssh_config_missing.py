"""28: ssh, VS Code and others do not find the containers: our ssh configuration is not included."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine


@check(
    28,
    "ssh-config-missing",
    Where.HOST,
    title=Words(
        "Could not resolve hostname: VS Code does not find the container",
        "Could not resolve hostname：VS Code 找不到容器",
    ),
    detection=Words(
        "~/.ssh/config includes ~/.ssh/tflsp/config above its first Host, and that file names every container.",
        "~/.ssh/config 是否在第一个 Host 之前包含 ~/.ssh/tflsp/config，且后者列出了所有容器。",
    ),
    advice=Words(
        "Run `tflsp ssh-config --install`: it shows the change before it writes it.",
        "运行 `tflsp ssh-config --install`：写入前会先显示改动。",
    ),
)
def look(machine: Machine) -> Result:
    names = [target.name for target in machine.targets if target.ssh is not None]
    if not names:
        return not_here("no container is known here", "本机没有已知的容器")
    from tflsp.remote.ssh_include import is_included

    if not is_included(machine.bytes(f"{machine.home}/.ssh/config")):
        return problem("~/.ssh/config does not include ours", "~/.ssh/config 没有包含本工具的配置", *names)
    lines = (machine.text(f"{machine.home}/.ssh/tflsp/config") or "").splitlines()
    hosts = {word for line in lines if line.lower().startswith("host ") for word in line.split()[1:]}
    if missing := [name for name in names if name not in hosts]:
        return problem("containers are missing in ~/.ssh/tflsp/config", "~/.ssh/tflsp/config 缺少容器", *missing)
    return ok("ssh finds the containers", "ssh 可以找到容器", *names)
