"""19: the kernel dies silently, or training ends with 137: the memory limit was hit."""

from __future__ import annotations

from tflsp.doctor.base import Result, Stop, Where, Words, check, ok, problem, unseen
from tflsp.doctor.cgroups import memory
from tflsp.doctor.engine import containers, name
from tflsp.doctor.machine import Machine


@check(
    19,
    "out-of-memory-killed",
    Where.BOTH,
    title=Words("The notebook's kernel dies silently, exit code 137", "内核无声无息地退出，退出码 137"),
    detection=Words(
        "oom_kill in memory.events of this process's control group (memory.oom_control in version 1); on the host also"
        " State.OOMKilled of containers.",
        "当前进程 cgroup 的 memory.events（v1 为 memory.oom_control）中的 oom_kill；主机上还查看容器的"
        " State.OOMKilled。",
    ),
    advice=Words(
        "Raise the limit (tflsp.toml: `[container] memory`), or need less: smaller batches, float32 instead of float64,"
        " tf.data instead of whole arrays. TFL701 shows which batch is too large.",
        "提高内存上限（tflsp.toml：`[container] memory`），或减少占用：减小批量、用 float32 代替 float64、"
        "用 tf.data 代替整个数组。TFL701 会指出过大的批量。",
    ),
    sources=("jupyter/help#418", "tensorflow#33960", "docker-stacks#736"),
)
def look(machine: Machine) -> Result:
    group = memory(machine)
    if group is not None and group.kills:
        return problem(
            f"the kernel has killed {group.kills} process(es) here for want of memory",
            f"内核因内存不足在此处杀死了 {group.kills} 个进程",
            *_numbers(group.limit, group.peak),
        )
    if not machine.inside and (killed := _killed(machine)):
        return problem("a container ended for want of memory", "有容器因内存不足而退出", *killed)
    if group is None or group.kills is None:
        return unseen("the kernel does not count killed processes here", "内核在此处不统计被杀死的进程")
    return ok("nothing was killed for want of memory", "没有进程因内存不足被杀死", *_numbers(group.limit, group.peak))


def _killed(machine: Machine) -> list[str]:
    try:
        found = containers(machine)
    except Stop:  # without an engine there are no containers to ask about
        return []
    return [name(container) for container in found if (container.get("State") or {}).get("OOMKilled")]


def _numbers(limit: int | None, peak: int | None) -> tuple[Words, ...]:
    return (
        Words(f"limit {_gib(limit)}", f"上限 {_gib(limit)}") if limit is not None else Words("no limit", "没有上限"),
        *((Words(f"most used {_gib(peak)}", f"最多使用 {_gib(peak)}"),) if peak is not None else ()),
    )


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
