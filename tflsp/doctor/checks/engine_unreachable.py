"""31: no container engine answers: not running, no rights on the socket, another context than thought."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import EngineError, endpoint, info, wanted
from tflsp.doctor.machine import Machine

_ADVICE = {
    "denied": Words(
        "Join the docker group (`sudo usermod -aG docker $USER`, then log in again), which is root's power on this"
        " machine; or use rootless Docker.",
        "加入 docker 组（`sudo usermod -aG docker $USER`，然后重新登录）——这等同于本机 root 权限；或改用 rootless"
        " Docker。",
    ),
    "absent": Words(
        "Start Docker: `sudo systemctl start docker`, or Docker Desktop. `tflsp up` can work without, in a local"
        " session.",
        "启动 Docker：`sudo systemctl start docker` 或 Docker Desktop。没有引擎时 `tflsp up` 可使用本地会话。",
    ),
}


@check(
    31,
    "engine-unreachable",
    Where.HOST,
    title=Words("Cannot connect to the Docker daemon", "无法连接 Docker 守护进程"),
    detection=Words(
        "The engine at the endpoint in use (DOCKER_HOST, DOCKER_CONTEXT, ~/.docker/config.json, the usual sockets) is"
        " asked about itself.",
        "向正在使用的端点（DOCKER_HOST、DOCKER_CONTEXT、~/.docker/config.json、常见套接字）询问引擎信息。",
    ),
    advice=_ADVICE["absent"],
)
def look(machine: Machine) -> Result:
    if not wanted(machine):
        return not_here("there is no container engine on this machine", "本机没有容器引擎")
    where = endpoint(machine)
    try:
        said = info(machine)
    except EngineError as error:
        return problem(
            "the engine does not answer" if error.kind != "denied" else "this user may not use the engine's socket",
            "引擎没有应答" if error.kind != "denied" else "当前用户无权使用引擎的套接字",
            str(error),
            f"endpoint from: {where.origin}",
            advice=_ADVICE.get(error.kind),
        )
    return ok(
        f"engine {said.get('ServerVersion', '?')} answers",
        f"引擎 {said.get('ServerVersion', '?')} 应答正常",
        f"{machine.short(where.address)} (from: {where.origin})",
    )
