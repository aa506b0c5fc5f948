"""A real OpenSSH server without privileges on a loopback port, configured as in the container (user `dev`, keys only).

nss_wrapper gives `dev` its entry in the password file, so neither root nor an account on the machine is needed: the
server runs as whoever runs the tests. Where that is root it runs without root's powers: in a user namespace, where it
sees itself as an ordinary user and still reads root's files (the interpreter), else as a user of no account.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

import psutil

from tests import components
from tflsp.remote.targets import Ssh, Target

OURS = range(23000, 32768)
# Of no account: nothing else on the machine belongs to it.
UNPRIVILEGED = 61234
REMEDY = "apt-get install openssh-server openssh-client libnss-wrapper"
# Seconds. Nothing takes as long; the machine may be busy with other tests.
PATIENCE = 60

# The first value counts, so what a test adds goes before.
CONFIGURATION = """\
{extra}
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
PidFile none
UsePAM no
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers dev
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
AllowTcpForwarding local
AllowStreamLocalForwarding local
AllowAgentForwarding no
X11Forwarding no
PermitTunnel no
GatewayPorts no
PermitUserEnvironment no
MaxSessions 32
LoginGraceTime 20
ClientAliveInterval 15
ClientAliveCountMax 3
SetEnv PATH={path}
Subsystem sftp internal-sftp
LogLevel VERBOSE
"""


@dataclass(slots=True)
class Sshd:
    """A server that can be started, paused, killed and given another host key. `folder` is its own."""

    folder: Path
    port: int
    extra: str = ""
    keys: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] | None = None
    log: str = ""
    _more: threading.Condition = field(default_factory=threading.Condition)

    @property
    def home(self) -> Path:
        """The home of `dev` on the server's side."""
        return self.folder / "home"

    @property
    def host_key(self) -> str:
        """The public host key line, without a host's name."""
        kind, data = (self.folder / "host_key.pub").read_text().split()[:2]
        return f"{kind} {data}"

    def target(self, name: str = "tflsp-test", identity: Path | None = None, **changes: object) -> Target:
        """A target that leads here; `changes` go to its Ssh."""
        values = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "dev",
            "host_key": self.host_key,
            "host_key_alias": name,
            "identity": str(identity) if identity else None,
        }
        return Target(name, str(self.home), Ssh(**(values | changes)))  # type: ignore[arg-type]

    def authorize(self, public_line: str, options: str = "restrict,port-forwarding,pty") -> None:
        """Let a key in, as the container's entry point does."""
        self.keys.append(f"{options} {public_line}".strip())
        self._give("authorized_keys", "\n".join(self.keys) + "\n")

    def new_host_key(self, kind: str = "ed25519") -> None:
        """Make another host key; it is shown from the next start on."""
        for name in ("host_key", "host_key.pub"):
            (self.folder / name).unlink(missing_ok=True)
        keygen = components.program("ssh-keygen", REMEDY)
        subprocess.run(
            [keygen, "-q", "-t", kind, "-N", "", "-C", "", "-f", self.folder / "host_key"],
            check=True,
            stdin=subprocess.DEVNULL,
        )
        os.chown(self.folder / "host_key", *_ids())

    def start(self) -> None:
        """Start, and return when the port is open. The first time another port is taken where somebody was faster."""
        program = server_program()
        text = CONFIGURATION.format(port=self.port, folder=self.folder, path=search_path(), extra=self.extra)
        self._give("sshd_config", text)
        uid = UNPRIVILEGED if os.getuid() == 0 else os.getuid()
        self._give("passwd", f"dev:x:{uid}:{uid}::{self.home}:/bin/bash\n")
        self._give("group", f"dev:x:{uid}:\n")
        owner: dict[str, Any] = {"user": uid, "group": uid, "extra_groups": []} if _ids()[0] == UNPRIVILEGED else {}
        self.process = subprocess.Popen(
            [*_without_powers(), str(program), "-D", "-e", "-f", str(self.folder / "sshd_config")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={"PATH": os.environ["PATH"], **account(self.folder)},
            cwd=self.folder,
            start_new_session=True,
            **owner,
        )
        assert self.process.stderr is not None
        said = ""
        for line in self.process.stderr:
            said += line
            if "Server listening" in line:
                break
        else:
            self.process.stderr.close()
            self.process.wait()
            if "Address already in use" in said and not self.log:
                self.port = free_port()
                return self.start()
            raise AssertionError(f"sshd did not start:\n{said}")
        self.log += said
        # From here on somebody always reads, so that it is never held up.
        threading.Thread(target=self._drain, args=[self.process.stderr], daemon=True).start()

    def _drain(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._more:
                    self.log += line
                    self._more.notify_all()

    def logs(self, text: str) -> bool:
        """Whether it logs a text. What it logs is read behind what it does, so this waits for it."""
        with self._more:
            return self._more.wait_for(lambda: text in self.log, PATIENCE)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and all its sessions (SIGSTOP: a network that is silent; SIGKILL: a crash)."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def processes(self) -> list[int]:
        """The server and everything below it, in sessions of their own too."""
        assert self.process is not None
        try:
            parent = psutil.Process(self.process.pid)
            return [parent.pid, *(child.pid for child in parent.children(recursive=True))]
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> None:
        """End the server and its sessions."""
        if self.process is None:
            return
        self.signal(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def _give(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o644)


def make(extra: str = "") -> Sshd:
    """A server with a new host key, not yet started. Remove it with `discard`."""
    server_program()
    folder = Path(tempfile.mkdtemp(prefix="tflsp-sshd-"))
    folder.chmod(0o755)
    server = Sshd(folder, free_port(), extra)
    server.home.mkdir(0o700)
    os.chown(server.home, *_ids())
    server.new_host_key()
    return server


def discard(server: Sshd) -> None:
    """Stop a server and remove its folder."""
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


def account(folder: Path) -> dict[str, str]:
    """Environment in which the password file is the one of a folder."""
    wrapper = components.require("nss_wrapper", _wrapper(), REMEDY)
    return {
        "LD_PRELOAD": wrapper,
        "NSS_WRAPPER_PASSWD": str(folder / "passwd"),
        "NSS_WRAPPER_GROUP": str(folder / "group"),
    }


def client(home: Path) -> dict[str, str]:
    """Environment for OpenSSH's programs, which take the home from the password file and not from HOME."""
    (home / "passwd").write_text(f"me:x:{os.getuid()}:{os.getgid()}::{home}:/bin/sh\n")
    (home / "group").write_text(f"me:x:{os.getgid()}:\n")
    return {"PATH": os.environ["PATH"], "HOME": str(home), **account(home)}


def server_program() -> Path:
    """The path of sshd, which is on root's PATH alone."""
    found = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    return Path(components.require("sshd", found, REMEDY))


def search_path() -> str:
    """PATH of the sessions: `tflsp` of the tests' own environment is on it, as it is in the container."""
    return f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"


def free_port() -> int:
    """A loopback port that is free, and that nobody takes by chance while a server of ours is down.

    It lies below those that the system gives to whoever names none, and above those of containers.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        wanted = secrets.choice(OURS) if lowest >= OURS.stop else 0
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", wanted))
            return int(listener.getsockname()[1])


def _ids() -> tuple[int, int]:
    """Who the server is to the machine, and owns its files."""
    if os.getuid() == 0 and not _without_powers():
        return UNPRIVILEGED, UNPRIVILEGED
    return os.getuid(), os.getgid()


@cache
def _without_powers() -> tuple[str, ...]:
    """The command that takes root's powers away and leaves root's files readable; empty where it cannot be had."""
    if os.getuid() != 0:
        return ()
    command = ("unshare", "--user", f"--map-user={UNPRIVILEGED}", f"--map-group={UNPRIVILEGED}")
    tried = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried.returncode == 0 else ()


def _wrapper() -> str | None:
    found = sorted(Path("/usr").glob("lib*/**/libnss_wrapper.so"))
    return str(found[0]) if found else None
