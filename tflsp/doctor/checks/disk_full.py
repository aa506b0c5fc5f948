"""30: no space left: on the project's disk, the home folder's, or the engine's."""

from __future__ import annotations

from tflsp.doctor.base import Result, Stop, Where, Words, check, ok, problem, unseen
from tflsp.doctor.engine import engine
from tflsp.doctor.machine import Machine

_GIB = 1 << 30
# A checkpoint of a middling model; and the image of tflsp up with what it is built from.
LEAST, LEAST_FOR_IMAGES = 1 * _GIB, 8 * _GIB
# Of file entries (inodes), which run out apart from bytes.
LEAST_ENTRIES = 0.02


@check(
    30,
    "disk-full",
    Where.BOTH,
    title=Words("No space left on device", "No space left on device：磁盘已满"),
    detection=Words(
        "Free bytes and inodes of the file systems of the project, the home folder, /tmp, and on the host the"
        " engine's data.",
        "项目目录、主目录、/tmp 以及（主机上）引擎数据所在文件系统的剩余空间与 inode。",
    ),
    advice=Words(
        "Remove what is not needed: old checkpoints, `docker system prune` (it asks first; not `--volumes`).",
        "删除不需要的内容：旧检查点，或 `docker system prune`（会先询问；不要加 `--volumes`）。",
    ),
)
def look(machine: Machine) -> Result:
    wanted = {machine.folder: LEAST, machine.home: LEAST // 4, "/tmp": LEAST // 8}
    if not machine.inside and (root := _of_engine(machine)) and machine.exists(root):
        wanted[root] = LEAST_FOR_IMAGES
    short: list[Words] = []
    shown: list[Words] = []
    for path, least in wanted.items():
        try:
            space = machine.space(machine.path(path))
        except OSError:
            continue
        free = space.f_bavail * space.f_frsize
        name, amount = machine.short(path), f"{free / _GIB:.1f} GiB"
        shown.append(Words(f"{name}: {amount} free", f"{name}：剩余 {amount}"))
        # A small file system that was made so, such as a tmpfs for /tmp, is full when little of it is left.
        if free < min(least, space.f_blocks * space.f_frsize // 10):
            short.append(shown[-1])
        elif space.f_files and space.f_favail < space.f_files * LEAST_ENTRIES:
            short.append(Words(f"{name}: {space.f_favail} inodes free", f"{name}：剩余 {space.f_favail} 个 inode"))
    if short:
        return problem("a disk is nearly full", "磁盘即将写满", *short)
    if not shown:
        return unseen("free space cannot be asked", "无法查询剩余空间")
    return ok("there is space", "空间充足", *shown)


def _of_engine(machine: Machine) -> str:
    try:
        return str(engine(machine).get("DockerRootDir", ""))
    except Stop:
        return ""
