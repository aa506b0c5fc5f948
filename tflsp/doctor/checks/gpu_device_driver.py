"""3: "could not select device driver [[gpu]]": the engine knows no NVIDIA runtime."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import endpoint, engine
from tflsp.doctor.gpus import devices, driver, on_bus
from tflsp.doctor.machine import Machine

_TOOLKIT = ("nvidia-ctk", "nvidia-container-runtime", "nvidia-container-toolkit")


@check(
    3,
    "gpu-device-driver",
    Where.BOTH,
    title=Words(
        'could not select device driver "" with capabilities: [[gpu]]',
        "could not select device driver：Docker 找不到 GPU 驱动",
    ),
    detection=Words(
        "Host: an NVIDIA card or driver, the engine's runtimes and CDI specifications, the toolkit's programs, snap's"
        " paths. Container: the host's driver in /proc without /dev/nvidia0.",
        "主机：NVIDIA 显卡或驱动、引擎的 runtimes 与 CDI、toolkit 程序、snap 路径。容器：/proc 中有主机驱动但没有"
        " /dev/nvidia0。",
    ),
    advice=Words(
        "Install NVIDIA's container toolkit, run `sudo nvidia-ctk runtime configure --runtime=docker`, restart Docker,"
        " and start the container again with `--gpus all`.",
        "安装 NVIDIA Container Toolkit，执行 `sudo nvidia-ctk runtime configure --runtime=docker`，重启 Docker，"
        "再用 `--gpus all` 启动容器。",
    ),
    sources=("nvidia-docker#1352", "nvidia-docker#1642"),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    if found := devices(machine):
        return ok(f"the container has {len(found)} GPU(s)", f"容器内有 {len(found)} 个 GPU", *found)
    if driver(machine) is None:
        return not_here("this machine has no NVIDIA driver", "本机没有 NVIDIA 驱动")
    if machine.environment.get("NVIDIA_VISIBLE_DEVICES") in ("none", "void", ""):
        return not_here("the container was started without GPUs on purpose", "容器有意不使用 GPU")
    return problem(
        "the machine has an NVIDIA driver, and the container was given no GPU",
        "本机有 NVIDIA 驱动，但容器没有分到 GPU",
        f"driver {driver(machine)}, no /dev/nvidia0",
        advice=Words(
            "Start the container with `--gpus all` (tflsp.toml: `[container] gpus`); on the host `tflsp doctor` says"
            " whether Docker can.",
            "用 `--gpus all` 启动容器（tflsp.toml：`[container] gpus`）；在主机上运行 `tflsp doctor` 查看 Docker"
            " 是否支持。",
        ),
    )


def _outside(machine: Machine) -> Result:
    if driver(machine) is None and not on_bus(machine):
        return not_here("this machine has no NVIDIA GPU", "本机没有 NVIDIA GPU")
    if driver(machine) is None:
        return problem(
            "there is an NVIDIA card, and its driver is not loaded",
            "有 NVIDIA 显卡，但驱动没有加载",
            advice=Words("Install NVIDIA's driver on the host and restart.", "在主机上安装 NVIDIA 驱动并重启。"),
        )
    said = engine(machine)
    root = str(said.get("DockerRootDir", ""))
    if "/snap/" in root or (machine.which("docker") or "").startswith("/snap/"):
        return problem(
            "Docker comes from snap, which NVIDIA's toolkit cannot configure",
            "Docker 来自 snap，NVIDIA toolkit 无法配置它",
            f"{endpoint(machine).address}, data in {root}",
            advice=Words(
                "Remove it with `sudo snap remove docker` and install Docker's own packages, then the toolkit.",
                "用 `sudo snap remove docker` 移除，改装 Docker 官方软件包，再安装 toolkit。",
            ),
        )
    if "nvidia" in (said.get("Runtimes") or {}):
        return ok("the engine knows the nvidia runtime", "引擎已配置 nvidia 运行时")
    if machine.glob("/etc/cdi/*nvidia*") or machine.glob("/var/run/cdi/*nvidia*"):
        return ok("the engine finds NVIDIA's devices by CDI", "引擎可通过 CDI 找到 NVIDIA 设备")
    have = [program for program in _TOOLKIT if machine.which(program)]
    return problem(
        "the engine knows no way to a GPU",
        "引擎无法使用 GPU",
        f"runtimes: {', '.join(sorted(said.get('Runtimes') or {})) or 'none'}",
        f"toolkit: {', '.join(have) or 'not installed'}",
    )
