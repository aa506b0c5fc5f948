"""27: private files can be read by others: ssh refuses keys, and others may use them."""

from __future__ import annotations

import stat

from tflsp.doctor.base import Result, SetMode, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine

# (pattern below the home folder, mode). Public halves may be read by anybody.
_PRIVATE = (
    (".ssh/tflsp", 0o700),
    (".ssh/tflsp/id_*", 0o600),
    (".ssh/tflsp/known_hosts", 0o600),
    (".ssh/tflsp/config", 0o600),
    (".tflsp", 0o700),
    (".tflsp/ssh", 0o700),
    (".tflsp/ssh/host_*", 0o600),
    (".tflsp/ssh/authorized_keys", 0o600),
    (".tflsp/jupyter-token", 0o600),
)


@check(
    27,
    "key-modes",
    Where.BOTH,
    title=Words("UNPROTECTED PRIVATE KEY FILE!", "私钥文件权限过宽"),
    detection=Words(
        "Modes and owners of ~/.ssh/tflsp and ~/.tflsp, of keys and of the Jupyter token.",
        "~/.ssh/tflsp、~/.tflsp、密钥与 Jupyter token 文件的权限和属主。",
    ),
    advice=Words(
        "`tflsp doctor --fix` takes the rights of others away.", "`tflsp doctor --fix` 会收回其他用户的权限。"
    ),
)
def look(machine: Machine) -> Result:
    seen = 0
    wrong: list[Words] = []
    fixes: list[SetMode] = []
    for pattern, mode in _PRIVATE:
        for path in machine.glob(f"{machine.home.rstrip('/')}/{pattern}"):
            found = machine.found(path)
            if found is None or (path.endswith(".pub")):
                continue
            seen += 1
            shown = machine.short(path)
            before = stat.S_IMODE(found.st_mode)
            if found.st_uid != machine.uid:
                wrong.append(
                    Words(
                        f"{shown} belongs to uid {found.st_uid}, you are uid {machine.uid}",
                        f"{shown} 属于 uid {found.st_uid}，当前用户是 uid {machine.uid}",
                    )
                )
            elif before & 0o077:
                wrong.append(
                    Words(f"{shown}: mode {before:o}, should be {mode:o}", f"{shown}：权限 {before:o}，应为 {mode:o}")
                )
                fixes.append(SetMode(path, mode, before))
    if not seen:
        return not_here("there are no keys of tflsp's yet", "还没有 tflsp 的密钥")
    if wrong:
        return problem(
            "others may read what is this user's alone", "其他用户可以读取本应私有的文件", *wrong, fixes=tuple(fixes)
        )
    return ok("keys are this user's alone", "密钥仅限当前用户", Words(f"{seen} files", f"{seen} 个文件"))
