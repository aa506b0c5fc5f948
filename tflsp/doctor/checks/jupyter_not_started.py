"""13: Jupyter was never started: the command after the image's name has replaced it."""

from __future__ import annotations

from tflsp.doctor.base import Result, Stop, Where, Words, check, not_here, ok, problem
from tflsp.doctor.jupyter import PORT, installed, servers
from tflsp.doctor.machine import Machine
from tflsp.doctor.processes import argv_of, listeners


@check(
    13,
    "jupyter-not-started",
    Where.CONTAINER,
    title=Words("Jupyter does not run: connection refused on 8888", "Jupyter 没有启动：8888 拒绝连接"),
    detection=Words(
        "Nobody listens on 8888 where Jupyter is installed; the command line of process 1 says what runs instead.",
        "已安装 Jupyter 但无人监听 8888；1 号进程的命令行说明实际运行的是什么。",
    ),
    advice=Words(
        "Leave out the command after the image's name, so that the image's own starts Jupyter; work in a shell with"
        " `docker exec -it NAME bash`. In a container of `tflsp up`: `tflsp restart`, then `tflsp logs`.",
        "去掉镜像名后面的命令，让镜像自带的命令启动 Jupyter；用 `docker exec -it 容器名 bash` 进入 shell。"
        "`tflsp up` 的容器：先 `tflsp restart`，再看 `tflsp logs`。",
    ),
    sources=("tensorflow#24305",),
)
def look(machine: Machine) -> Result:
    running = servers(machine)
    ports = {PORT, *(server.port for server in running)}
    if found := listeners(machine, *ports):
        return ok("Jupyter listens", "Jupyter 正在监听", str(found[0]))
    if not installed(machine):
        return not_here("Jupyter is not installed", "没有安装 Jupyter")
    if not _wanted(machine):
        return not_here("this container was started without Jupyter", "容器启动时没有启用 Jupyter")
    first = argv_of(machine, 1) or ()
    # Arguments may hold a token: the program's name and its first word say enough.
    shown = " ".join(first[:2]) if not any("=" in word for word in first[:2]) else first[0]
    return problem(f"nobody listens on {PORT}", f"{PORT} 无人监听", f"process 1 is {shown or 'not to be seen'}")


def _wanted(machine: Machine) -> bool:
    """Whether our entry point was to start it: by the container's environment, else by the image's file."""
    kept = machine.text("/opt/tflsp/etc/services")
    if kept is None:
        return True
    try:
        first = machine.text("/proc/1/environ") or ""
    except Stop:  # process 1 is another user's
        first = ""
    given = dict(pair.split("=", 1) for pair in first.split("\0") if "=" in pair)
    return "jupyter" in given.get("TFLSP_SERVICES", kept).split()
