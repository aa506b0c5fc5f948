"""4: "Failed to initialize NVML: Unknown Error" in a container that had a GPU before."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem, unseen
from tflsp.doctor.gpus import devices
from tflsp.doctor.machine import Machine

_PATIENCE = 15.0
_RECREATE = Words(
    "Recreate the container (`tflsp up --recreate`). To keep it from coming back: the cgroupfs driver"
    ' (`"exec-opts": ["native.cgroupdriver=cgroupfs"]`), or `--device /dev/nvidia0` and the others by name.',
    "重建容器（`tflsp up --recreate`）。要避免再次发生：改用 cgroupfs"
    '（`"exec-opts": ["native.cgroupdriver=cgroupfs"]`），'
    "或用 `--device /dev/nvidia0` 等逐个指定设备。",
)
_REASONS = (
    (
        "unknown error",
        Words(
            "the container has lost its GPUs: `systemctl daemon-reload` on the host took their devices from its cgroup",
            "容器失去了 GPU：主机上的 `systemctl daemon-reload` 从其 cgroup 中移除了设备",
        ),
        _RECREATE,
    ),
    (
        "driver/library version mismatch",
        Words("the driver was upgraded under what still runs", "驱动升级了，而运行中的程序仍用旧版库"),
        Words("Restart the container; where that does not help, the host.", "重启容器；若无效，则重启主机。"),
    ),
    (
        "gpu is lost",
        Words("a GPU has fallen off the bus", "有 GPU 从总线上掉线"),
        Words(
            "Restart the host; look for Xid in `dmesg`, check power and cooling.",
            "重启主机；在 `dmesg` 中查找 Xid，检查供电与散热。",
        ),
    ),
    (
        "couldn't communicate with the nvidia driver",
        Words("the NVIDIA driver does not answer", "NVIDIA 驱动没有应答"),
        Words("Load or reinstall the driver on the host.", "在主机上加载或重新安装驱动。"),
    ),
)


@check(
    4,
    "gpu-lost",
    Where.BOTH,
    title=Words(
        "Failed to initialize NVML: Unknown Error, hours later", "Failed to initialize NVML：运行一段时间后 GPU 丢失"
    ),
    detection=Words(
        "What nvidia-smi answers where /dev/nvidia0 exists.", "存在 /dev/nvidia0 时 nvidia-smi 的输出与返回码。"
    ),
    advice=_RECREATE,
    sources=("nvidia-container-toolkit#48", "nvidia-container-toolkit#251", "nvidia-container-toolkit#1227"),
)
def look(machine: Machine) -> Result:
    if not devices(machine):
        return not_here("there is no GPU here", "此处没有 GPU")
    if machine.which("nvidia-smi") is None:
        return unseen("nvidia-smi is not installed", "没有安装 nvidia-smi")
    ran = machine.run(("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"), _PATIENCE)
    if ran.code is None:
        return problem(
            f"nvidia-smi: {ran.trouble}; a driver that hangs does this",
            f"nvidia-smi：{ran.trouble}；驱动挂起时会这样",
            advice=Words("Restart the host.", "重启主机。"),
        )
    said = f"{ran.out}\n{ran.err}"
    for text, seen, advice in _REASONS:
        if text in said.lower():
            return problem(*seen, _first_line(said), advice=advice)
    if ran.code != 0:
        return problem(f"nvidia-smi ended with {ran.code}", f"nvidia-smi 返回 {ran.code}", _first_line(said))
    return ok("the driver answers", "驱动应答正常", *ran.out.strip().splitlines()[:8])


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
