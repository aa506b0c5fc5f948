"""OpenSSH's own programs find and trust a container by what `tflsp ssh-config --install` wrote, and by nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests import components
from tests.e2e.remote import sshd as servers
from tests.e2e.remote.sshd import REMEDY, Sshd
from tflsp.cli.ssh_config import command
from tflsp.remote import known_hosts, ssh_config
from tflsp.remote.keys import Identity
from tflsp.remote.targets import Target, save

# What a user may have, above and below: none of it may get between us and the container.
HOSTILE_TO_US = """\
User nobody
Port 1
Host *
  User nobody
  Port 1
  IdentityFile ~/.ssh/id_none
  ProxyJump nowhere.invalid
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  ForwardAgent yes
  ForwardX11 yes
  ServerAliveInterval 15s
"""


@pytest.fixture
def target(home: Path, sshd: Sshd, identity: Identity) -> Target:
    """The server as a known, pinned and installed target."""
    (home / ".ssh/config").write_text(HOSTILE_TO_US)
    made = sshd.target(identity=identity.path)
    save(made)
    known_hosts.pin(made)
    result = CliRunner().invoke(command, ["--install", "--yes"])
    assert result.exit_code == 0, result.output
    return made


def run(
    home: Path, program: str, *arguments: str, text: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    path = components.program(program, REMEDY)
    return subprocess.run(
        [path, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=servers.client(home) | environment,
    )


def test_ssh_by_name(home: Path, target: Target) -> None:
    done = run(home, "ssh", target.name, "echo $HOME; exit 7")
    assert (done.stdout, done.returncode) == (f"{target.folder}\n", 7), done.stderr
    assert done.stderr == ""


def test_ssh_without_the_include(home: Path, target: Target) -> None:
    (home / ".ssh/config").unlink()
    assert run(home, "ssh", target.name, "true").returncode == 255
    assert run(home, "ssh", "-F", str(ssh_config.own_path()), target.name, "true").returncode == 0


def test_sftp(home: Path, sshd: Sshd, target: Target) -> None:
    (home / "up").write_text("there and back")
    done = run(home, "sftp", "-b", "-", target.name, text=f"put {home}/up over\nget over {home}/down\nls\n")
    assert done.returncode == 0, done.stderr
    assert (home / "down").read_text() == "there and back"
    assert (sshd.home / "over").read_text() == "there and back"


def test_a_swapped_host_key_is_refused(home: Path, sshd: Sshd, target: Target) -> None:
    sshd.stop()
    sshd.new_host_key()
    sshd.start()
    done = run(home, "ssh", target.name, "touch", "came-in")
    assert done.returncode == 255
    assert "Host key verification failed" in done.stderr
    assert not (sshd.home / "came-in").exists()
    sshd.stop()
    sshd.new_host_key("rsa")
    sshd.start()
    assert run(home, "ssh", target.name, "true").returncode == 255


OTHERS = (
    "User me\nHost box\n  Port 7\n",
    "# a comment\r\nHost box\r\n  Port 7\r\nHost *\r\n  Compression yes",
    "Match originalhost box\n  User matched\nMatch final\n  Port 9\n",
    "Include none/*.conf\nCompression yes",
    "",
)


@pytest.mark.parametrize("config", OTHERS, ids=range(len(OTHERS)))
def test_no_other_host_notices(home: Path, config: str) -> None:
    path = home / ".ssh/config"
    path.parent.mkdir(exist_ok=True)
    path.write_text(config, newline="")
    before = run(home, "ssh", "-G", "box")
    assert before.returncode == 0, before.stderr
    assert CliRunner().invoke(command, ["--install", "--yes"]).exit_code == 0
    assert run(home, "ssh", "-G", "box").stdout == before.stdout
    assert CliRunner().invoke(command, ["--remove", "--yes"]).exit_code == 0
    assert path.read_bytes() == config.encode()


def test_an_unpinned_host_key_is_refused(home: Path, target: Target) -> None:
    known_hosts.unpin(target.name)
    done = run(home, "ssh", "-o", "BatchMode=yes", target.name, "true")
    assert done.returncode == 255
    assert "No ED25519 host key is known" in done.stderr
    assert known_hosts.path().read_bytes() == b""


def test_another_port_is_the_same_host(home: Path, sshd: Sshd, target: Target) -> None:
    """The name that is pinned is the alias, so a container may move."""
    sshd.stop()
    sshd.port = servers.free_port()
    sshd.start()
    assert target.ssh is not None
    save(replace(target, ssh=replace(target.ssh, port=sshd.port)))
    ssh_config.write_own()
    assert run(home, "ssh", target.name, "true").returncode == 0


@pytest.fixture
def generous(sshd: Sshd) -> Sshd:
    """The server as a hostile container would run it: it takes whatever a client forwards."""
    sshd.stop()
    sshd.extra = "AllowAgentForwarding yes\nX11Forwarding yes\nX11UseLocalhost yes\nAllowTcpForwarding yes"
    sshd.keys = [line.replace("restrict,port-forwarding,pty ", "") for line in sshd.keys]
    sshd.authorize(sshd.keys.pop(), options="")
    sshd.start()
    return sshd


@pytest.fixture
def agent(home: Path) -> Iterator[str]:
    """A real agent's socket."""
    path = home / "agent"
    program = components.program("ssh-agent", REMEDY)
    process = subprocess.Popen([program, "-D", "-a", path], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "SSH_AUTH_SOCK" in process.stdout.readline()
        yield str(path)
    finally:
        process.terminate()
        process.communicate()


def test_nothing_is_forwarded(home: Path, generous: Sshd, agent: str, target: Target) -> None:
    done = run(home, "ssh", target.name, "echo [$SSH_AUTH_SOCK] [$DISPLAY]", SSH_AUTH_SOCK=agent, DISPLAY=":0")
    assert done.stdout == "[] []\n", done.stderr
    asked = run(home, "ssh", "-A", target.name, "echo [$SSH_AUTH_SOCK]", SSH_AUTH_SOCK=agent)
    assert asked.stdout != "[]\n", "the server would have taken it, so the line above says something"


def test_visual_studio_code_can_forward(home: Path, target: Target) -> None:
    """Remote-SSH needs -D and -L, and the container's sshd gives these alone."""
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        here, there = servers.free_port(), inside.getsockname()[1]
        path = components.program("ssh", REMEDY)
        process = subprocess.Popen(
            [path, "-v", "-N", "-L", f"127.0.0.1:{here}:127.0.0.1:{there}", target.name],
            stderr=subprocess.PIPE,
            text=True,
            env=servers.client(home),
        )
        try:
            assert process.stderr is not None
            assert any("Entering interactive session" in line for line in process.stderr)
            with socket.create_connection(("127.0.0.1", here), timeout=10) as outside:
                connection, _ = inside.accept()
                with connection:
                    outside.sendall(b"through")
                    assert connection.recv(7) == b"through"
        finally:
            process.kill()
            process.communicate()
    refused = run(home, "ssh", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", target.name, "true")
    assert refused.returncode == 255


def tflsp_shell(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    state = {name: os.environ[name] for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
    return run(home, "tflsp", "shell", *arguments, **(state | environment))


WORDS = ("a b", "$(id)", "it's", "`id`", "", "*", "--", "-x", "\n")


@pytest.mark.parametrize("openssh", [True, False], ids=["ssh", "asyncssh"])
@pytest.mark.parametrize("installed", [True, False], ids=["installed", "not installed"])
def test_shell_runs_words_as_they_are(home: Path, target: Target, openssh: bool, installed: bool) -> None:
    if not installed:
        (home / ".ssh/config").unlink()
    tflsp = components.program("tflsp", "make environment")
    environment = {} if openssh else {"PATH": str(tflsp.parent)}
    done = tflsp_shell(home, target.name, "--", "printf", "<%s>", *WORDS, **environment)
    assert done.stdout == "".join(f"<{word}>" for word in WORDS), done.stderr
    assert done.returncode == 0
    assert tflsp_shell(home, target.name, "--", "sh", "-c", "exit 9", **environment).returncode == 9
    fed = run(
        home,
        "tflsp",
        *("shell", target.name, "--", "cat"),
        text="fed\n",
        XDG_STATE_HOME=os.environ["XDG_STATE_HOME"],
        **environment,
    )
    assert fed.stdout == "fed\n", fed.stderr


def test_shell_starts_in_the_folder_that_both_have(home: Path, sshd: Sshd, target: Target) -> None:
    from tflsp.remote.targets import Mapping

    (sshd.home / "work it" / "sub").mkdir(parents=True)
    (home / "project" / "sub").mkdir(parents=True)
    mapped = replace(
        target,
        folder=str(home / "project"),
        mappings=(Mapping(str(home / "project"), str(sshd.home / "work it")),),
    )
    save(mapped)
    tflsp = components.program("tflsp", "make environment")
    environment = servers.client(home) | {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    done = subprocess.run(
        [tflsp, "shell", "--", "pwd"],
        cwd=home / "project/sub",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == str(sshd.home / "work it/sub"), done.stderr
    typed = subprocess.run(
        [tflsp, "shell"],
        cwd=home / "project",
        env=environment,
        input="pwd; exit 5\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (typed.stdout.strip().splitlines()[-1], typed.returncode) == (str(sshd.home / "work it"), 5), typed.stderr


def test_shell_says_what_it_lacks(home: Path) -> None:
    done = tflsp_shell(home, "nothing")
    assert done.returncode == 2
    assert "tflsp up" in done.stderr
    assert tflsp_shell(home, "a", "b").returncode == 2


@pytest.mark.parametrize("openssh", [True, False], ids=["ssh", "asyncssh"])
def test_shell_on_a_terminal(home: Path, target: Target, openssh: bool) -> None:
    """The terminal's size arrives, keys go through unread, and the terminal is afterwards as it was."""
    import pty
    import termios

    tflsp = components.program("tflsp", "make environment")
    environment = servers.client(home) | {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"], "TERM": "xterm"}
    if not openssh:
        environment["PATH"] = str(tflsp.parent)
    master, slave = pty.openpty()
    try:
        termios.tcsetwinsize(slave, (37, 91))
        before = termios.tcgetattr(slave)
        process = subprocess.Popen(
            [tflsp, "shell", target.name],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        shown = b""

        def until(wanted: bytes) -> None:
            nonlocal shown
            while wanted not in shown:
                shown += os.read(master, 4096)
            shown = shown.partition(wanted)[2]

        os.write(master, b"stty size; echo term=$TERM; echo rea''dy\r")
        until(b"37 91")
        until(b"term=xterm")
        until(b"ready\r\n")
        os.write(master, b"sh -c 'trap \"echo cau''ght; exit\" INT; echo ar''med; while :; do sleep 0.1; done'\r")
        until(b"armed")
        os.write(master, b"\x03")  # interrupts what runs over there, and nobody here
        until(b"caught")
        os.write(master, b"exit 6\r")
        assert process.wait(timeout=30) == 6
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)
