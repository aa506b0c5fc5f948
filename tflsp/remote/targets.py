"""Targets: what must be known to reach a server, by name. `tflsp up` writes them, everything else reads them.

The bridge knows nothing of engines: whoever can write a target can be connected to. Imports no asyncssh.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tflsp.places import state_folder, write_private

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")


class TargetError(Exception):
    """There is no such target, or its file cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A folder that both sides have: absolute paths, here and in the container."""

    local: str
    remote: str


@dataclass(frozen=True, slots=True)
class Ssh:
    """An SSH server whose host key is known beforehand. ``host_key`` is a public key line without a host name;
    ``identity`` is the private key's path, or None for the user's agent; ``jump`` names hosts to go through, as
    OpenSSH's ProxyJump does, each looked up in the user's ssh configuration."""

    host: str
    port: int
    user: str
    host_key: str
    host_key_alias: str
    identity: str | None = None
    jump: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A place where a server runs. Without ``ssh`` it is this machine: the local session.

    ``command`` starts the server there and speaks LSP on its standard streams; ``folder`` is the project's on this
    side; ``mappings`` are those of the mounted folders.
    """

    name: str
    folder: str
    ssh: Ssh | None = None
    mappings: tuple[Mapping, ...] = ()
    command: tuple[str, ...] = ("tflsp", "serve")
    # Ports on the other side's loopback that `tflsp forward` knows by name, e.g. {"jupyter": 8888}.
    ports: tuple[tuple[str, int], ...] = ()


def is_name(text: str) -> bool:
    """Whether a text can name a target: it becomes a file's name, a container's and an SSH host's."""
    return _NAME.fullmatch(text) is not None


def save(target: Target) -> Path:
    """Write a target's file, for this user alone. Raises TargetError for a name that cannot be one."""
    path = _path(target.name)
    write_private(path, json.dumps(asdict(target), indent=2).encode())
    return path


def load(name: str) -> Target:
    """Read a target. Raises TargetError."""
    path = _path(name)
    try:
        return _target(json.loads(path.read_bytes()))
    except FileNotFoundError:
        known = ", ".join(each.name for each in all_targets())
        hint = f"known are: {known}" if known else "start a container with `tflsp up` first"
        raise TargetError(f"no container is known as {name!r}; {hint}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TargetError(f"{path} cannot be read ({type(error).__name__}); run `tflsp up` again") from None


def remove(name: str) -> None:
    """Forget a target; nothing happens where there is none."""
    _path(name).unlink(missing_ok=True)


def all_targets() -> Iterator[Target]:
    """Every target that can be read, by name."""
    for path in sorted((state_folder() / "targets").glob("*.json")):
        try:
            yield load(path.stem)
        except TargetError:
            continue


def target_of(folder: Path) -> Target | None:
    """The target of a project folder, or of the nearest folder above it."""
    by_folder = {target.folder: target for target in all_targets()}
    folder = folder.resolve()
    return next((by_folder[str(each)] for each in (folder, *folder.parents) if str(each) in by_folder), None)


def _path(name: str) -> Path:
    if not is_name(name):
        raise TargetError(f"{name!r} cannot be a name: use small letters, digits, dots, dashes (at most 63)")
    return state_folder() / "targets" / f"{name}.json"


def _target(data: dict[str, object]) -> Target:
    values = dict(data)
    ssh = values.pop("ssh")
    mappings = tuple(Mapping(**each) for each in _list(values.pop("mappings")))
    ports = tuple((str(name), int(port)) for name, port in _list(values.pop("ports")))
    command = tuple(str(word) for word in _list(values.pop("command")))
    if ssh is not None and not isinstance(ssh, dict):
        raise TypeError("ssh")
    return Target(
        str(values.pop("name")),
        str(values.pop("folder")),
        Ssh(**ssh) if ssh is not None else None,
        mappings,
        command,
        ports,
    )


def _list(value: object) -> list[dict[str, str]]:
    if not isinstance(value, list):
        raise TypeError("list")
    return value
