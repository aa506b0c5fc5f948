"""~/.ssh/tflsp/config: the containers as hosts of OpenSSH. Written anew from the known targets, by nobody but us.

What includes it in the user's own file is in `ssh_include`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path

from tflsp.places import UnsafeFolder, ssh_folder, write_private
from tflsp.remote import known_hosts
from tflsp.remote.keys import own_folder
from tflsp.remote.targets import Ssh, Target, all_targets, is_name

INCLUDE = "Include tflsp/config"
"""The line of the user's file by which ssh reads ours."""

_HEADER = """\
# The containers that `tflsp up` made. This file is written anew each time: put options of your own into ~/.ssh/config.
# `tflsp ssh-config --remove` takes it out.
"""
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
_JUMP = re.compile(r"[A-Za-z0-9_.@:\[\]-]+(,[A-Za-z0-9_.@:\[\]-]+)*")


class ConfigProblem(Exception):
    """The ssh configuration cannot be written, or a target cannot be described in it; the text says what to do."""


def own_path() -> Path:
    """The file that is ours alone and lists the containers."""
    return ssh_folder() / "config"


def render(targets: Iterable[Target]) -> str:
    """Our file's text: one Host per target that is reached by SSH. Raises ConfigProblem for values it cannot hold."""
    return _HEADER + "".join(f"\n{_host(target.name, target.ssh)}" for target in targets if target.ssh is not None)


def describable() -> Iterator[Target]:
    """The known targets that a configuration can hold. One that was spoiled must not keep the others from it; what is
    wrong with it is said by whoever connects to it."""
    for target in all_targets():
        try:
            render([target])
        except ConfigProblem:
            continue
        yield target


def write_own() -> Path:
    """Write our file from all known targets. Raises ConfigProblem."""
    path = own_path()
    try:
        own_folder()
        write_private(path, render(describable()).encode())
    except UnsafeFolder as error:
        raise ConfigProblem(f"{error}.") from None
    except OSError as error:
        raise unwritable(path, error) from error
    return path


def is_local(host: str) -> bool:
    """Whether a host is this machine: then no jump host of a `Host *` may get in between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check(ssh: Ssh) -> None:
    """Raises ConfigProblem for a server that no configuration file or command line should hold."""
    try:
        ip_address(ssh.host)
        named = True
    except ValueError:
        named = _HOST.fullmatch(ssh.host) is not None
    sound = (
        (named, "host", ssh.host),
        (0 < ssh.port < 65536, "port", str(ssh.port)),
        (_USER.fullmatch(ssh.user) is not None, "user", ssh.user),
        (is_name(ssh.host_key_alias), "host key alias", ssh.host_key_alias),
        (ssh.jump is None or (_JUMP.fullmatch(ssh.jump) is not None and ssh.jump[0] != "-"), "jump host", ssh.jump),
    )
    for right, what, value in sound:
        if not right:
            raise ConfigProblem(f"{value!r} cannot be a {what}. Run `tflsp up` again.")


def unwritable(path: Path, error: OSError) -> ConfigProblem:
    """For a file of the configuration that the system does not let us write, with what can be done by hand."""
    return ConfigProblem(
        f"{error.filename or path} cannot be written: {error.strerror}. "
        f"Put this line at the top of your ssh configuration yourself: {INCLUDE}"
    )


def _host(name: str, ssh: Ssh) -> str:
    check(ssh)
    if not is_name(name):
        raise ConfigProblem(f"{name!r} cannot be a host's name. Run `tflsp up` again.")
    options = [
        ("HostName", ssh.host.replace("%", "%%")),  # the zone of an IPv6 address
        ("Port", str(ssh.port)),
        ("User", ssh.user),
        *([("IdentityFile", _quoted(ssh.identity)), ("IdentitiesOnly", "yes")] if ssh.identity else []),
        # The key is known from the engine, under a name that no port or address changes.
        ("HostKeyAlias", ssh.host_key_alias),
        ("UserKnownHostsFile", _quoted(str(known_hosts.path()))),
        ("GlobalKnownHostsFile", "/dev/null"),
        ("StrictHostKeyChecking", "yes"),
        ("UpdateHostKeys", "no"),
        ("PreferredAuthentications", "publickey"),
        ("ForwardAgent", "no"),
        ("ForwardX11", "no"),
        ("ServerAliveInterval", "15"),
        ("ServerAliveCountMax", "3"),
    ]
    if ssh.jump is not None:
        options.append(("ProxyJump", ssh.jump))
    elif is_local(ssh.host):
        options += [("ProxyJump", "none"), ("ProxyCommand", "none")]
    return f"Host {name}\n" + "".join(f"    {keyword} {value}\n" for keyword, value in options)


def _quoted(path: str) -> str:
    """A path as a configuration value. `%` starts a token, and nothing can take a quote or `${` its meaning."""
    if any(char in path for char in '"\\\0\r\n') or "${" in path:
        raise ConfigProblem(f"{path!r} cannot stand in an ssh configuration. Move it to a plainer path.")
    return '"' + path.replace("%", "%%") + '"'
