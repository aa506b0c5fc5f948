"""32: the container or an image is not what tflsp.lock pins."""

from __future__ import annotations

import json
from urllib.parse import quote

from tflsp.container import lock as locking
from tflsp.doctor.base import Result, Stop, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import containers, endpoint, engine, name
from tflsp.doctor.machine import Machine

_VERSION = "dev.tflsp.version"


@check(
    32,
    "lock-differs",
    Where.HOST,
    title=Words("It works on one machine and not on the other", "在一台机器上可用，在另一台上不可用"),
    detection=Words(
        "tflsp.lock against this version, against the digests of the engine's images, and against the container's"
        " label.",
        "比较 tflsp.lock 与当前版本、引擎中镜像的摘要以及容器的标签。",
    ),
    advice=Words(
        "`tflsp up --pull --recreate` makes the container from what the lock file pins; `tflsp lock` pins what is"
        " here.",
        "`tflsp up --pull --recreate` 按锁文件重建容器；`tflsp lock` 则锁定当前内容。",
    ),
)
def look(machine: Machine) -> Result:
    try:
        lock = locking.read(machine.path(machine.folder))
    except locking.LockError:
        return problem(
            "tflsp.lock cannot be read",
            "无法读取 tflsp.lock",
            advice=Words(
                "Take it from version control again, or run `tflsp lock`.", "从版本控制中恢复，或运行 `tflsp lock`。"
            ),
        )
    if lock is None:
        return not_here("the project has no tflsp.lock", "项目没有 tflsp.lock")
    wrong = []
    if lock.tflsp != machine.version:
        pinned, here = lock.tflsp, machine.version
        wrong.append(Words(f"it pins tflsp {pinned}, this is {here}", f"锁定 tflsp {pinned}，当前为 {here}"))
    try:
        wrong += [*_images(machine, lock), *_container(machine, lock)]
    except Stop:  # without an engine there is neither image nor container
        pass
    if wrong:
        return problem("not everything is as tflsp.lock pins it", "与 tflsp.lock 不一致", *wrong)
    return ok("all is as tflsp.lock pins it", "与 tflsp.lock 一致")


def _images(machine: Machine, lock: locking.Lock) -> list[Words]:
    engine(machine)
    wrong = []
    for reference, digest in lock.images.items():
        try:
            answer = machine.ask(endpoint(machine).address, f"/images/{quote(reference, safe='/:@')}/json")
            said = json.loads(answer)
            there = {str(said["Id"]), *(str(each).partition("@")[2] for each in said.get("RepoDigests") or ())}
        except (OSError, ValueError, KeyError, TypeError):
            continue  # not here yet: `up` will fetch the pinned one
        if digest not in there:
            have = str(said["Id"])[:19]
            wrong.append(
                Words(
                    f"{reference} is {have}, pinned is {digest[:19]}", f"{reference} 为 {have}，锁定的是 {digest[:19]}"
                )
            )
    return wrong


def _container(machine: Machine, lock: locking.Lock) -> list[Words]:
    wanted = machine.target.name if machine.target else None
    for container in containers(machine):
        made_by = ((container.get("Config") or {}).get("Labels") or {}).get(_VERSION)
        if name(container) == wanted and made_by is not None and made_by != lock.tflsp:
            return [
                Words(
                    f"the container was made by tflsp {made_by}, pinned is {lock.tflsp}",
                    f"容器由 tflsp {made_by} 创建，锁定的是 {lock.tflsp}",
                )
            ]
    return []
