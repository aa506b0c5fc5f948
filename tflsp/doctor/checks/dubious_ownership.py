"""21: git refuses the mounted repository: "detected dubious ownership"."""

from __future__ import annotations

from pathlib import PurePosixPath

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem, unseen
from tflsp.doctor.machine import Machine

_PATIENCE = 5.0
# Git 2.25 as Ubuntu 20.04 patched it says the second.
_SAYS = ("dubious ownership", "unsafe repository")


@check(
    21,
    "dubious-ownership",
    Where.BOTH,
    title=Words("git: detected dubious ownership in repository", "git：detected dubious ownership（仓库属主可疑）"),
    detection=Words(
        "What `git rev-parse --git-dir` answers in the project folder.",
        "在项目目录执行 `git rev-parse --git-dir` 的输出。",
    ),
    advice=Words(
        "For one call: `git -c safe.directory=FOLDER ...`, as tflsp does itself. For good, if you trust the repository:"
        " `git config --global --add safe.directory FOLDER`. Better: run as the folder's owner.",
        "单次执行：`git -c safe.directory=目录 ...`（tflsp 即如此）。若信任该仓库，可永久设置："
        "`git config --global --add safe.directory 目录`。更好的办法是以目录属主身份运行。",
    ),
    sources=("vscode-remote-release#10179", "vscode-remote-release#8488", "vscode#336048"),
)
def look(machine: Machine) -> Result:
    folder = PurePosixPath(machine.folder)
    repository = next((str(each) for each in (folder, *folder.parents) if machine.exists(f"{each}/.git")), None)
    if repository is None:
        return not_here("the folder is in no git repository", "目录不在 git 仓库中")
    ran = machine.run(("git", "-C", machine.folder, "rev-parse", "--git-dir"), _PATIENCE)
    if ran.code is None:
        return unseen(f"git could not be asked: {ran.trouble}", f"无法执行 git：{ran.trouble}")
    shown = machine.short(repository)
    if ran.code != 0 and any(text in ran.err for text in _SAYS):
        found = machine.found(repository)
        owner = found.st_uid if found else "?"
        return problem(
            f"git refuses {shown}: it is another user's",
            f"git 拒绝 {shown}：它属于其他用户",
            Words(f"owner uid {owner}, you are uid {machine.uid}", f"属主 uid {owner}，当前用户 uid {machine.uid}"),
            advice=Words(
                f"For one call: `git -c safe.directory={repository} ...`, as tflsp does itself. For good, if you trust"
                f" the repository: `git config --global --add safe.directory {repository}`.",
                f"单次执行：`git -c safe.directory={repository} ...`（tflsp 即如此）。若信任该仓库，可永久设置："
                f"`git config --global --add safe.directory {repository}`。",
            ),
        )
    if ran.code != 0:
        return unseen(f"git ended with {ran.code}", f"git 返回 {ran.code}")
    return ok(f"git reads {shown}", f"git 可以读取 {shown}")
