"""6: XLA does not find libdevice.10.bc."""

from __future__ import annotations

import re

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.gpus import devices, libraries
from tflsp.doctor.machine import Machine

_FILE = "nvvm/libdevice/libdevice.10.bc"
_FLAG = re.compile(r"--xla_gpu_cuda_data_dir=(\S+)")


@check(
    6,
    "libdevice-missing",
    Where.CONTAINER,
    title=Words("libdevice not found at ./libdevice.10.bc (XLA)", "XLA 找不到 libdevice.10.bc"),
    detection=Words(
        "nvvm/libdevice below XLA_FLAGS' --xla_gpu_cuda_data_dir, /usr/local/cuda, and wherever else it may be.",
        "在 XLA_FLAGS 的 --xla_gpu_cuda_data_dir、/usr/local/cuda 等处查找 nvvm/libdevice。",
    ),
    advice=Words(
        "Install CUDA's compiler package (`cuda-nvcc-11-2`), then set `"
        "XLA_FLAGS=--xla_gpu_cuda_data_dir=/usr/local/cuda`.",
        "安装 CUDA 编译器包（`cuda-nvcc-11-2`），并设置 `XLA_FLAGS=--xla_gpu_cuda_data_dir=/usr/local/cuda`。",
    ),
    sources=("tensorflow#56927", "tensorflow#58681"),
)
def look(machine: Machine) -> Result:
    if not devices(machine) or not libraries(machine, "libcudart.so.1*"):
        return not_here("XLA compiles for no GPU here", "此处 XLA 不会为 GPU 编译")
    flag = _FLAG.search(machine.environment.get("XLA_FLAGS", ""))
    searched = [*([flag[1].strip("'\"")] if flag else []), "/usr/local/cuda"]
    for folder in searched:
        if machine.exists(f"{folder.rstrip('/')}/{_FILE}"):
            return ok(f"found below {folder}", f"位于 {folder}")
    elsewhere = [
        *machine.glob(f"/usr/local/cuda-*/{_FILE}"),
        *machine.glob("/usr/lib/nvidia-cuda-toolkit/libdevice/*.bc"),
    ]
    if elsewhere:
        folder = elsewhere[0].removesuffix(f"/{_FILE}")
        return problem(
            "it is there, where XLA does not look",
            "文件存在，但 XLA 不会去那里找",
            *elsewhere[:3],
            advice=Words(
                f"Set `XLA_FLAGS=--xla_gpu_cuda_data_dir={folder}`.",
                f"设置 `XLA_FLAGS=--xla_gpu_cuda_data_dir={folder}`。",
            ),
        )
    return problem("it is nowhere", "到处都没有", *(f"{folder}/{_FILE}" for folder in searched))
