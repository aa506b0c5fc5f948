"""26: a port published on 127.0.0.1 can be reached by neighbours on the network: engines before 28."""

from __future__ import annotations

from ipaddress import ip_address

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import containers, engine, name, ours, published
from tflsp.doctor.machine import Machine
from tflsp.doctor.packages import release

SAFE_FROM = (28,)
_SSHD = 2222


@check(
    26,
    "loopback-published",
    Where.HOST,
    title=Words("A port published on 127.0.0.1 is open to the local network", "发布在 127.0.0.1 的端口可被局域网访问"),
    detection=Words(
        "The engine's version, and what TensorFlow containers publish on loopback beside our sshd.",
        "引擎版本，以及 TensorFlow 容器在回环地址上发布的端口（不含本工具的 sshd）。",
    ),
    advice=Words(
        "Update the engine to 28 or later, or publish nothing but sshd and reach the rest through it (`tflsp up`,"
        " `tflsp forward`). Keep Jupyter's token.",
        "把引擎升级到 28 或更高；或只发布 sshd，其余通过它访问（`tflsp up`、`tflsp forward`）。保留 Jupyter 的 token。",
    ),
    sources=("moby#41872", "moby#45610"),
)
def look(machine: Machine) -> Result:
    said = engine(machine)
    version = str(said.get("ServerVersion", ""))
    if "podman" in str(said.get("BuildahVersion", "")) or "BuildahVersion" in said:
        return not_here("this is Podman", "这是 Podman")
    if release(version) >= SAFE_FROM:
        return ok(f"engine {version} keeps loopback to itself", f"引擎 {version} 不会泄露回环端口")
    open_ports = [
        f"{name(container)}: {address}:{port} -> {inside}"
        for container in containers(machine)
        for inside, address, port in published(container)
        if _loopback(address) and not (ours(container) and inside == _SSHD)
    ]
    if open_ports:
        return problem(
            f"engine {version} lets neighbours on the network reach these",
            f"引擎 {version} 会让局域网邻居访问这些端口",
            *open_ports,
        )
    return ok(
        f"engine {version} does not guard loopback, and nothing but sshd is published",
        f"引擎 {version} 不保护回环端口，但只发布了 sshd",
    )


def _loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
