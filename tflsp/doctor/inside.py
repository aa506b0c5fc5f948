"""Asks the doctor in a target's container, through OpenSSH and our pinned keys: the way is looked at as well."""

from __future__ import annotations

from tflsp.doctor.base import Words, printable
from tflsp.doctor.machine import Machine, Ran
from tflsp.doctor.records import NoReport, read
from tflsp.doctor.running import Complaint
from tflsp.remote.targets import Ssh

_PATIENCE = 60.0


def look_inside(machine: Machine, language: str) -> list[Complaint] | Words:
    """What the container's own doctor sees, or why it could not be asked. Empty for a local session."""
    target = machine.target
    if machine.inside or target is None or target.ssh is None:
        return []
    if machine.which("ssh") is None:
        return Words(
            "OpenSSH's ssh is not installed: the container was not looked into", "没有安装 ssh，未检查容器内部"
        )
    ran = machine.run(argv(machine, target.ssh, language), _PATIENCE)
    try:
        return read(ran.out)
    except NoReport:
        return _why(ran, target.name)


def argv(machine: Machine, ssh: Ssh, language: str) -> tuple[str, ...]:
    """The command: no configuration of the user's, no question asked, the pinned key only."""
    folder = f"{machine.home}/.ssh/tflsp"
    options = {
        "BatchMode": "yes",
        "ConnectTimeout": "8",
        "StrictHostKeyChecking": "yes",
        "HostKeyAlias": ssh.host_key_alias,
        "UserKnownHostsFile": f'"{folder}/known_hosts"',
        "GlobalKnownHostsFile": "none",
        "ClearAllForwardings": "yes",
        "ForwardAgent": "no",
    }
    if ssh.identity is not None:
        options |= {"IdentityFile": f'"{ssh.identity}"', "IdentitiesOnly": "yes"}
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    jump = getattr(ssh, "jump", None)
    words += ["-J", jump] if jump else []
    return ("ssh", "-F", "none", "-T", *words, "-p", str(ssh.port), "-l", ssh.user, "--", ssh.host, *_remote(language))


def _remote(language: str) -> tuple[str, ...]:
    return (
        "cd",
        "/workspace",
        "2>/dev/null;",
        "tflsp",
        "doctor",
        "--json",
        "--language",
        "zh" if language == "zh" else "en",
    )


def _why(ran: Ran, name: str) -> Words:
    lines = [line for line in ran.err.splitlines() if line.strip()]
    said = ran.trouble or (lines[-1] if lines else f"ssh ended with {ran.code}")
    said = printable(said[:200])
    if "host key" in said.lower():
        remedy = Words(
            "its host key is not the pinned one; `tflsp status`", "其主机密钥与固定的不同；见 `tflsp status`"
        )
    elif "permission denied" in said.lower():
        remedy = Words("it does not know your key; `tflsp up --recreate`", "它不认识你的密钥；`tflsp up --recreate`")
    else:
        remedy = Words("is it running? `tflsp up`", "它在运行吗？`tflsp up`")
    return Words(
        f"{name} could not be looked into ({said}): {remedy.en}", f"无法检查 {name} 内部（{said}）：{remedy.zh}"
    )
