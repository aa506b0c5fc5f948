"""Lines of an OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), hashed host names included."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Iterator

from tflsp.remote.targets import Ssh

SSH_PORT = 22


def stale(lines: Iterable[str], hosts: Iterable[str], ssh: Ssh) -> Iterator[str]:
    """The lines that give one of these hosts, at the target's port, another key of the kind that is pinned."""
    kind, key = [*ssh.host_key.split()[:2], "", ""][:2]
    names = {_name(host, ssh.port) for host in hosts}
    for line in lines:
        words = line.split()
        if len(words) < 3 or words[0].startswith(("#", "@")):
            continue
        if words[1] == kind and words[2] != key and any(matches(words[0], name) for name in names):
            yield line


def matches(field: str, name: str) -> bool:
    """Whether a line's first field names a host, hashed (``|1|salt|hash``) or plainly."""
    if field.startswith("|1|"):
        try:
            salt, wanted = (base64.b64decode(part, validate=True) for part in field[3:].split("|"))
        except (ValueError, binascii.Error):
            return False
        return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), wanted)
    return name in field.split(",")


def _name(host: str, port: int) -> str:
    return host if port == SSH_PORT else f"[{host}]:{port}"
