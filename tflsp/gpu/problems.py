"""What can be wrong with a GPU or with asking for it: codes, what they mean, and what to do, in both languages.

The codes are NVML's errors by name, and a few of our own that tell apart what NVML does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tflsp.bilingual import either


@dataclass(frozen=True, slots=True)
class Problem:
    """Words for a code, English first. A ``normal`` one is no fault: there is no GPU, or a card has no such sensor."""

    message: tuple[str, str]
    remedy: tuple[str, str] = ("", "")
    normal: bool = False

    def say(self, language: str) -> str:
        """What is wrong, and what to do."""
        between = either(language, (" ", ""))
        return between.join(filter(None, (either(language, self.message), either(language, self.remedy))))


# nvml.h, nvmlReturn_t.
CODES: Final[Mapping[int, str]] = {
    1: "uninitialized",
    2: "invalid-argument",
    3: "not-supported",
    4: "no-permission",
    5: "already-initialized",
    6: "not-found",
    7: "insufficient-size",
    8: "insufficient-power",
    9: "driver-not-loaded",
    10: "timeout",
    11: "irq-issue",
    12: "library-not-found",
    13: "function-not-found",
    14: "corrupted-inforom",
    15: "gpu-is-lost",
    16: "reset-required",
    17: "operating-system",
    18: "version-mismatch",
    19: "in-use",
    20: "out-of-memory",
    21: "no-data",
    22: "vgpu-ecc-not-supported",
    23: "insufficient-resources",
    24: "frequency-not-supported",
    25: "argument-version-mismatch",
    26: "deprecated",
    27: "not-ready",
    28: "gpu-not-found",
    29: "invalid-state",
    30: "reset-type-not-supported",
    999: "unknown",
}

_REBOOT = (
    "Reboot the host; look for `NVRM: Xid` in `dmesg` there.",
    "请重启宿主机，并在其 `dmesg` 中查找 `NVRM: Xid`。",
)
_RETRY = ("It is asked again.", "稍后会再次查询。")
_OLD_DRIVER = ("A newer driver on the host knows it.", "宿主机上较新的驱动程序支持它。")
_OURS = ("Please report it with the output of `tflsp gpu --json`.", "请附上 `tflsp gpu --json` 的输出报告此问题。")

PROBLEMS: Final[Mapping[str, Problem]] = {
    # The machine
    "library-not-found": Problem(
        ("No NVIDIA GPU to be seen here: there is no driver library.", "此处没有可见的 NVIDIA GPU：没有驱动程序库。"),
        (
            "If this is a container on a machine with a GPU, start it with `--gpus all` (NVIDIA Container Toolkit).",
            "如果这是带 GPU 的机器上的容器，请用 `--gpus all` 启动（需要 NVIDIA Container Toolkit）。",
        ),
        normal=True,
    ),
    "no-gpu": Problem(
        ("The driver is here, but no GPU is given to this machine or container.", "驱动程序可用，但没有分配任何 GPU。"),
        (
            "In a container, look at `--gpus` and NVIDIA_VISIBLE_DEVICES.",
            "在容器中请检查 `--gpus` 与 NVIDIA_VISIBLE_DEVICES。",
        ),
        normal=True,
    ),
    "no-utility": Problem(
        (
            "A GPU is given to this container, but not the library that tells its state.",
            "容器有 GPU，但没有查询其状态的库。",
        ),
        (
            "Start the container with NVIDIA_DRIVER_CAPABILITIES=compute,utility.",
            "请以 NVIDIA_DRIVER_CAPABILITIES=compute,utility 启动容器。",
        ),
    ),
    "driver-not-loaded": Problem(
        (
            "The NVIDIA driver's library is here, but the driver is not loaded.",
            "有 NVIDIA 驱动程序库，但驱动程序未加载。",
        ),
        (
            "On the host: `sudo modprobe nvidia`, then `dmesg`; after a kernel update or with Secure Boot the module "
            "may have to be built or signed anew.",
            "在宿主机上运行 `sudo modprobe nvidia` 并查看 `dmesg`；"
            "内核更新后或启用 Secure Boot 时可能需要重新构建或签名模块。",
        ),
    ),
    "version-mismatch": Problem(
        (
            "The driver's library and the loaded driver are of different versions: the host's driver was updated.",
            "驱动程序库与已加载的驱动程序版本不一致：宿主机更新过驱动程序。",
        ),
        (
            "In a container: recreate it (`tflsp up --recreate`), so that it gets the new library. "
            "On the host: reboot, or unload and load the nvidia modules.",
            "在容器中：请重新创建容器（`tflsp up --recreate`）以获得新库。在宿主机上：请重启，或重新加载 nvidia 模块。",
        ),
    ),
    "access-lost": Problem(
        (
            "This container has lost its access to the GPU, as happens after `systemctl daemon-reload` on the host.",
            "此容器失去了对 GPU 的访问权，宿主机执行 `systemctl daemon-reload` 后会发生这种情况。",
        ),
        (
            "Recreate the container (`tflsp up --recreate`). To keep it from coming back, use Docker's cgroupfs "
            "driver, or `nvidia-ctk system create-dev-char-symlinks` on the host.",
            "请重新创建容器（`tflsp up --recreate`）。要避免再次发生，请使用 Docker 的 cgroupfs 驱动，"
            "或在宿主机上运行 `nvidia-ctk system create-dev-char-symlinks`。",
        ),
    ),
    "hangs": Problem(
        ("The driver does not answer.", "驱动程序没有响应。"),
        (
            "Without persistence mode the first question takes seconds (`nvidia-smi -pm 1` on the host); if it goes "
            "on, a GPU has hung: look at `dmesg`, and reboot.",
            "未启用持久模式时首次查询需要数秒（在宿主机上运行 `nvidia-smi -pm 1`）；"
            "若持续如此，说明 GPU 已挂起：请查看 `dmesg` 并重启。",
        ),
    ),
    # One GPU
    "gpu-is-lost": Problem(("The GPU has fallen off the bus (lost).", "GPU 已从总线上掉线（丢失）。"), _REBOOT),
    "reset-required": Problem(
        ("The GPU must be reset before it works again.", "GPU 需要重置后才能使用。"),
        (
            "Stop what uses it and run `sudo nvidia-smi --gpu-reset -i INDEX` on the host, or reboot.",
            "请停止使用它的程序，在宿主机上运行 `sudo nvidia-smi --gpu-reset -i 编号`，或重启。",
        ),
    ),
    "insufficient-power": Problem(
        ("The GPU's power cables are not (all) connected.", "GPU 的供电线未（全部）连接。"),
        ("Switch the machine off and connect them.", "请关机并连接供电线。"),
    ),
    "irq-issue": Problem(
        ("The kernel has an interrupt problem with the GPU.", "内核与 GPU 之间存在中断问题。"), _REBOOT
    ),
    "corrupted-inforom": Problem(
        ("The GPU's information memory is damaged.", "GPU 的 infoROM 已损坏。"),
        ("Reset the GPU; if it stays, the card needs its vendor.", "请重置 GPU；若仍存在，请联系显卡厂商。"),
    ),
    "gpu-not-found": Problem(("The GPU is no longer there.", "GPU 已不存在。"), _REBOOT),
    "unknown": Problem(("The driver says `Unknown Error`.", "驱动程序报告 `Unknown Error`。"), _REBOOT),
    # One field, or all of them
    "not-sampled": Problem(("Not asked yet.", "尚未查询。"), normal=True),
    "not-reported": Problem(("The source does not tell it.", "数据来源不提供该值。"), normal=True),
    "not-supported": Problem(("This GPU does not have it.", "此 GPU 不支持。"), normal=True),
    "mig": Problem(("Not available while the GPU is split (MIG).", "GPU 处于切分（MIG）模式时不可用。"), normal=True),
    "host-process": Problem(
        (
            "A process of the host or of another container: the driver tells the host's ids, which mean nothing here.",
            "属于宿主机或其他容器的进程：驱动程序给出的是宿主机的进程号，在此处没有意义。",
        ),
        ("Run `tflsp gpu` on the host to see names.", "请在宿主机上运行 `tflsp gpu` 查看名称。"),
        normal=True,
    ),
    "no-permission": Problem(
        ("The driver does not let this user ask.", "驱动程序不允许此用户查询。"),
        (
            "Look at the rights of /dev/nvidia*, and for parts of a GPU (MIG) at what the container was given.",
            "请检查 /dev/nvidia* 的权限；使用 MIG 时请检查容器获得的设备。",
        ),
    ),
    "timeout": Problem(("The driver did not answer in time.", "驱动程序未及时响应。"), _RETRY),
    "no-data": Problem(("The driver has no data for it yet.", "驱动程序尚无数据。"), _RETRY, normal=True),
    "not-ready": Problem(("The GPU is not ready yet.", "GPU 尚未就绪。"), _RETRY),
    "in-use": Problem(("The GPU is in use by something else.", "GPU 正被占用。"), _RETRY),
    "insufficient-resources": Problem(
        ("The driver has no resources left to answer.", "驱动程序没有足够资源来响应。"),
        ("Fewer programs may ask at once.", "请减少同时查询的程序。"),
    ),
    "out-of-memory": Problem(
        ("The driver ran out of the host's memory.", "驱动程序耗尽了宿主机内存。"),
        ("Free memory on the host.", "请在宿主机上释放内存。"),
    ),
    "operating-system": Problem(
        ("The operating system refused the question.", "操作系统拒绝了查询。"),
        (
            "Look at the container's device cgroup and at SELinux or AppArmor.",
            "请检查容器的设备 cgroup 以及 SELinux 或 AppArmor。",
        ),
    ),
    "function-not-found": Problem(("The driver is too old to tell.", "驱动程序版本过旧。"), _OLD_DRIVER, normal=True),
    "argument-version-mismatch": Problem(
        ("The driver has it in another form.", "驱动程序使用了另一种格式。"), _OLD_DRIVER, normal=True
    ),
    "deprecated": Problem(("The driver no longer tells it.", "驱动程序不再提供该值。"), normal=True),
    "not-found": Problem(("The driver does not find it.", "驱动程序找不到它。"), normal=True),
    "vgpu-ecc-not-supported": Problem(("A virtual GPU does not tell it.", "虚拟 GPU 不提供该值。"), normal=True),
    "frequency-not-supported": Problem(("The GPU does not have this clock.", "GPU 不支持此频率。"), normal=True),
    "reset-type-not-supported": Problem(("The GPU cannot be reset in this way.", "GPU 不支持此重置方式。"), _REBOOT),
    "invalid-state": Problem(("The GPU cannot tell it in its present state.", "GPU 在当前状态下无法提供。"), _RETRY),
    "uninitialized": Problem(("NVML was not initialized.", "NVML 未初始化。"), _OURS),
    "already-initialized": Problem(("NVML was initialized twice.", "NVML 被重复初始化。"), _OURS),
    "invalid-argument": Problem(("The driver does not know the question.", "驱动程序无法识别查询。"), _OURS),
    "insufficient-size": Problem(("More came than there was room for.", "返回的数据超出预期。"), _RETRY),
    "unreadable": Problem(("The answer cannot be read.", "无法读取返回内容。"), _OURS),
}

WHOLE_GPU: Final = frozenset({"gpu-is-lost", "reset-required", "gpu-not-found", "insufficient-power", "irq-issue"})
"""What, said of one field, holds for the whole GPU."""


def code_of(error: int) -> str:
    """The code of one of NVML's errors."""
    return CODES.get(error, "unknown")


def problem_of(code: str) -> Problem:
    """The words for a code; an unheard-of one, from a newer version at the other end, speaks for itself."""
    return PROBLEMS.get(code) or Problem((f"{code}.", f"{code}。"))
