"""2: "Permission denied" when a notebook is saved."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, ok, problem
from tflsp.doctor.jupyter import servers
from tflsp.doctor.machine import Machine
from tflsp.doctor.mounts import mount_of, mounts


@check(
    2,
    "cannot-save",
    Where.BOTH,
    title=Words("Permission denied when a notebook is saved", "保存笔记本时提示 Permission denied"),
    detection=Words(
        "Write access of this user to the project folder, Jupyter's folder, the home folder and its .local.",
        "检查当前用户对项目目录、Jupyter 目录、主目录及其 .local 的写权限。",
    ),
    advice=Words(
        "Run the container as the folder's owner (`-u $(id -u):$(id -g)`, HOME set to a folder that this user may write"
        " to), or give the folder to this user; a mount that says `ro` must be mounted again without it.",
        "以目录属主身份运行容器（`-u $(id -u):$(id -g)`，并把 HOME 设为可写目录），或把目录交给该用户；"
        "标有 `ro` 的挂载需去掉后重新挂载。",
    ),
    sources=("docker-stacks#1187", "docker-stacks#885"),
)
def look(machine: Machine) -> Result:
    folders = [machine.folder, *(server.root for server in servers(machine)), machine.home]
    # Without a passwd entry HOME is / and Jupyter wants /.local.
    folders.append(f"{machine.home.rstrip('/')}/.local")
    known = mounts(machine) if machine.inside else ()
    refused = []
    for folder in dict.fromkeys(folder for folder in folders if folder):
        if folder.endswith("/.local") and not machine.exists(folder):
            continue
        if not machine.writable(machine.path(folder)):
            mount = mount_of(folder, known)
            found = machine.found(folder)
            if mount is not None and mount.read_only:
                why = Words("mounted read-only", "只读挂载")
            elif found is not None:
                owner, mode = found.st_uid, f"{found.st_mode & 0o7777:o}"
                why = Words(
                    f"owner uid {owner}, mode {mode}, you are uid {machine.uid}",
                    f"属主 uid {owner}，权限 {mode}，当前用户 uid {machine.uid}",
                )
            else:
                why = Words("does not exist", "不存在")
            shown = machine.short(folder)
            refused.append(Words(f"{shown}: {why.en}", f"{shown}：{why.zh}"))
    if refused:
        return problem("this user may not write where work is saved", "当前用户无法写入保存工作的目录", *refused)
    return ok("this user may write where work is saved", "当前用户可以写入保存工作的目录")
