"""Machines for tests: a root below a temporary folder, owners and modes as said, commands that answer as said."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tflsp.doctor.base import State
from tflsp.doctor.machine import Machine, Ran, Stat
from tflsp.remote.targets import Ssh, Target

NOW = 1_700_000_000.0
USER = 1000
HOST_KEY = "ssh-ed25519 " + "A" * 20


@dataclass
class FileStat:
    """What `os.stat` says, with the owner and time that a test wants."""

    st_uid: int
    st_mode: int
    st_mtime: float


@dataclass
class FreeSpace:
    f_frsize: int = 4096
    f_bavail: int = 10 << 20
    f_blocks: int = 20 << 20
    f_favail: int = 1_000_000
    f_files: int = 2_000_000


@dataclass
class Made:
    """A machine in the making."""

    root: Path
    inside: bool = True
    uid: int = USER
    folder: str = "/workspace"
    home: str = "/home/dev"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin"})
    targets: list[Target] = field(default_factory=list)
    spaces: dict[str, FreeSpace] = field(default_factory=dict)
    now: float = NOW
    helper: str | None = None
    _owners: dict[str, int] = field(default_factory=dict)
    _times: dict[str, float] = field(default_factory=dict)
    _commands: list[tuple[tuple[str, ...], Ran]] = field(default_factory=list)
    _answers: dict[str, object] = field(default_factory=dict)
    _mounts: list[str] = field(default_factory=list)
    _sockets: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory(self.folder)
        self.directory(self.home)
        self.directory("/tmp")
        self.file("/proc/net/tcp", "  sl  local_address rem_address   st\n")
        self.mount("/", "overlay")
        self.mount("/workspace", "ext4")
        self.mount("/home/dev", "ext4")

    # Files

    def path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def file(self, path: str, content: str | bytes = "", *, mode: int = 0o644, owner: int = USER) -> None:
        where = self.path(path)
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content.encode() if isinstance(content, str) else content)
        where.chmod(mode)
        self._owners[path] = owner

    def directory(self, path: str, *, mode: int = 0o755, owner: int = USER) -> None:
        where = self.path(path)
        where.mkdir(parents=True, exist_ok=True)
        where.chmod(mode)
        self._owners[path] = owner

    def program(self, path: str) -> None:
        self.file(path, "", mode=0o755, owner=0)

    def changed(self, path: str, when: float) -> None:
        self._times[path] = when

    # The system

    def mount(self, point: str, kind: str, options: str = "rw", root: str = "/") -> None:
        self._mounts.append(
            f"{len(self._mounts) + 20} 1 0:1 {root} {point} {options} shared:1 - {kind} source {options}"
        )
        self.file("/proc/self/mountinfo", "\n".join(self._mounts) + "\n")

    def unmounted(self) -> None:
        """Only the container's own layer."""
        self._mounts.clear()
        self.mount("/", "overlay")

    def process(self, pid: int, *argv: str) -> None:
        self.file(f"/proc/{pid}/cmdline", "\0".join(argv) + "\0")
        self.directory(f"/proc/{pid}/fd")

    def listens(self, port: int, pid: int | None = None, address: str = "0100007F") -> None:
        """A listening socket, by the kernel's hexadecimal address (127.0.0.1 by default)."""
        inode = 500 + len(self._sockets)
        number = len(self._sockets)
        columns = "00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0"
        self._sockets.append(f"{number:4}: {address}:{port:04X} {columns} {inode} 1 0000000000000000 100 0 0 10 0")
        self.file("/proc/net/tcp", "\n".join(["  sl  local_address rem_address   st", *self._sockets]) + "\n")
        if pid is not None:
            self.path(f"/proc/{pid}/fd/{inode}").symlink_to(f"socket:[{inode}]")

    def answers(self, *argv: str, code: int | None = 0, out: str = "", err: str = "", trouble: str = "") -> None:
        """A command whose words begin so answers this."""
        self._commands.append((argv, Ran(code, out, err, trouble)))

    # The engine

    def engine(self, containers: list[Mapping[str, Any]] | None = None, **info: Any) -> None:
        """An engine at the usual socket."""
        self.file("/var/run/docker.sock", owner=0)
        said = {"ServerVersion": "28.2.2", "Runtimes": {"runc": {}}, "DockerRootDir": "/var/lib/docker", **info}
        self._answers["/info"] = said
        listed = []
        for number, container in enumerate(containers or ()):
            config = container.get("Config") or {"Image": "tensorflow"}
            listed.append({"Id": f"c{number}", "Image": config.get("Image", ""), "Labels": config.get("Labels", {})})
            self._answers[f"/containers/c{number}/json"] = container
        self._answers["/containers/json?all=1"] = listed

    def image(self, reference: str, **said: Any) -> None:
        self._answers[f"/images/{reference}/json"] = said

    def engine_fails(self, error: OSError) -> None:
        self.file("/var/run/docker.sock", owner=0)
        self._answers["/info"] = error

    def target(self, name: str = "tflsp-demo-abcdef", port: int = 22100, key: str = HOST_KEY) -> Target:
        ssh = Ssh("127.0.0.1", port, "dev", key, f"{name}")
        self.targets.append(Target(name, self.folder, ssh))
        return self.targets[-1]

    # Packages

    def interpreter(self, **packages: str) -> None:
        """A Python on PATH with these versions; TensorFlow's requirements are 2.9.0's that matter."""
        site = "/usr/local/lib/python3.8/dist-packages"
        self.program("/usr/bin/python3")
        self.answers("/usr/bin/python3", "-c", out=f"{site}\n")
        requires = {"tensorflow": ["numpy (>=1.20)", "protobuf (>=3.9.2)", "keras (<2.10.0,>=2.9.0rc0)"]}
        for name, version in packages.items():
            lines = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {r}" for r in requires.get(name, ()))]
            self.file(
                f"{site}/{name}-{version}.dist-info/METADATA", "\n".join(["Metadata-Version: 2.1", *lines]) + "\n\n"
            )

    # What comes of it

    def machine(self) -> Machine:
        return Machine(
            root=self.root,
            inside=self.inside,
            folder=self.folder,
            home=self.home,
            environment=self.environment,
            uid=self.uid,
            run=self._run,
            ask=self._ask,
            now=lambda: self.now,
            stat=self._stat,
            writable=self._writable,
            space=lambda path: self.spaces.get(self._own(path), FreeSpace()),
            version="0.1.0",
            target=self.targets[0] if self.targets else None,
            targets=tuple(self.targets),
            helper=lambda: self.helper,
        )

    def _own(self, path: Path) -> str:
        return "/" + path.relative_to(self.root).as_posix()

    def _stat(self, path: Path) -> Stat:
        found, own = os.stat(path), self._own(path)
        return FileStat(self._owners.get(own, 0), found.st_mode, self._times.get(own, NOW - 3600))

    def _writable(self, path: Path) -> bool:
        try:
            found = self._stat(path)
        except OSError:
            return False
        mount = max(
            (line.split() for line in reversed(self._mounts) if self._below(path, line)), key=lambda w: len(w[4])
        )
        if "ro" in mount[5].split(","):
            return False
        if self.uid == 0:
            return True
        return bool(found.st_mode & (stat.S_IWUSR if found.st_uid == self.uid else stat.S_IWOTH))

    def _below(self, path: Path, line: str) -> bool:
        point = line.split()[4].rstrip("/")
        return f"{self._own(path)}/".startswith(f"{point}/")

    def _run(self, argv: tuple[str, ...], patience: float) -> Ran:
        assert patience > 0
        for words, answer in reversed(self._commands):
            if argv[: len(words)] == words:
                return answer
        return Ran(None, trouble="No such file or directory")

    def _ask(self, address: str, path: str) -> bytes:
        self.asked.append(f"{address}{path}")
        answer = self._answers.get(path)
        if isinstance(answer, OSError):
            raise answer
        if answer is None:
            raise FileNotFoundError(2, "No such file or directory")
        return json.dumps(answer).encode()


Maker = Callable[[Made], None]


@dataclass(frozen=True)
class Case:
    """A machine, and what a check must see on it."""

    slug: str
    state: State
    make: Maker
    says: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.slug}-{self.make.__name__}"


CASES: list[Case] = []


def case(slug: str, state: State, *says: str) -> Callable[[Maker], Maker]:
    """Register a case: the function below makes the machine; ``says`` must stand in what was seen or its evidence."""

    def register(make: Maker) -> Maker:
        CASES.append(Case(slug, state, make, says))
        return make

    return register
