"""Our part of the user's ssh configuration: ~/.ssh/tflsp/config, and one Include line at the top of ~/.ssh/config.

Planning is a function of bytes; the user's file is written only by `install` and `remove`, whole or not at all, and
`remove` gives it back byte for byte.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from tflsp.places import UnsafeFolder, ssh_folder, write_private
from tflsp.remote import known_hosts
from tflsp.remote.keys import own_folder
from tflsp.remote.targets import Ssh, Target, all_targets, is_name

_HEADER = """\
# The containers that `tflsp up` made. This file is written anew each time: put options of your own into ~/.ssh/config.
# `tflsp ssh-config --remove` takes it out.
"""
# What stands in the user's file. The first line differs where the file itself is ours: then it goes with the block.
_INCLUDE = b"Include tflsp/config"
_ADDED = b"# Added by tflsp; `tflsp ssh-config --remove` takes these three lines out."
_MADE = b"# This file was made by tflsp; `tflsp ssh-config --remove` takes these three lines out."
_BOM = b"\xef\xbb\xbf"
_BLOCK = re.compile(
    rb"^(?:%s|%s)(\r?\n)%s\1\1" % (re.escape(_ADDED), re.escape(_MADE), re.escape(_INCLUDE)), re.MULTILINE
)
_SECTION = re.compile(rb"^[ \t]*(?:host|match)(?:[ \t=]|\r?$)", re.IGNORECASE | re.MULTILINE)
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?")
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?")
_JUMP = re.compile(r"[A-Za-z0-9_.@:\[\]-]+(,[A-Za-z0-9_.@:\[\]-]+)*")


class ConfigProblem(Exception):
    """The ssh configuration cannot be written, or a target cannot be described in it; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """What would happen to the user's file. ``after`` is None where it goes; ``before`` where there is none yet."""

    path: Path
    before: bytes | None
    after: bytes | None

    @property
    def needed(self) -> bool:
        """Whether anything would be written."""
        return self.before != self.after

    def diff(self) -> str:
        """The change as a unified diff, for people."""
        old, new = (_lines(data) for data in (self.before, self.after))
        name = str(self.path)
        return "".join(difflib.unified_diff(old, new, name, name))


def own_path() -> Path:
    """The file that is ours alone and lists the containers."""
    return ssh_folder() / "config"


def user_path() -> Path:
    """The user's file, which includes ours."""
    return Path.home() / ".ssh" / "config"


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
        raise _unwritable(path, error) from error
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


def plan(before: bytes | None) -> bytes:
    """The user's file with our Include at its top, above every Host and Match, where it is valid for all of them.

    ``None`` stands for a file that is not there. Line ends are the file's own. A file that has it stays as it is.
    """
    if before is None:
        return b"\n".join([_MADE, _INCLUDE, b"", b""])
    if is_included(before):
        return before
    before = unplan(before) or b""
    end = b"\r\n" if re.match(rb"[^\n]*\r\n", before) else b"\n"
    mark = _BOM if before.startswith(_BOM) else b""
    return mark + end.join([_ADDED, _INCLUDE, b"", b""]) + before[len(mark) :]


def unplan(before: bytes | None) -> bytes | None:
    """The user's file without our Include; None where nothing is left of a file that we made."""
    if before is None:
        return None
    mark = _BOM if before.startswith(_BOM) else b""
    text = before[len(mark) :]
    match = _BLOCK.search(text)
    if match is None:
        return before
    after = mark + text[: match.start()] + text[match.end() :]
    return None if not after and match[0].startswith(_MADE) else after


def is_included(text: bytes | None) -> bool:
    """Whether a configuration includes our file for every host: written by us or by hand, above all Hosts."""
    section = _SECTION.search(text or b"")
    top = (text or b"")[: section.start() if section else None]
    wanted = {"tflsp/config", "~/.ssh/tflsp/config", str(own_path())}
    for line in top.removeprefix(_BOM).decode("utf-8", "replace").splitlines():
        keyword, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        if keyword.lower() == "include" and wanted & {word.strip('"') for word in rest.split()}:
            return True
    return False


def planned() -> Change:
    """What `install` would do to the user's file. Raises ConfigProblem."""
    path = user_path()
    before = _read(path)
    return Change(path, before, plan(before))


def planned_removal() -> Change:
    """What `remove` would do to the user's file. Raises ConfigProblem."""
    path = user_path()
    before = _read(path)
    return Change(path, before, unplan(before))


def install(change: Change) -> None:
    """Write our file, and the user's as planned. Raises ConfigProblem."""
    write_own()
    carry_out(change)


def remove(change: Change) -> None:
    """Write the user's file as planned, and remove ours. Keys and pinned host keys stay. Raises ConfigProblem."""
    carry_out(change)
    own_path().unlink(missing_ok=True)


def carry_out(change: Change) -> None:
    """Replace the user's file, if it is still the one that was planned on. Links, mode and owner stay as they are."""
    if not change.needed:
        return
    path = change.path
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if _read(path) != change.before:
            raise ConfigProblem(f"{path} was changed in the meantime. Try again.")
        if change.after is None:
            path.unlink()
        else:
            _replace(Path(os.path.realpath(path)), change.after)
    except OSError as error:
        raise _unwritable(path, error) from error


def _replace(path: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".config.tflsp.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        # mkstemp made it 0600, which is right for a file that was not there.
        if path.exists():
            old = path.stat()
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(name, old.st_uid, old.st_gid)
            os.chmod(name, stat.S_IMODE(old.st_mode))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


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


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigProblem(f"{path} cannot be read: {error.strerror}. Mend that, and try again.") from error


def _unwritable(path: Path, error: OSError) -> ConfigProblem:
    return ConfigProblem(
        f"{error.filename or path} cannot be written: {error.strerror}. "
        f"Put this line at the top of your ssh configuration yourself: {_INCLUDE.decode()}"
    )


def _lines(data: bytes | None) -> list[str]:
    lines = [] if data is None else data.decode("utf-8", "replace").splitlines(keepends=True)
    return [line if line.endswith("\n") else line + "\n" for line in lines]
