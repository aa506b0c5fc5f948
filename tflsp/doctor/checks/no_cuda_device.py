"""5: CUDA_ERROR_NO_DEVICE, or libcuda.so.1 cannot be opened."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.gpus import devices, libraries
from tflsp.doctor.machine import Machine


@check(
    5,
    "no-cuda-device",
    Where.CONTAINER,
    title=Words("CUDA_ERROR_NO_DEVICE, or libcuda.so.1 is missing", "CUDA_ERROR_NO_DEVICE，或找不到 libcuda.so.1"),
    detection=Words(
        "Where the container has a GPU: libcuda.so.1 outside of stub folders, CUDA's own libraries,"
        " CUDA_VISIBLE_DEVICES.",
        "容器有 GPU 时：stub 目录之外的 libcuda.so.1、CUDA 运行库、CUDA_VISIBLE_DEVICES。",
    ),
    advice=Words(
        "Start the container with `--gpus all` and an image whose tag has `-gpu`.",
        "使用带 `-gpu` 的镜像标签，并以 `--gpus all` 启动容器。",
    ),
    sources=("tensorflow#808", "anaconda-issues#11743"),
)
def look(machine: Machine) -> Result:
    if not devices(machine):
        return not_here("the container has no GPU (see gpu-device-driver)", "容器没有 GPU（见 gpu-device-driver）")
    hidden = machine.environment.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None and hidden.strip() in ("", "-1"):
        return problem(
            f"CUDA_VISIBLE_DEVICES={hidden.strip()} hides every GPU",
            f"CUDA_VISIBLE_DEVICES={hidden.strip()} 隐藏了所有 GPU",
            advice=Words("Unset CUDA_VISIBLE_DEVICES.", "取消设置 CUDA_VISIBLE_DEVICES。"),
        )
    found = libraries(machine, "libcuda.so.1")
    real = [path for path in found if "/stubs/" not in path]
    if not real:
        return problem(
            "the driver's library was not mounted into the container" + (", only stubs are there" if found else ""),
            "驱动库没有挂载进容器" + ("，只有 stub" if found else ""),
            *found,
            "NVIDIA_DRIVER_CAPABILITIES=" + machine.environment.get("NVIDIA_DRIVER_CAPABILITIES", "(not set)"),
            advice=Words(
                "Start it with `--gpus all` instead of `--device`; NVIDIA_DRIVER_CAPABILITIES must have `compute`.",
                "用 `--gpus all` 而不是 `--device` 启动；NVIDIA_DRIVER_CAPABILITIES 须包含 `compute`。",
            ),
        )
    if not libraries(machine, "libcudart.so.11*"):
        return problem(
            "CUDA's libraries are missing: the image is for the CPU",
            "缺少 CUDA 库：这是 CPU 镜像",
            advice=Words(
                "Use the `-gpu` variant of the same tag (tflsp.toml: `[container] variant`).",
                "改用同一标签的 `-gpu` 版本（tflsp.toml：`[container] variant`）。",
            ),
        )
    return ok("driver and CUDA libraries are there", "驱动库和 CUDA 库齐全", real[0])
