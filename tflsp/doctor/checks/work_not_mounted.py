"""24: work is lost with the container: its folder was not mounted."""

from __future__ import annotations

import re

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.engine import Json, containers, name
from tflsp.doctor.jupyter import servers
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts

_ID = re.compile(r"[0-9a-f]{64}")


@check(
    24,
    "work-not-mounted",
    Where.BOTH,
    title=Words("Notebooks are gone with the container", "容器删除后笔记本丢失"),
    detection=Words(
        "Container: whether the working folder and Jupyter's lie in the container's own layer or in memory"
        " (/proc/self/mountinfo). Host: TensorFlow containers without a folder or a named volume.",
        "容器：工作目录与 Jupyter 目录是否在容器自身的层或内存中（/proc/self/mountinfo）。主机：没有挂载目录或命名卷的"
        " TensorFlow 容器。",
    ),
    advice=Words(
        'Copy the work out now (`docker cp NAME:FOLDER .`), then start the container with `-v "$PWD":/tf/notebooks`;'
        " `tflsp up` mounts the project folder.",
        "现在就把文件复制出来（`docker cp 容器名:目录 .`），"
        '再用 `-v "$PWD":/tf/notebooks` 启动；`tflsp up` 会挂载项目目录。',
    ),
    sources=("docker-stacks#476", "ml-workspace#82", "KubeFATE#504"),
)
def look(machine: Machine) -> Result:
    return _inside(machine) if machine.inside else _outside(machine)


def _inside(machine: Machine) -> Result:
    folders = [machine.folder, *(server.root for server in servers(machine) if server.root)]
    # A shell opens in the home folder or at /, which hold no work: what lies there says whether they do.
    empty = {"/", machine.home.rstrip("/")}
    known = mounts(machine)
    looked = [folder for folder in dict.fromkeys(folders) if folder not in empty or _notebooks(machine, folder)]
    lost = [folder for folder in looked if (mount := mount_of(folder, known)) is None or not mount.kept]
    if lost:
        return problem(
            "what is saved here goes with the container",
            "保存在这里的内容会随容器消失",
            *(f"{machine.short(folder)}: {_kind(folder, machine)}" for folder in lost),
        )
    if not looked:
        return not_here("no work lies here", "此处没有工作文件")
    return ok("work lies on a mount", "工作目录位于挂载上", *map(machine.short, looked))


def _kind(folder: str, machine: Machine) -> str:
    mount = mount_of(folder, mounts(machine))
    return f"{mount.kind} of {mount.point}" if mount else "no mount"


def _notebooks(machine: Machine, folder: str) -> bool:
    return bool(machine.glob(f"{folder.rstrip('/')}/*.ipynb"))


def _anonymous(mount: Json) -> bool:
    """A volume that an image asks for: nobody gave it a name, and nobody finds it again."""
    return mount.get("Type") == "volume" and _ID.fullmatch(str(mount.get("Name", ""))) is not None


def _outside(machine: Machine) -> Result:
    bare = []
    for container in containers(machine):
        if any(not _anonymous(mount) for mount in container.get("Mounts") or ()):
            continue
        gone = (container.get("HostConfig") or {}).get("AutoRemove")
        bare.append(f"{name(container)}{' (--rm)' if gone else ''}")
    if bare:
        return problem("nothing is mounted into a container", "容器没有任何挂载", *bare)
    return ok("every TensorFlow container has mounts", "TensorFlow 容器都有挂载")
