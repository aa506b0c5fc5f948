"""A Docker Engine of the tests' own: Debian's dockerd on a socket of its own, shared by all who test at the same time.

Everybody holds a shared lock while they need it; whoever lets go last stops it. Its data stay in .cache/docker, so
that images are made once. Plain functions, no pytest: `python -m tests.e2e.container.images` uses them as well.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker

ROOT = Path(__file__).parents[3]
CACHE = ROOT / ".cache" / "docker"
NEEDS = ("dockerd", "containerd", "runc", "iptables", "ip")


class NoEngine(Exception):
    """No engine can run here; the text says what is missing and what brings it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine: what DOCKER_HOST should be, and the folder where its sockets and its log lie."""

    host: str
    folder: Path

    def client(self, timeout: int = 300) -> docker.DockerClient:
        """Return a client of it; who asks closes it."""
        return docker.DockerClient(base_url=self.host, timeout=timeout)


def why_not() -> str | None:
    """Say why no engine can run on this machine, or None where one can."""
    lacking = [name for name in NEEDS if _which(name) is None]
    if lacking:
        return f"{', '.join(lacking)} (Debian: apt-get install --no-install-recommends docker.io iptables iproute2)"
    if os.geteuid() != 0:
        return "root, which dockerd needs"
    if shutil.disk_usage(ROOT).free < 8 << 30:
        return "8 GiB of free disk for images"
    return None


@contextmanager
def running() -> Iterator[Engine]:
    """Give an engine, started if nobody did before; the last user stops it. Raises NoEngine."""
    if (reason := why_not()) is not None:
        raise NoEngine(reason)
    CACHE.mkdir(parents=True, exist_ok=True)
    # Sockets' paths are short by nature; the checkout's may be long.
    folder = Path("/run") / f"tflsp-{hashlib.sha256(str(CACHE).encode()).hexdigest()[:8]}"
    engine = Engine(f"unix://{folder}/docker.sock", folder)
    with open(CACHE / "users.lock", "w") as users, open(CACHE / "start.lock", "w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            if not answers(engine.host):
                _start(engine)
        finally:
            fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield engine
        finally:
            fcntl.flock(door, fcntl.LOCK_EX)
            try:
                # Ours becomes exclusive only where nobody else holds one.
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(engine)
            except BlockingIOError:
                pass


def _start(engine: Engine) -> None:
    _stop(engine)
    engine.folder.mkdir(mode=0o700, exist_ok=True)
    (engine.folder / "daemon.json").write_text("{}")  # not the machine's own settings
    command = [str(_which("dockerd")), f"--host={engine.host}", f"--config-file={engine.folder / 'daemon.json'}"]
    command += [f"--data-root={CACHE / 'data'}", f"--exec-root={engine.folder / 'exec'}"]
    command += [f"--pidfile={engine.folder / 'docker.pid'}", "--log-level=warn", f"--bridge={_bridge(engine)}"]
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    with open(CACHE / "dockerd.log", "wb") as log:
        # A session of its own: it outlives the worker that happened to need it first.
        daemon = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True
        )
    deadline = time.monotonic() + 60
    while not answers(engine.host):
        if daemon.poll() is not None or time.monotonic() > deadline:
            tail = (CACHE / "dockerd.log").read_text(errors="replace")[-1500:]
            _stop(engine)
            raise NoEngine(f"a dockerd that starts here; it said:\n{tail}")
        time.sleep(0.1)  # dockerd tells nobody when its socket is there
    daemon.returncode = 0  # not ours to wait for: it may serve others longer than this process lives


def _bridge(engine: Engine) -> str:
    """Make a bridge of our own: docker0 belongs to whichever daemon starts next, and some remove it."""
    name, ip = engine.folder.name, str(_which("ip"))
    _remove_bridge(engine)
    subprocess.run([ip, "link", "add", "name", name, "type", "bridge"], check=True)
    subprocess.run([ip, "address", "add", f"172.30.{int(name[-2:], 16)}.1/24", "dev", name], check=True)
    subprocess.run([ip, "link", "set", name, "up"], check=True)
    return name


def _remove_bridge(engine: Engine) -> None:
    command = [str(_which("ip")), "link", "delete", engine.folder.name]
    subprocess.run(command, stderr=subprocess.DEVNULL, check=False)


def _stop(engine: Engine) -> None:
    """Stop the daemon whose pid it wrote itself, if there is one, and wait until it has gone."""
    try:
        pid = int((engine.folder / "docker.pid").read_text())
        own = b"dockerd" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if not own:
        return
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGTERM)
        if not _gone(pid, 30):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            _gone(pid, 10)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)
    _remove_bridge(engine)


def _gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            # Where this process is its parent, a dead one stays a zombie until it is waited for.
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return True
        except ChildProcessError:
            if not Path(f"/proc/{pid}").exists():
                return True
        time.sleep(0.05)
    return False


def answers(host: str) -> bool:
    """Whether an engine answers at a socket (``unix:///…``)."""
    # By hand: a client of the SDK's that fails to connect leaves its socket to the collector, which warns of it.
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(60)  # who is only busy is not started anew: others work with it
        try:
            asking.connect(host.removeprefix("unix://"))
            asking.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(64)
        except OSError:
            return False


def _which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
