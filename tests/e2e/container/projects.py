"""A project with a home of its own, to run tflsp's commands in as a user does. Plain functions, no pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound

from tflsp.container.names import NEW, name_of, volume_of

# Whom the image's user stands for.
OWNER = 1000


@dataclass(frozen=True)
class UserProject:
    """A folder with a tflsp.toml, the engine, and commands run in it."""

    folder: Path
    home: Path
    host: str
    client: docker.DockerClient

    @property
    def name(self) -> str:
        return name_of(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """A user's environment without the tester's: home, state, agent and engine are this project's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DOCKER_", "SSH_"))}
        return {**kept, "HOME": str(self.home), "DOCKER_HOST": self.host, "PYTHONUNBUFFERED": "1"}

    def settings(self, text: str, top: str = "") -> None:
        """Write tflsp.toml: `text` is the [container] table."""
        (self.folder / "tflsp.toml").write_text(f"{top}\n[container]\n{text}\n", "utf-8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "tflsp", *words]

    def tflsp(self, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; fails where the exit code is another than `code`."""
        done = subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert code is None or done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def status(self) -> str:
        """What the table of `tflsp status` says of this container. All is well, unless the engine has containers of
        others' as well, which may be stopped."""
        done = self.tflsp("status", code=None)
        rows = [line for line in done.stdout.splitlines()[1:] if line.startswith("tflsp-")]
        [own] = [row for row in rows if row.split()[0] == self.name]
        assert done.returncode == 0 or len(rows) > 1, done.stdout + done.stderr
        return own

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a command; what it says is read from its stderr, line by line."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ssh(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the container by OpenSSH, through the configuration that `up` wrote."""
        line = ["ssh", "-F", str(self.home / ".ssh/tflsp/config"), "-oBatchMode=yes", self.name, *words]
        return subprocess.run(line, env=self.environment, capture_output=True, text=True, check=False, timeout=60)

    def inspect(self, name: str | None = None) -> dict[str, Any]:
        """What the engine says of the container. Raises NotFound."""
        found: dict[str, Any] = self.client.api.inspect_container(name or self.name)
        return found

    def exists(self, name: str | None = None) -> bool:
        """Whether the engine has the container."""
        try:
            self.inspect(name)
        except NotFound:
            return False
        return True

    def has_volume(self) -> bool:
        try:
            self.client.volumes.get(volume_of(self.name))
        except NotFound:
            return False
        return True

    def nothing_is_left(self) -> bool:
        """Whether neither container nor volume is there, finished or not."""
        return not (self.exists() or self.exists(self.name + NEW) or self.has_volume())


@contextmanager
def user_project(client: docker.DockerClient, host: str, where: Path, settings: str) -> Iterator[UserProject]:
    """A project in `where`; its container and volume are gone afterwards."""
    folder, home = where / "mnist", where / "home"
    for each in (folder, home):
        each.mkdir()
    os.chown(folder, OWNER, OWNER)
    made = UserProject(folder, home, host, client)
    made.settings(settings)
    try:
        yield made
    finally:
        _remove(client, [made.name, made.name + NEW], volume_of(made.name))


def _remove(client: docker.DockerClient, containers: Sequence[str], volume: str) -> None:
    for name in containers:
        try:
            client.containers.get(name).remove(force=True, v=True)
        except NotFound:
            continue
    try:
        client.volumes.get(volume).remove(force=True)
    except NotFound:
        pass
