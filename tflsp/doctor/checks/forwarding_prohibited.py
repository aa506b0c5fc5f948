"""15: "administratively prohibited: open failed": sshd does not forward, so VS Code cannot connect."""

from __future__ import annotations

from tflsp.doctor.base import Result, Where, Words, check, not_here, ok, problem
from tflsp.doctor.machine import Machine
from tflsp.doctor.sshd import daemon, settings

_WANTED = {"allowtcpforwarding": ("yes", "local", "all"), "disableforwarding": ("no",), "permitopen": ("any",)}


@check(
    15,
    "forwarding-prohibited",
    Where.CONTAINER,
    title=Words("administratively prohibited: open failed", "administratively prohibited：sshd 禁止转发"),
    detection=Words(
        "AllowTcpForwarding, DisableForwarding and PermitOpen as `sshd -T` prints them (else from sshd's file), and"
        " the options of authorized_keys.",
        "`sshd -T` 给出的 AllowTcpForwarding、DisableForwarding、PermitOpen（否则读配置文件），以及 authorized_keys"
        " 的选项。",
    ),
    advice=Words(
        "Set `AllowTcpForwarding local` and leave PermitOpen out; in authorized_keys `restrict` needs `port-forwarding`"
        " beside it. VS Code opens a port of its own choice.",
        "设置 `AllowTcpForwarding local`，不要限制 PermitOpen；authorized_keys 中的 `restrict` 需同时加 `"
        "port-forwarding`。"
        "VS Code 会自选端口。",
    ),
    sources=("vscode-remote-release#4605", "vscode-remote-release#4039", "vscode-remote-release#84"),
)
def look(machine: Machine) -> Result:
    process = daemon(machine)
    if process is None:
        return not_here("no sshd runs here", "没有运行 sshd")
    have = settings(machine, process)
    wrong = [
        f"{keyword} {have[keyword][0]}"
        for keyword, good in _WANTED.items()
        if have.get(keyword) and have[keyword][0].lower() not in good
    ]
    for pattern in (have.get("authorizedkeysfile") or (".ssh/authorized_keys",))[0].split():
        path = pattern.replace("%h", machine.home).replace("%u", machine.environment.get("USER", "dev"))
        path = path if path.startswith("/") else f"{machine.home}/{path}"
        for number, line in enumerate((machine.text(path) or "").splitlines(), 1):
            if reason := _closed(line):
                wrong.append(f"{machine.short(path)}:{number}: {reason}")
    if wrong:
        return problem("sshd does not let ports be forwarded", "sshd 不允许端口转发", *wrong)
    return ok("local forwarding is allowed", "允许本地转发")


def _closed(line: str) -> str | None:
    """What of a key's options forbids forwarding."""
    words = line.split()
    if not words or words[0].startswith(("#", "ssh-", "ecdsa-", "sk-")):
        return None
    options = [option.strip().lower() for option in words[0].split(",")]
    if "no-port-forwarding" in options:
        return "no-port-forwarding"
    if "restrict" in options and "port-forwarding" not in options:
        return "restrict without port-forwarding"
    return next((option.partition("=")[0] for option in options if option.startswith("permitopen=")), None)
