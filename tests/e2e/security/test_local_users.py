"""Another user of the same machine: what of ours they can read, write, or talk to."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import components
from tests.e2e.remote import daemons
from tests.e2e.remote.sshd import UNPRIVILEGED, Sshd
from tests.e2e.remote.test_openssh import run
from tflsp.places import UnsafeFolder, private_folder
from tflsp.remote import known_hosts, ssh_include
from tflsp.remote.control import PROTOCOL, request, socket_path
from tflsp.remote.targets import Target

TFLSP = str(Path(sys.executable).with_name("tflsp"))


@pytest.fixture
def target(home: Path, sshd: Sshd) -> Iterator[Target]:
    """A target with all the files that one has, and a daemon that has connected to it."""
    project = home / "project"
    project.mkdir()
    before = os.umask(0)  # the worst that a login script may leave us with
    try:
        with daemons.no_daemon_left():
            made = daemons.saved(sshd, project, command=("cat",))
            known_hosts.pin(made)
            ssh_include.install(ssh_include.planned())
            os.umask(0)
            subprocess.run([TFLSP, "connect", made.name], input=b"", check=True, timeout=60)
            yield made
    finally:
        os.umask(before)


def test_everything_is_for_this_user_alone(home: Path, target: Target) -> None:
    roots = [home / ".ssh", home / "state/tflsp", home / "run/tflsp"]
    found = {path: path.lstat() for root in roots for path in (root, *root.rglob("*"))}
    names = {path.name for path in found}
    assert {"id_ed25519", "known_hosts", "config", "daemon.log", "daemon.sock", f"{target.name}.json"} <= names
    open_to_others = {
        str(path.relative_to(home)): oct(stat.S_IMODE(info.st_mode))
        for path, info in found.items()
        if stat.S_IMODE(info.st_mode) & 0o077 and path.name != "id_ed25519.pub"
    }
    assert open_to_others == {}
    sockets = [path for path, info in found.items() if stat.S_ISSOCK(info.st_mode)]
    assert sockets == [Path(socket_path())]


# What another user's program would try: to be served by our daemon.
INTRUDER = """\
import json, socket, sys
connection = socket.socket(socket.AF_UNIX)
try:
    connection.connect(sys.argv[1])
    connection.sendall(json.dumps({"op": "status", "protocol": int(sys.argv[2])}).encode() + b"\\n")
    print(connection.makefile().read())
except OSError as error:
    print(type(error).__name__)
"""


def as_another_user(*arguments: str) -> str:
    """Run a program as a user who is not us."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
    command = [python, "-I", "-c", *arguments]
    if os.getuid() != 0:
        sudo = components.program("sudo", "To be another user, the tests need sudo without a password, or root.")
        command = [str(sudo), "-n", "-u", "nobody", *command]
        return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        user=UNPRIVILEGED,
        group=UNPRIVILEGED,
        extra_groups=[],
    ).stdout.strip()


def test_the_daemon_serves_its_user_alone(home: Path, target: Target) -> None:
    path = socket_path()
    assert as_another_user(INTRUDER, path, str(PROTOCOL)) == "PermissionError"
    # Were the folder open by mistake, the daemon itself would still ask who is there.
    opened = [home, home / "run", home / "run/tflsp"]
    for folder in opened:
        folder.chmod(0o755)
    os.chmod(path, 0o666)
    (answer,) = as_another_user(INTRUDER, path, str(PROTOCOL)).splitlines()
    assert json.loads(answer)["error"] == "This helper belongs to another user."
    assert next(request("status", autostart=False))["pid"]


def test_a_socket_of_somebody_else_is_not_spoken_to(home: Path) -> None:
    if os.getuid() != 0:
        components.missing("root", "A socket of another user's is made by root.")
    folder = home / "run/tflsp"
    folder.mkdir(mode=0o700)
    os.chown(folder, UNPRIVILEGED, UNPRIVILEGED)
    done = run(home, "tflsp", "daemon", "status", XDG_RUNTIME_DIR=str(home / "run"), XDG_STATE_HOME=str(home / "state"))
    assert done.returncode != 0
    with pytest.raises(UnsafeFolder, match="not a folder of yours"):
        private_folder(folder)


def test_a_link_in_place_of_a_folder_is_refused(home: Path) -> None:
    (home / "elsewhere").mkdir()
    (home / "link").symlink_to(home / "elsewhere")
    with pytest.raises(UnsafeFolder):
        private_folder(home / "link")


def test_the_servers_port_takes_keys_alone(home: Path, sshd: Sshd, target: Target) -> None:
    """Any user of the machine reaches a port on loopback."""
    assert target.ssh is not None
    with socket.create_connection(("127.0.0.1", target.ssh.port), timeout=10) as connection:
        assert connection.recv(64).startswith(b"SSH-2.0-")
    offered = run(
        home,
        "ssh",
        *("-F", "none", "-v", "-o", "PreferredAuthentications=none", "-o", "StrictHostKeyChecking=no"),
        *("-o", "UserKnownHostsFile=/dev/null", "-p", str(target.ssh.port), "dev@127.0.0.1", "true"),
    )
    assert offered.returncode == 255
    assert "Authentications that can continue: publickey\n" in offered.stderr
