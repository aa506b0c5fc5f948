"""Complaints made to happen on this machine, and seen by the real command."""

from __future__ import annotations

import os
import secrets
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests import components
from tests.e2e.doctor.doctor import COMMAND, doctor, environment
from tests.e2e.remote.daemons import no_daemon_left
from tflsp.remote.control import request
from tflsp.remote.targets import Ssh, Target, save

OF_NOBODY = 61235
# Groups of version 1 and 2 that the test may put a child of its own into.
CGROUPS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project 项目"
    folder.mkdir()
    (folder / "journal.md").write_text("# 💡\n", "utf-8")
    return folder


def root() -> None:
    """What another user's files are made of."""
    if os.geteuid() != 0:
        components.missing("root's rights", "Run the tests as root: files of other users are made and mounted.")


def test_it_runs(home: Path, project: Path) -> None:
    report = doctor(home, project)
    assert report.said["place"] == "host"
    numbers = [each["id"] for each in report.said["complaints"]]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 20
    failed = [each for each in report.said["complaints"] if "check itself failed" in each["seen"]]
    assert failed == []
    # Looking changes nothing.
    assert list(home.iterdir()) == []
    assert {path.name for path in project.iterdir()} == {"journal.md"}


def test_for_people(home: Path, project: Path) -> None:
    done = subprocess.run(
        COMMAND, cwd=project, env=environment(home), capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Fine (" in done.stdout
    assert "  kernel: " in done.stdout
    assert str(home) not in done.stdout


@contextmanager
def another_user(folder: Path) -> Iterator[list[str]]:
    """The words that start a program as an ordinary user (1000) who owns root's files, in a namespace where what
    ``OF_NOBODY`` owns is root's."""
    root()
    unshare = components.program("unshare", "apt-get install util-linux")
    ready, go = folder / "ready", folder / "go"
    os.mkfifo(ready)
    os.mkfifo(go)
    script = 'echo $$ >"$0"; read line <"$1"; shift; exec "$@"'

    def give_ids() -> None:
        pid = ready.read_text().strip()
        for kind in ("uid_map", "gid_map"):
            Path(f"/proc/{pid}/{kind}").write_text(f"0 {OF_NOBODY} 1\n1000 0 1\n")
        go.write_text("go\n")

    thread = Thread(target=give_ids)
    thread.start()
    yield [str(unshare), "--user", "sh", "-c", script, str(ready), str(go)]
    thread.join(10)


def test_a_folder_of_root(home: Path, project: Path, tmp_path: Path) -> None:
    with another_user(tmp_path) as before:
        os.chown(project, OF_NOBODY, OF_NOBODY)
        report = doctor(home, project, before=before)
    assert {"root-owned-files", "cannot-save"} <= report.problems()
    assert report.complaint("root-owned-files")["seen"] == f"{project} itself belongs to root, you are uid 1000"
    assert f"{project}: owner uid 0, mode 755, you are uid 1000" in report.complaint("cannot-save")["evidence"]


def test_a_file_of_root(home: Path, project: Path, tmp_path: Path) -> None:
    with another_user(tmp_path) as before:
        os.chown(project / "journal.md", OF_NOBODY, OF_NOBODY)
        report = doctor(home, project, before=before)
    assert report.complaint("root-owned-files")["evidence"] == ["journal.md"]
    assert "cannot-save" not in report.problems()


def test_a_read_only_mount(home: Path, project: Path) -> None:
    root()
    script = 'mount -t tmpfs -o ro none "$0" && cd "$0" && exec "$@"'
    before = [str(components.program("unshare")), "--mount", "sh", "-c", script, str(project)]
    report = doctor(home, project, before=before)
    assert "cannot-save" in report.problems()
    assert report.said["environment"]["folder"] == f"on tmpfs mounted at {project}, not writable, uid 0"


def test_git_refuses_the_repository(home: Path, project: Path) -> None:
    root()
    components.program("git", "apt-get install git")
    subprocess.run(["git", "init", "-q", project], check=True)
    assert doctor(home, project).complaint("dubious-ownership")["state"] == "ok"
    for path in (project, project / ".git"):
        os.chown(path, OF_NOBODY, OF_NOBODY)
    complaint = doctor(home, project).complaint("dubious-ownership")
    assert complaint["state"] == "problem"
    assert f"git -c safe.directory={project}" in complaint["advice"]
    # The advice is right.
    answer = subprocess.run(
        ["git", "-c", f"safe.directory={project}", "-C", project, "rev-parse"], env=environment(home), check=False
    )
    assert answer.returncode == 0


@contextmanager
def group() -> Iterator[Path]:
    """A memory cgroup of the test's own."""
    made = None
    for parent in CGROUPS:
        folder = parent / f"tflsp-doctor-{secrets.token_hex(4)}"
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / "memory.oom_control").exists() or (folder / "memory.events").exists():
            made = folder
            break
        folder.rmdir()
    if made is None:
        components.missing("a memory cgroup", "Run the tests as root where cgroups can be made.")
    try:
        yield made
    finally:
        made.rmdir()


def test_a_process_was_killed_for_memory(home: Path, project: Path) -> None:
    with group() as folder:
        limit = next(path for name in ("memory.limit_in_bytes", "memory.max") if (path := folder / name).exists())
        limit.write_text(str(48 << 20))
        before = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', str(folder)]
        greedy = subprocess.run([*before, sys.executable, "-c", "bytearray(400 << 20)"], check=False)
        assert greedy.returncode == -9
        limit.write_text(str(1 << 30))
        complaint = doctor(home, project, before=before).complaint("out-of-memory-killed")
        assert complaint["state"] == "problem"
        assert complaint["seen"] == "the kernel has killed 1 process(es) here for want of memory"
        assert "limit 1.0 GiB" in complaint["evidence"]


def target(home: Path, project: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container is known for this project."""
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    save(Target("tflsp-demo", str(project), Ssh("127.0.0.1", port, "dev", "ssh-ed25519 AAAA", "tflsp-demo")))


def test_the_port_is_in_use(home: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        target(home, project, port, monkeypatch)

        def turn_away() -> None:
            server.accept()[0].close()

        thread = Thread(target=turn_away)
        thread.start()
        report = doctor(home, project)
        if thread.is_alive():  # without OpenSSH nobody has called
            socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
    complaint = report.complaint("port-in-use")
    assert complaint["state"] == "problem"
    assert f"(pid {os.getpid()})" in complaint["evidence"][0]
    assert "tflsp-demo" in report.said["notes"][0]
    assert "ssh-config-missing" in report.problems()


def test_a_stale_key_is_taken_out(home: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]  # nobody else takes it meanwhile, and nobody answers once it is closed
    target(home, project, port, monkeypatch)
    known_hosts = home / ".ssh" / "known_hosts"
    known_hosts.parent.mkdir(mode=0o700)
    keygen = components.program("ssh-keygen", "apt-get install openssh-client")
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", home / "other"], check=True)
    kind, key = (home / "other.pub").read_text().split()[:2]
    known_hosts.write_text(f"example.com {kind} {key}\n[127.0.0.1]:{port} {kind} {key}\n")
    subprocess.run([keygen, "-q", "-H", "-f", known_hosts], check=True, capture_output=True)  # names are hashed
    before = known_hosts.read_bytes()
    assert "host-key-changes" in doctor(home, project).problems()
    assert known_hosts.read_bytes() == before
    report = doctor(home, project, "--fix", "--yes")
    assert report.complaint("host-key-changes")["state"] == "ok"
    assert known_hosts.read_bytes() == before.splitlines(keepends=True)[0]


def test_modes_are_mended(home: Path, project: Path) -> None:
    folder = home / ".ssh" / "tflsp"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "id_ed25519").write_text("not a key")
    (folder / "id_ed25519").chmod(0o644)
    assert doctor(home, project).complaint("key-modes")["state"] == "problem"
    report = doctor(home, project, "--fix", "--yes")
    assert report.complaint("key-modes")["state"] == "ok"
    assert "chmod 600" in report.err
    assert stat.S_IMODE((folder / "id_ed25519").stat().st_mode) == 0o600


def test_a_name_that_nobody_knows(home: Path, project: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "nobody"], cwd=project, env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no container is known as 'nobody'" in done.stderr


def test_the_helper_tells_its_version(home: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(prefix="tflsp-", dir="/tmp") as runtime:  # a socket's path is short
        for name, value in environment(home, XDG_RUNTIME_DIR=runtime).items():
            monkeypatch.setenv(name, value)
        with no_daemon_left():
            before = doctor(home, project, variables={"XDG_RUNTIME_DIR": runtime}).complaint("helper-outdated")
            (running,) = request("status")
            complaint = doctor(home, project, variables={"XDG_RUNTIME_DIR": runtime}).complaint("helper-outdated")
    assert before["state"] == "not applicable"
    assert (complaint["state"], complaint["seen"]) == ("ok", f"it is {running['version']}")
