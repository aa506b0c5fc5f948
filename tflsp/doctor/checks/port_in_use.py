"""12: the port is in use, or TensorBoard in the container listens where nobody reaches it."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.jupyter import PORT
from tflsp.doctor.machine import Machine
from tflsp.doctor.processes import listeners, owner

TENSORBOARD = 6006
_OF_AN_ENGINE = ("docker-proxy", "rootlessport", "rootlesskit", "conmon", "slirp4netns", "pasta", "dockerd")
OURS = "/opt/tflsp/bin/tflsp-entrypoint"


@check(
    12,
    "port-in-use",
    Where.BOTH,
    title=Words("Port in use, or TensorBoard refuses connections", "端口被占用，或 TensorBoard 拒绝连接"),
    detection=Words(
        "Host: who listens on the container's SSH port. Container: whether 8888 and 6006 listen on loopback only where"
        " ports are published instead of tunnelled.",
        "主机：谁在监听容器的 SSH 端口。容器：在发布端口而非使用隧道时，8888 和 6006 是否只监听回环地址。",
    ),
    advice=Words(
        "Stop the program that holds the port, or choose another port in tflsp.toml (`[container] port`).",
        "停掉占用端口的程序，或在 tflsp.toml（`[container] port`）中另选端口。",
    ),
    sources=("tensorboard#1947",),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    found = listeners(machine, PORT, TENSORBOARD)
    if not found:
        return not_here(f"nothing listens on {PORT} or {TENSORBOARD}", f"{PORT} 和 {TENSORBOARD} 都没有监听")
    if machine.exists(OURS):
        return ok("they are reached through the SSH tunnel", "通过 SSH 隧道访问", *map(str, found))
    shut = [
        str(listener)
        for listener in found
        if listener.loopback and not any(each.port == listener.port and not each.loopback for each in found)
    ]
    if shut:
        return problem(
            "listens on the container's own loopback: a published port does not reach it",
            "只监听容器内的回环地址：发布端口也无法到达",
            *shut,
            advice=Words(
                "Start TensorBoard with `--bind_all` and Jupyter with `--ip=0.0.0.0`, and publish on 127.0.0.1; or"
                " leave them and tunnel (`tflsp forward`).",
                "TensorBoard 加 `--bind_all`，Jupyter 加 `--ip=0.0.0.0`，并发布到 127.0.0.1；或保持不变，改用隧道（`"
                "tflsp forward`）。",
            ),
        )
    return ok("published ports reach them", "发布的端口可以到达", *map(str, found))


def _outside(machine: Machine) -> Result:
    if machine.target is None or machine.target.ssh is None:
        return not_here("this folder has no container", "此目录没有对应的容器")
    port = machine.target.ssh.port
    found = listeners(machine, port)
    holder = owner(machine, found[0]) if found else None
    if not found:
        return ok(f"port {port} is free", f"端口 {port} 空闲")
    # Another user's process, such as root's docker-proxy, cannot be seen and is given the benefit of the doubt.
    if holder is None or holder.name in _OF_AN_ENGINE:
        return ok(f"port {port} leads to the container", f"端口 {port} 通向容器", str(found[0]))
    return problem(
        f"{holder.name} holds the container's port {port}",
        f"容器的端口 {port} 被 {holder.name} 占用",
        f"{found[0]}: {holder.name} (pid {holder.pid})",
    )
