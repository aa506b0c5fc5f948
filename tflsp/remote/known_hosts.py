"""Our own known_hosts file: the host keys that were pinned when the containers were made, by HostKeyAlias.

Nothing is ever trusted on first use: a key comes from the engine that made the container, not from the network.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tflsp.places import ssh_folder, write_private
from tflsp.remote.keys import fingerprint, key_bytes, own_folder
from tflsp.remote.targets import Ssh, Target, is_name


class ChangedKey(Exception):
    """Another key is pinned already. ``pinned`` and ``shown`` are the fingerprints."""

    def __init__(self, alias: str, pinned: str, shown: str) -> None:
        super().__init__(
            f"{alias} was pinned with the host key {pinned} and has {shown} now: it was made anew, or something else "
            "answers in its place. If its volume was removed, `tflsp up` pins the new key; if not, do not connect."
        )
        self.pinned = pinned
        self.shown = shown


def path() -> Path:
    """Where our known hosts stand."""
    return ssh_folder() / "known_hosts"


def entry(ssh: Ssh) -> bytes:
    """The line of known_hosts that pins a server's key. Raises KeyProblem, and ValueError for a bad alias."""
    if not is_name(ssh.host_key_alias):
        raise ValueError(f"{ssh.host_key_alias!r} cannot be a host key alias")
    key_bytes(ssh.host_key)
    kind, data = ssh.host_key.split()[:2]
    return f"{ssh.host_key_alias} {kind} {data}\n".encode()


def pin(target: Target, *, replace: bool = False) -> bool:
    """Write down a target's host key; true where the file changed.

    Raises ChangedKey where another key is pinned, unless the caller knows why (``replace``: it made the key anew);
    UnsafeFolder, OSError.
    """
    if target.ssh is None:
        return False
    line = entry(target.ssh)
    alias = target.ssh.host_key_alias
    with _locked():
        lines = _lines()
        others = [each for each in lines if not _is_of(each, alias)]
        before = [each for each in lines if _is_of(each, alias)]
        if before == [line]:
            return False
        if before and not replace and line not in before:
            raise ChangedKey(alias, _fingerprint(before[0]), fingerprint(target.ssh.host_key))
        write_private(path(), b"".join([*others, line]))
    return True


def unpin(alias: str) -> bool:
    """Forget a host key; true where there was one."""
    if not path().exists():
        return False
    with _locked():
        lines = _lines()
        kept = [each for each in lines if not _is_of(each, alias)]
        if kept == lines:
            return False
        write_private(path(), b"".join(kept))
    return True


def pinned(alias: str) -> str | None:
    """The public key line that is pinned under an alias."""
    found = next((line for line in _lines() if _is_of(line, alias)), None)
    return found.decode("utf-8", "replace").strip().partition(" ")[2] if found is not None else None


def _lines() -> list[bytes]:
    try:
        data = path().read_bytes()
    except FileNotFoundError:
        return []
    return [line + b"\n" for line in data.split(b"\n") if line.strip()]


def _is_of(line: bytes, alias: str) -> bool:
    return line.split(None, 1)[:1] == [alias.encode()]


def _fingerprint(line: bytes) -> str:
    return fingerprint(line.decode("utf-8", "replace").strip().partition(" ")[2])


@contextmanager
def _locked() -> Iterator[None]:
    """Two `tflsp up` at once each add their line; none is lost."""
    descriptor = os.open(own_folder() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
