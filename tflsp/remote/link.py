"""One SSH connection to a target: pinned host key, keys only, nothing forwarded, keep-alive. A bridge needs no more.

The target says where and who; the user's ssh configuration adds how to get there (jump hosts, time-outs, ciphers).
"""

from __future__ import annotations

import logging
import os
import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh

from tflsp.remote import errors, keys, known_hosts, ssh_config
from tflsp.remote.errors import Kind, LinkError
from tflsp.remote.targets import Ssh, Target
from tflsp.remote.user_config import UserConfig, private_copy

log = logging.getLogger(__name__)

Connection = asyncssh.SSHClientConnection
Options = asyncssh.SSHClientConnectionOptions

# Lost is what does not answer for interval * (count + 1) seconds: 20 s.
KEEP_ALIVE = 5.0
KEEP_ALIVE_COUNT = 3
CONNECT_TIMEOUT = 15
LOGIN_TIMEOUT = 20.0

_GCM_FIRST = (
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr"
)
# Said outright, so that no option of a `Host *` turns any of it on, and no server gets what it was not meant to.
_CLOSED: Mapping[str, Any] = {
    "agent_forwarding": False,
    "x11_forwarding": False,
    "command": None,
    "env": None,
    "send_env": None,
    "request_pty": True,  # asyncssh's default: a terminal for those sessions that name its type
    "compression_algs": None,
    "password_auth": False,
    "kbdint_auth": False,
    "host_based_auth": False,
    "gss_kex": False,
    "gss_auth": False,
    "gss_host": None,
    "public_key_auth": True,
    "preferred_auth": "publickey",
    "x509_trusted_certs": None,
    "pkcs11_provider": None,
    "client_host_keysign": False,
    "tcp_keepalive": True,
    "keepalive_interval": KEEP_ALIVE,
    "keepalive_count_max": KEEP_ALIVE_COUNT,
    "login_timeout": LOGIN_TIMEOUT,
    "utf8_decode_errors": "replace",
}
_HOP = re.compile(r"(?:(?P<user>[^@]+)@)?(?P<host>\[[^\]]+\]|[^:]+)(?::(?P<port>\d+))?")


@dataclass(slots=True)
class _Pin(asyncssh.SSHClient):
    """Remembers which other key a server showed, so that it can be told. Never accepts one."""

    shown: asyncssh.SSHKey | None = None

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = key
        return False


async def connect(target: Target, report: Callable[[str], None] | None = None) -> Connection:
    """Open the connection to a target. ``report`` gets what was not understood of the user's ssh configuration.

    Raises LinkError, which says what is wrong, what to do, and whether trying again can help.
    """
    ssh = target.ssh
    if ssh is None:
        raise LinkError(Kind.CONFIG, f"{target.name} runs on this machine, without SSH.", "Use `tflsp connect`.")
    pin = _Pin()
    address = f"{ssh.host}:{ssh.port}"
    with private_copy() as folder:
        config = UserConfig(Path(folder))
        try:
            options, tunnel = await _prepared(target, ssh, pin, Path(folder), config)
            try:
                connection = await asyncssh.connect(target.name, options=options, tunnel=tunnel)
            except BaseException:
                if tunnel is not None:
                    tunnel.abort()
                raise
        except asyncssh.HostKeyNotVerifiable as error:
            if pin.shown is None:
                raise errors.explained(error, target.name, address) from error
            pinned, shown = keys.fingerprint(ssh.host_key), pin.shown.get_fingerprint()
            raise errors.host_key_changed(f"{target.name} ({address})", target.name, pinned, shown) from error
        except asyncssh.ChannelOpenError as error:
            raise errors.no_way_on(f"{target.name} ({address})", error.reason) from error
        except (ssh_config.ConfigProblem, keys.KeyProblem) as error:
            raise LinkError(Kind.CONFIG, str(error), "") from error
        except Exception as error:
            raise errors.explained(error, target.name, address) from error
        finally:
            for note in config.notes:
                (report or log.warning)(note)
    if tunnel is not None:
        connection.set_tunnel(tunnel)
    return connection


async def _prepared(
    target: Target, ssh: Ssh, pin: _Pin, folder: Path, config: UserConfig
) -> tuple[Options, Connection | None]:
    ssh_config.check(ssh)
    chosen: dict[str, Any] = {
        **_CLOSED,
        "client_factory": lambda: pin,
        "host": target.name,
        "port": ssh.port,
        "username": ssh.user,
        "known_hosts": known_hosts.entry(ssh),
        "host_key_alias": ssh.host_key_alias,
        "server_host_key_algs": "default",
        **_identity(ssh),
    }
    if ssh.jump is None and ssh_config.is_local(ssh.host):
        chosen |= {"proxy_command": None, "tunnel": None}
    # The first value counts, as in OpenSSH: the target's, the user's, our defaults.
    first, last = folder / "first", folder / "last"
    first.write_text("HostName " + ssh.host.replace("%", "%%") + "\n", "utf-8")
    last.write_text(f"ConnectTimeout {CONNECT_TIMEOUT}\n" + (f"Ciphers {_GCM_FIRST}\n" if has_aes() else ""), "utf-8")
    options = await _options(config, [first], [last], chosen)
    jump = ssh.jump or (options.tunnel if isinstance(options.tunnel, str) else None)
    return options, await _through(jump, config, last, (target.name,)) if jump else None


async def _options(config: UserConfig, before: list[Path], after: list[Path], chosen: dict[str, Any]) -> Options:
    """Read the configuration; what asyncssh cannot read of it is taken out, line by line."""
    while True:
        try:
            options: Options = await Options.construct(None, config=[*before, *config.paths, *after], **chosen)
            if not (options.encryption_algs and options.kex_algs):
                raise ValueError("asyncssh has no such algorithm")
        except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError, OSError):
            raise
        except Exception as error:
            if isinstance(error, ValueError) and config.drop(error):
                continue
            if not config.paths:
                raise
            config.give_up(error)
        else:
            config.note_passed_over(options.config.get("SendEnv"))
            return options


async def _through(jump: str, config: UserConfig, last: Path, seen: tuple[str, ...]) -> Connection | None:
    """Connect to jump hosts, one through the other. They are the user's: their keys and known_hosts hold."""
    connection: Connection | None = None
    try:
        for text in jump.split(","):
            hop = _HOP.fullmatch(text.strip().removeprefix("ssh://").rstrip("/"))
            if hop is None:
                raise LinkError(Kind.CONFIG, f"{text!r} is no jump host.", "Mend ProxyJump in ~/.ssh/config.")
            connection = await _hop(hop, connection, config, last, seen)
    except BaseException:
        if connection is not None:
            connection.abort()
        raise
    return connection


async def _hop(
    hop: re.Match[str], before: Connection | None, config: UserConfig, last: Path, seen: tuple[str, ...]
) -> Connection | None:
    host = hop["host"].strip("[]")
    if host in seen:
        return before  # a `Host *` sends the jump host to itself; OpenSSH passes over that as well
    chosen: dict[str, Any] = {**_CLOSED, "host": host}
    chosen |= {"username": hop["user"]} if hop["user"] else {}
    chosen |= {"port": int(hop["port"])} if hop["port"] else {}
    tunnel = before
    try:
        options = await _options(config, [], [last], chosen)
        options = await Options.construct(options, known_hosts=_known_to_user(options))
        if before is None and isinstance(options.tunnel, str):
            tunnel = await _through(options.tunnel, config, last, (*seen, host))
        try:
            connection = await asyncssh.connect(host, options=options, tunnel=tunnel)
        except BaseException:
            if tunnel is not None and tunnel is not before:
                tunnel.abort()
            raise
    except asyncssh.HostKeyNotVerifiable as error:
        raise errors.host_key_unknown(f"the jump host {host}", errors.shortened(error.reason)) from error
    except asyncssh.PermissionDenied as error:
        raise LinkError(
            Kind.AUTH,
            f"The jump host {host} accepts none of your keys.",
            f"Try `ssh {host}`: the key has to work without a password, or be in your agent.",
        ) from error
    except Exception as error:
        raise errors.explained(error, f"the jump host {host}") from error
    if tunnel is not None:
        connection.set_tunnel(tunnel)
    return connection


def _known_to_user(options: Options) -> Any:
    """Where a jump host's key may stand. As in OpenSSH, a file that is not there is one that holds nothing, and
    `UserKnownHostsFile none` does not switch the checking off, which asyncssh would do in both cases or fail."""
    own = options.known_hosts if isinstance(options.known_hosts, list) else []
    if options.known_hosts == []:
        own = ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]
    paths = [os.path.expanduser(str(path)) for path in (*own, "/etc/ssh/ssh_known_hosts")]
    return [path for path in paths if os.path.isfile(path)] or (lambda *_: ([], [], []))


def _identity(ssh: Ssh) -> dict[str, Any]:
    """Which keys to offer: the file's alone, the agent's for a file with a passphrase, all of the agent's for none."""
    if ssh.identity is None:
        return {"client_keys": (), "ignore_encrypted": True}
    path = Path(ssh.identity)
    try:
        return {"client_keys": [asyncssh.read_private_key(path)], "client_certs": (), "agent_path": None}
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        public = path.with_name(path.name + ".pub")
        if not public.is_file():
            raise errors.locked_key(str(path)) from None
        return {"client_keys": [path], "ignore_encrypted": True, "agent_identities": [public]}


@cache
def has_aes() -> bool:
    """Whether this processor has instructions for AES: GCM is then faster than ChaCha20, by 1.5 to 2.4 times."""
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    except OSError:
        return platform.machine().lower() in ("x86_64", "amd64", "arm64", "aarch64")
    return any(re.match(r"(?:flags|Features)\s*:.*\baes\b", line) for line in text.splitlines())
