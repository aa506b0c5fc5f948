"""1: files in the mounted folder belong to root, since a container ran as root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine

# Enough to see the complaint; a data folder may hold millions.
MOST_LOOKED_AT = 3_000
MOST_SHOWN = 5
_LEFT_OUT = frozenset({".git", "node_modules", "__pycache__"})


@check(
    1,
    "root-owned-files",
    Where.BOTH,
    title=Words("Files in the mounted folder belong to root", "挂载目录中的文件属于 root"),
    detection=Words(
        "Owner of the project folder against this user, and against the owners of what lies in it (3000 entries).",
        "比较项目目录的属主与当前用户，以及目录内（最多 3000 项）文件的属主。",
    ),
    advice=Words(
        "Give them back once with `sudo chown -R $(id -u):$(id -g) FOLDER` on the host, and start containers with"
        " `-u $(id -u):$(id -g)`; `tflsp up` does.",
        "在主机上执行一次 `sudo chown -R $(id -u):$(id -g) 目录`，并用 `-u $(id -u):$(id -g)` 启动容器"
        "（`tflsp up` 已这样做）。",
    ),
    sources=("tensorflow#31226", "docker-stacks#114", "docker-stacks#175"),
)
def look(machine: Machine) -> Result:
    folder = machine.found(machine.folder)
    if folder is None:
        return not_here(f"there is no {machine.folder}", f"没有 {machine.folder}")
    where = machine.short(machine.folder)
    if machine.inside and machine.uid == 0 and folder.st_uid != 0:
        return problem(
            f"this container runs as root, {where} belongs to uid {folder.st_uid}: new files will be root's",
            f"容器以 root 运行，而 {where} 属于 uid {folder.st_uid}：新建的文件都会归 root 所有",
        )
    if folder.st_uid == 0 and machine.uid != 0:
        return problem(
            f"{where} itself belongs to root, you are uid {machine.uid}",
            f"{where} 本身属于 root，而当前用户是 uid {machine.uid}",
        )
    if folder.st_uid != 0 and (found := list(_of_root(machine))):
        count = f"{len(found)}+" if len(found) > MOST_SHOWN else str(len(found))
        return problem(
            f"{count} files below {where} belong to root, the folder to uid {folder.st_uid}",
            f"{where} 下有 {count} 个文件属于 root，而目录属于 uid {folder.st_uid}",
            *found[:MOST_SHOWN],
        )
    return ok(f"{where} and what lies in it have one owner", f"{where} 及其内容属主一致")


def _of_root(machine: Machine) -> Iterator[str]:
    seen = found = 0
    for folder, folders, files in os.walk(machine.path(machine.folder)):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        for name in (*folders, *files):
            seen += 1
            if seen > MOST_LOOKED_AT or found > MOST_SHOWN:
                return
            path = Path(folder, name)
            try:
                known = machine.stat(path)
            except OSError:
                continue
            if known.st_uid == 0:
                found += 1
                yield os.path.relpath(path, machine.path(machine.folder))
