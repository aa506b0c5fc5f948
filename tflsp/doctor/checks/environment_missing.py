"""18: variables that the container was given are missing in SSH sessions."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem, unseen
from tflsp.doctor.machine import Machine

_LISTS = ("PATH", "LD_LIBRARY_PATH", "LIBRARY_PATH", "PYTHONPATH")
_PREFIXES = ("CUDA", "NVIDIA_", "TF_", "XLA_", "NCCL_", "KERAS_")


@check(
    18,
    "environment-missing",
    Where.CONTAINER,
    title=Words("PATH, LD_LIBRARY_PATH and others are missing over SSH", "SSH 会话中缺少 PATH、LD_LIBRARY_PATH 等变量"),
    detection=Words(
        "The environment of process 1 against this session's: folders of PATH and library paths, CUDA's, NVIDIA's and"
        " TensorFlow's variables. Values are not shown, except folders.",
        "比较 1 号进程与当前会话的环境：PATH 与库路径中的目录，以及 CUDA、NVIDIA、TensorFlow 的变量。"
        "除目录外不显示值。",
    ),
    advice=Words(
        "sshd starts sessions with an environment of its own: pass the container's on with `SetEnv` in sshd_config, or"
        " ~/.ssh/environment. Containers of `tflsp up` do; `tflsp restart` writes it anew.",
        "sshd 会话使用自己的环境：在 sshd_config 中用 `SetEnv` 传递容器的变量。`tflsp up` 的容器已这样做；`tflsp"
        " restart` 会重新写入。",
    ),
    sources=("kouhan.cn/en/article/00027379", "ssh(1)"),
)
def look(machine: Machine) -> Result:
    if not machine.exists("/proc/1/environ"):
        return not_here("there is no process 1 to compare with", "没有可比较的 1 号进程")
    text = machine.text("/proc/1/environ") or ""
    first = dict(pair.split("=", 1) for pair in text.split("\0") if "=" in pair)
    if not first:
        return unseen("the environment of process 1 cannot be seen", "看不到 1 号进程的环境")
    have = machine.environment
    missing = [name for name in first if name.startswith(_PREFIXES) and name not in have]
    for name in _LISTS:
        own = {folder.rstrip("/") for folder in have.get(name, "").split(":")}
        lost = [folder for folder in first.get(name, "").split(":") if folder and folder.rstrip("/") not in own]
        missing += [f"{name}: {folder}" for folder in lost]
    if missing:
        return problem("this session lacks what the container was given", "当前会话缺少容器的环境变量", *missing[:12])
    return ok("this session has what the container was given", "当前会话具备容器的环境变量")
