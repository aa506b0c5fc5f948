"""29: the helper that holds the connections is of another version than this command."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine


@check(
    29,
    "helper-outdated",
    Where.HOST,
    title=Words("The helper still runs an old version after an update", "更新后后台助手仍是旧版本"),
    detection=Words("The running daemon's version against this one.", "比较运行中的后台助手与当前命令的版本。"),
    advice=Words(
        "`tflsp daemon stop`: the next `tflsp connect` starts the new one. Editors that are connected reconnect.",
        "执行 `tflsp daemon stop`：下次 `tflsp connect` 会启动新版本，已连接的编辑器会重新连接。",
    ),
)
def look(machine: Machine) -> Result:
    running = machine.helper()
    if running is None:
        return not_here("no helper runs", "没有运行后台助手")
    if running != machine.version:
        return problem(
            f"it is {running or 'older'}, this is {machine.version}",
            f"助手为 {running or '旧版'}，当前为 {machine.version}",
        )
    return ok(f"it is {running}", f"版本为 {running}")
