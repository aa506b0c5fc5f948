"""Containers of the image as `tflsp up` runs them, with a key that may log in. Plain functions, no pytest."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docker.models.containers import Container

from tests.e2e.container.engine import Engine

UID = 1000
TMPFS = {"/tmp": "rw,exec,nosuid,nodev,mode=1777", "/run": "rw,noexec,nosuid,nodev,mode=1777,size=64m"}


@dataclass(frozen=True, slots=True)
class Contained:
    """A running container, and how to log in: `ssh` runs OpenSSH's own client, strict about the host key."""

    engine: Engine
    container: Container
    port: int
    folder: Path
    workspace: Path

    def execute(self, *command: str) -> tuple[int, str]:
        """Run a command by the engine: its exit code, and all that it printed.

        By Docker's own client: the SDK leaves exec's socket to the garbage collector.
        """
        line = ["docker", "--host", self.engine.host, "exec", str(self.container.id), *command]
        ran = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return ran.returncode, ran.stdout.decode(errors="replace")

    def run(self, *command: str) -> str:
        """Run a command by the engine and return what it printed; fails where the command does."""
        code, text = self.execute(*command)
        assert code == 0, f"{command} ended with {code}: {text}"
        return text

    def ssh_command(self, *options: str, user: str = "dev", identity: str = "identity") -> list[str]:
        """Return the command line up to and including the host."""
        known = {
            "IdentityFile": self.folder / identity,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": self.folder / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "HostKeyAlias": "contained",
            "ConnectTimeout": "10",
        }
        words = [f"-o{name}={value}" for name, value in known.items()]
        return ["ssh", "-F", "/dev/null", "-p", str(self.port), *words, *options, f"{user}@127.0.0.1"]

    def ssh(
        self, *command: str, options: Sequence[str] = (), user: str = "dev", identity: str = "identity", **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a command over SSH. Without BatchMode=no in the options nobody is asked anything."""
        line = self.ssh_command("-oBatchMode=yes", *options, user=user, identity=identity)
        return subprocess.run(
            [*line, *command], **{"capture_output": True, "text": True, "check": False, "timeout": 60, **more}
        )


def once(engine: Engine, image: str, program: str, *arguments: str) -> str:
    """Run a program in the image, as root and in place of what the image starts, and return what it printed."""
    line = ["docker", "--host", engine.host, "run", "--rm", "--user", "0", "--entrypoint", program, image, *arguments]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout.decode(errors="replace")


@contextmanager
def contained(
    engine: Engine,
    image: str,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    volume: str | None = None,
    labels: Mapping[str, str] | None = None,
    **more: Any,
) -> Iterator[Contained]:
    """Run the image with the rights of the contract and nothing more; it and its volume are gone afterwards.

    `folder` gets the keys; its `workspace` is the project. `volume`: one that the caller keeps. Returns when the
    container says that it is healthy.
    """
    workspace = folder / "workspace"
    workspace.mkdir(exist_ok=True)
    for name in ("identity", "stranger"):
        if not (folder / name).exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    if os.geteuid() == 0:  # the image's user owns the project, as it would belong to whoever started it
        for path in (workspace, *workspace.rglob("*")):
            os.chown(path, UID, UID)
    home = volume or f"tflsp-test-{secrets.token_hex(4)}"
    public = (folder / "identity.pub").read_text()
    client = engine.client()
    container = client.containers.create(
        image,
        environment={"TFLSP_AUTHORIZED_KEYS": public, **(environment or {})},
        labels={"dev.tflsp.test": "1", **(labels or {})},
        ports={"2222/tcp": ("127.0.0.1", None)},  # type: ignore[dict-item]  # any port, which the stubs do not know
        volumes={str(workspace): {"bind": "/workspace"}, home: {"bind": "/home/dev"}},
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        read_only=True,
        tmpfs=TMPFS,
        pids_limit=4096,
        init=True,
        **more,
    )
    try:
        container.start()
        container.reload()
        port = int(container.attrs["NetworkSettings"]["Ports"]["2222/tcp"][0]["HostPort"])
        running = Contained(engine, container, port, folder, workspace)
        code, said = running.execute("tflsp", "health", "--wait", "180")
        assert code == 0, f"{said}\n{container.logs().decode(errors='replace')[-3000:]}"
        key = running.run("cat", "/home/dev/.tflsp/ssh/host_ed25519.pub")
        (folder / "known_hosts").write_text(f"contained {' '.join(key.split()[:2])}\n")
        yield running
    finally:
        container.remove(force=True, v=True)
        if volume is None:
            client.volumes.get(home).remove(force=True)
        client.close()
