"""22: the clock is off after a sleep (WSL 2, Docker Desktop): journals get wrong times, make rebuilds, TLS fails."""

from __future__ import annotations

import os
from datetime import datetime

from tflsp.doctor.base import Result, Stop, Where, Words, check, ok, problem, unseen
from tflsp.doctor.engine import engine
from tflsp.doctor.machine import Machine

# Seconds: file systems of networks and VMs round and lag by one or two.
ALLOWED = 5.0
# A hardware clock that keeps local time is off by whole quarters of an hour, and that is no drift.
_QUARTER = 900.0
_CLOCK = "/sys/class/rtc/rtc0/since_epoch"


@check(
    22,
    "clock-drift",
    Where.BOTH,
    title=Words("The clock is wrong after the laptop slept", "笔记本休眠后时钟不准"),
    detection=Words(
        "This clock against the hardware clock (/sys/class/rtc), against the newest file of the project folder"
        " (times in the future were written by the host), and on the host against the engine's SystemTime.",
        "比较当前时钟与硬件时钟（/sys/class/rtc）、项目目录中最新文件的时间（未来的时间由主机写入），主机上还与引擎的"
        " SystemTime 比较。",
    ),
    advice=Words(
        "WSL 2: `sudo hwclock -s`, or `wsl --shutdown`. Docker Desktop: restart it. Steps of the journal written"
        " meanwhile have the wrong time.",
        "WSL 2：执行 `sudo hwclock -s` 或 `wsl --shutdown`。Docker Desktop：重启它。期间写入日志的时间不正确。",
    ),
    sources=("WSL#5324", "WSL#4149", "docker/for-win#4526", "docker/for-win#10347"),
)
def look(machine: Machine) -> Result:
    compared = []
    if (hardware := _hardware(machine)) is not None:
        off = machine.now() - hardware
        drift = off - round(off / _QUARTER) * _QUARTER
        if abs(drift) > ALLOWED:
            return _off(drift, "the hardware clock", "硬件时钟")
        compared.append("hardware clock")
    newest = _newest(machine)
    if newest is not None:
        if newest - machine.now() > ALLOWED:
            return _off(machine.now() - newest, "a file of the project folder", "项目目录中的文件")
        compared.append("files")
    if not machine.inside and (told := _engines_time(machine)) is not None:
        if abs(machine.now() - told) > ALLOWED:
            return _off(told - machine.now(), "this machine (the engine's clock)", "本机（引擎的时钟）")
        compared.append("engine")
    if not compared:
        return unseen("there is nothing to compare the clock with", "没有可比较的时钟")
    return ok("the clock is right", "时钟正确", f"compared with: {', '.join(compared)}")


def _off(seconds: float, against: str, against_zh: str) -> Result:
    amount = f"{abs(seconds):.0f} s"
    late = seconds < 0
    return problem(
        f"the clock is {amount} {'behind' if late else 'ahead of'} {against}",
        f"时钟比{against_zh}{'慢' if late else '快'} {amount}",
    )


def _hardware(machine: Machine) -> float | None:
    try:
        text = (machine.text(_CLOCK) or "").strip()
    except Stop:
        return None
    return float(text) if text.isdigit() else None


def _newest(machine: Machine) -> float | None:
    """The latest time of change among the first files of the folder."""
    newest: float | None = None
    try:
        entries = list(os.scandir(machine.path(machine.folder)))[:500]
    except OSError:
        return None
    for entry in entries:
        try:
            changed = machine.stat(machine.path(machine.folder) / entry.name).st_mtime
        except OSError:
            continue
        newest = changed if newest is None else max(newest, changed)
    return newest


def _engines_time(machine: Machine) -> float | None:
    try:
        said = engine(machine)
        # Nanoseconds are more digits than datetime reads.
        text = str(said["SystemTime"])
        return datetime.fromisoformat(text[:19] + (text[-6:] if text[-6] in "+-" else "+00:00")).timestamp()
    except (Stop, KeyError, ValueError, IndexError):
        return None
