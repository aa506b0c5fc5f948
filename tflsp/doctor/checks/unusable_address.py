"""11: Jupyter prints an address with the container's id, which nobody can open."""

from __future__ import annotations

import re

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import containers, name, ours, published, running
from tflsp.doctor.jupyter import PORT, servers
from tflsp.doctor.machine import Machine

_CONTAINER_ID = re.compile(r"[0-9a-f]{12}")


@check(
    11,
    "unusable-address",
    Where.BOTH,
    title=Words("The address that Jupyter prints cannot be opened", "Jupyter 打印的地址无法打开"),
    detection=Words(
        "Container: the host name in the running server's own file. Host: TensorFlow containers whose 8888 is not"
        " published.",
        "容器：运行中的 Jupyter 记录的主机名。主机：没有发布 8888 的 TensorFlow 容器。",
    ),
    advice=Words(
        "Put `127.0.0.1` in place of the container's id, with the port that `docker port NAME` shows; `tflsp forward`"
        " prints the whole address.",
        "把容器 ID 换成 `127.0.0.1`，端口以 `docker port 容器名` 为准；`tflsp forward` 会打印完整地址。",
    ),
    sources=("tensorflow#31226", "jupyter#438"),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    running_servers = servers(machine)
    if not running_servers:
        return not_here("no Jupyter server runs here", "没有运行中的 Jupyter")
    own = (machine.text("/etc/hostname") or "").strip()
    for server in running_servers:
        if server.address and (_CONTAINER_ID.fullmatch(server.address) or server.address == own):
            return problem(
                f"the address names the container ({server.address}), which the browser cannot find",
                f"地址中是容器名（{server.address}），浏览器找不到",
                f"here: http://127.0.0.1:{server.port}/",
            )
    return ok("the address can be used through the tunnel", "地址可通过隧道使用")


def _outside(machine: Machine) -> Result:
    shut = []
    for container in containers(machine):
        exposed = (container.get("Config") or {}).get("ExposedPorts") or {}
        if ours(container) or not running(container) or f"{PORT}/tcp" not in exposed:
            continue
        if not any(inside == PORT for inside, _, _ in published(container)):
            shut.append(name(container))
    if shut:
        return problem(
            f"nothing leads to port {PORT} of a running container",
            f"运行中的容器没有发布端口 {PORT}",
            *shut,
            advice=Words(
                f"Start it again with `-p 127.0.0.1:{PORT}:{PORT}`; a running container cannot get one.",
                f"用 `-p 127.0.0.1:{PORT}:{PORT}` 重新启动；运行中的容器无法补加端口。",
            ),
        )
    return ok("every container with Jupyter can be reached", "带 Jupyter 的容器都可访问")
