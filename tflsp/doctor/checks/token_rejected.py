"""10: the token is rejected, since another Jupyter answers on the port."""

from __future__ import annotations

import os

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem, unseen
from tflsp.doctor.jupyter import PORT, servers
from tflsp.doctor.machine import Machine
from tflsp.doctor.processes import listeners, owner

# What stands on the port for a container: the engine's proxies, and ends of tunnels.
_IN_BETWEEN = (
    "docker-proxy",
    "rootlessport",
    "rootlesskit",
    "dockerd",
    "conmon",
    "ssh",
    "tflsp",
    "slirp4netns",
    "pasta",
)


@check(
    10,
    "token-rejected",
    Where.BOTH,
    title=Words("Jupyter rejects the token that it printed", "Jupyter 拒绝它自己打印的 token"),
    detection=Words(
        "Host: which process listens on 8888. Container: how many Jupyter servers run, and whether their token is the"
        " one in ~/.tflsp/jupyter-token. Tokens are compared, never shown.",
        "主机：谁在监听 8888。容器：运行着几个 Jupyter，其 token 是否与 ~/.tflsp/jupyter-token 一致。token 只比较，"
        "不显示。",
    ),
    advice=Words(
        "Another server answers on that port. Stop it, or reach the container's on another port:"
        " `tflsp forward` prints an address with the right token.",
        "该端口上应答的是另一个服务。停掉它，或改用其他端口：`tflsp forward` 会打印带正确 token 的地址。",
    ),
    sources=("docker-stacks#1035", "tensorflow#33062", "tensorflow#50761"),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    running = servers(machine)
    if not running:
        return not_here("no Jupyter server runs here", "没有运行中的 Jupyter")
    shown = tuple(f"pid {server.pid}: port {server.port}" for server in running)
    if len(running) > 1:
        return problem(
            f"{len(running)} Jupyter servers run, each with a token of its own",
            f"运行着 {len(running)} 个 Jupyter，各有各的 token",
            *shown,
            advice=Words(
                "Stop all but one (`jupyter server stop PORT`), or use the address that belongs to the port.",
                "只留一个（`jupyter server stop 端口`），或使用与端口对应的地址。",
            ),
        )
    kept = (machine.text(f"{machine.home}/.tflsp/jupyter-token") or "").strip()
    if kept and running[0].token and running[0].token != kept:
        return problem(
            "the running server's token is not the one that `tflsp` hands out",
            "运行中的 Jupyter 的 token 与 `tflsp` 给出的不同",
            *shown,
            advice=Words("Restart the container: `tflsp restart`.", "重启容器：`tflsp restart`。"),
        )
    return ok("one Jupyter server, one token", "只有一个 Jupyter，token 一致", *shown)


def _outside(machine: Machine) -> Result:
    if machine.target is None:
        return not_here("this folder has no container", "此目录没有对应的容器")
    found = listeners(machine, PORT)
    if not found:
        return ok(f"port {PORT} is free for a tunnel", f"端口 {PORT} 空闲，可用于隧道")
    holder = owner(machine, found[0])
    if holder is None:
        return unseen(
            f"someone listens on {found[0]}, and it cannot be seen who", f"{found[0]} 有程序在监听，但无法看到是谁"
        )
    shown = f"{found[0]}: {holder.name} (pid {holder.pid})"
    if os.path.basename(holder.name) in _IN_BETWEEN:
        return ok(f"port {PORT} leads on", f"端口 {PORT} 通向容器", shown)
    return problem(
        f"{holder.name} of this machine answers on {PORT}, not the container",
        f"在 {PORT} 上应答的是本机的 {holder.name}，而不是容器",
        shown,
    )
