"""The way in: OpenSSH's own client against the image's sshd. What must work does, and what must not does not."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import docker
import pytest

from tests import components
from tests.components import ROOT
from tests.e2e.container.contained import Contained, contained
from tests.e2e.container.engine import Engine

AWKWARD = "two words, a = and $HOME and 'quotes'; C:/x % {} ~ 中文"


def test_a_key_opens_a_session_as_dev(running_container: Contained) -> None:
    ran = running_container.ssh("id -un; id -u; pwd; tflsp version")
    assert ran.returncode == 0, ran.stderr
    name, uid, folder, version = ran.stdout.splitlines()
    assert (name, uid, folder) == ("dev", "1000", "/home/dev")
    assert version.startswith("tflsp ")


@pytest.mark.parametrize(
    ("user", "identity", "options"),
    [
        ("root", "identity", []),
        ("dev", "stranger", []),
        ("nobody", "identity", []),
        ("dev", "identity", ["-oPubkeyAuthentication=no", "-oPreferredAuthentications=password"]),
        ("dev", "identity", ["-oPubkeyAuthentication=no", "-oPreferredAuthentications=keyboard-interactive"]),
        ("root", "identity", ["-oPubkeyAuthentication=no", "-oPreferredAuthentications=password"]),
    ],
)
def test_nobody_else_gets_in(running_container: Contained, user: str, identity: str, options: list[str]) -> None:
    ran = running_container.ssh("true", user=user, identity=identity, options=options)
    assert ran.returncode == 255
    # The only way that the server offers is a key.
    assert "Permission denied (publickey)." in ran.stderr


def test_nothing_is_forwarded_into_the_laptop(running_container: Contained) -> None:
    for options in (["-R", "0:127.0.0.1:1"], ["-R", "/tmp/back:127.0.0.1:1"]):
        ran = running_container.ssh("true", options=["-oExitOnForwardFailure=yes", *options])
        assert ran.returncode == 255
        assert "remote port forwarding failed" in ran.stderr
    agent = running_container.ssh('echo "[$SSH_AUTH_SOCK][$DISPLAY]"', options=["-A", "-X"])
    assert agent.stdout.strip() == "[][]"


def test_the_containers_own_ports_are_reached(running_container: Contained) -> None:
    request = b"GET /api HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"
    line = running_container.ssh_command("-oBatchMode=yes", "-W", "127.0.0.1:8888")
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as forward:
        assert forward.stdin is not None
        assert forward.stdout is not None
        forward.stdin.write(request)
        forward.stdin.flush()  # and left open: Jupyter answers nobody who has hung up
        assert b" 200 OK" in forward.stdout.readline()
        forward.stdin.close()


def test_no_capability_no_privilege_no_writable_root(running_container: Contained) -> None:
    ran = running_container.ssh(
        "cat /proc/self/status; touch /usr/here /opt/tflsp/here /etc/here; touch /workspace/here"
    )
    fields = dict(line.split(":\t", 1) for line in ran.stdout.splitlines() if ":\t" in line)
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(fields[name], 16) == 0, name
    assert fields["NoNewPrivs"] == "1"
    assert set(fields["Uid"].split()) == {"1000"}
    assert ran.stderr.count("Read-only file system") == 3
    assert (running_container.workspace / "here").stat().st_uid == 1000
    # Everything that runs in it, init too.
    uids = running_container.run("sh", "-c", "cat /proc/[0-9]*/status | grep ^Uid")
    assert {word for line in uids.splitlines() for word in line.split()[1:]} == {"1000"}


def test_sessions_have_the_containers_environment(
    docker_engine: Engine, built_image: str, ssh_client: Path, tmp_path: Path
) -> None:
    unquotable = {
        "UNQUOTABLE_1": 'Se"cret',
        "UNQUOTABLE_2": "Sec\\ret",
        "UNQUOTABLE_3": "Sec#ret",
        "UNQUOTABLE_4": "Sec\nret",
    }
    environment = {"AWKWARD": AWKWARD, "LD_LIBRARY_PATH": "/usr/local/cuda/lib64", **unquotable}
    environment |= {"PATH": "/opt/special/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    environment |= {"TFLSP_SERVICES": ""}
    with contained(docker_engine, built_image, tmp_path, environment) as running:
        plain = dict(line.partition("=")[::2] for line in running.ssh("env").stdout.splitlines())
        login = running.ssh("bash -lc 'echo \"$PATH\"'").stdout.strip()
        terminal = running.ssh("echo $PATH", options=["-tt"]).stdout.strip()
        logs = running.container.logs().decode()
    for name in ("AWKWARD", "LD_LIBRARY_PATH", "PATH"):
        assert plain[name] == environment[name]
    assert login == terminal == environment["PATH"]
    assert plain["HOME"] == "/home/dev"
    assert "TFLSP_AUTHORIZED_KEYS" not in plain
    for name, value in unquotable.items():
        assert name not in plain
        assert f"do not get {name}:" in logs
        assert value not in logs


def test_the_server_speaks_over_ssh(running_container: Contained) -> None:
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
    )
    line = running_container.ssh_command("-oBatchMode=yes")
    with subprocess.Popen([*line, "tflsp", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
        server.stdin.flush()
        length = 0
        while header := server.stdout.readline().strip():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        answer = json.loads(server.stdout.read(length))
        server.stdin.close()
    assert answer["id"] == 1
    assert answer["result"]["serverInfo"]["name"] == "tflsp"


def test_the_host_key_stays_with_the_volume(
    docker_engine: Engine,
    docker_client: docker.DockerClient,
    built_image: str,
    ssh_client: Path,
    tmp_path: Path,
) -> None:
    volume = docker_client.volumes.create()
    known, quiet = [], {"TFLSP_SERVICES": ""}
    try:
        for _ in range(2):
            with contained(docker_engine, built_image, tmp_path, quiet, volume=volume.name) as running:
                assert running.ssh("true").returncode == 0
                known.append((tmp_path / "known_hosts").read_text())
                modes = running.run("stat", "-c", "%a %n", "/home/dev/.tflsp/ssh/host_ed25519", "/home/dev/.tflsp/ssh")
        with contained(docker_engine, built_image, tmp_path, quiet):
            known.append((tmp_path / "known_hosts").read_text())
    finally:
        volume.remove(force=True)
    assert known[0] == known[1] != known[2]
    assert [line.split()[0] for line in modes.splitlines()] == ["600", "700"]


def test_this_machines_sshd_accepts_the_configuration(tmp_path: Path) -> None:
    """OpenSSH 9 here, 8.4 while the image is built: what stands between is accepted by both."""
    sshd = components.program("sshd", "apt-get install openssh-server")
    tmp_path.chmod(0o755)
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    text = (ROOT / "container" / "sshd_config").read_text()
    text = re.sub(r"(?m)^HostKey .*", f"HostKey {key}", text) + 'SetEnv "A=b c" "D=e#f"\n'
    configuration = tmp_path / "sshd_config"
    configuration.write_text(text)
    tested = subprocess.run([sshd, "-t", "-f", configuration], capture_output=True, text=True, check=False)
    # As root it wants /run/sshd on top, and gives it back as its only complaint where that is not there.
    complaints = [line for line in tested.stderr.splitlines() if "Missing privilege separation directory" not in line]
    assert complaints == []
