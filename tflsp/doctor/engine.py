"""The container engine that this user's commands reach: its address, what it says of itself, and its containers.

Asked through its socket by plain HTTP (Engine API, which Podman speaks too), else through the `docker` command.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tflsp.doctor.base import Stop, not_here, unseen
from tflsp.doctor.machine import Machine

PATIENCE = 8.0
MOST_CONTAINERS = 40

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the engine is, and what says so: ``DOCKER_HOST``, ``context NAME`` or ``default``."""

    address: str
    origin: str

    @property
    def socket(self) -> str | None:
        """The path of its Unix socket."""
        return self.address.removeprefix("unix://") if self.address.startswith("unix://") else None


class EngineError(Exception):
    """The engine does not answer. ``kind``: refused, denied, absent, other."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


def endpoint(machine: Machine) -> Endpoint:
    """As the `docker` command finds it: DOCKER_HOST, DOCKER_CONTEXT, the chosen context, the default."""
    if address := machine.environment.get("DOCKER_HOST"):
        return Endpoint(address if "://" in address else f"tcp://{address}", "DOCKER_HOST")
    folder = machine.environment.get("DOCKER_CONFIG") or f"{machine.home}/.docker"
    context = machine.environment.get("DOCKER_CONTEXT") or _json(machine, f"{folder}/config.json").get("currentContext")
    if isinstance(context, str) and context not in ("", "default"):
        name = hashlib.sha256(context.encode()).hexdigest()
        meta = _json(machine, f"{folder}/contexts/meta/{name}/meta.json")
        try:
            return Endpoint(str(meta["Endpoints"]["docker"]["Host"]), f"context {context}")
        except (KeyError, TypeError):
            return Endpoint("", f"context {context}")
    found = next((path for path in _usual(machine) if machine.exists(path)), _usual(machine)[0])
    return Endpoint(f"unix://{found}", "default")


def _usual(machine: Machine) -> list[str]:
    """Docker's socket, rootless Docker's, Docker Desktop's, Podman's; the same that `tflsp up` tries."""
    runtime = machine.environment.get("XDG_RUNTIME_DIR", "")
    own = [f"{runtime}/docker.sock", f"{runtime}/podman/podman.sock"] if runtime.startswith("/") else []
    desktop = [f"{machine.home}/.docker/run/docker.sock", f"{machine.home}/.docker/desktop/docker.sock"]
    return ["/var/run/docker.sock", *own[:1], *desktop, *own[1:], "/run/podman/podman.sock"]


def wanted(machine: Machine) -> bool:
    """Whether this machine has to do with an engine at all."""
    where = endpoint(machine)
    there = where.socket is not None and machine.exists(where.socket)
    return where.origin != "default" or there or machine.which("docker") is not None


def info(machine: Machine) -> Json:
    """What the engine says of itself. Raises EngineError."""
    where = endpoint(machine)
    if where.socket is not None or where.address.startswith(("tcp://", "http://")):
        try:
            return _object(machine.ask(where.address, "/info"))
        except PermissionError as error:
            raise EngineError("denied", f"{where.address}: {error.strerror}") from None
        except FileNotFoundError:
            raise EngineError("absent", f"{where.address} does not exist") from None
        except ConnectionRefusedError:
            raise EngineError("refused", f"nobody listens at {where.address}") from None
        except (OSError, ValueError) as error:
            if not where.address.startswith("tcp://"):
                raise EngineError("other", f"{where.address}: {type(error).__name__}") from None
    return _by_command(machine)


def _by_command(machine: Machine) -> Json:
    """For addresses that need TLS or SSH."""
    ran = machine.run(("docker", "info", "--format", "{{json .}}"), PATIENCE)
    if ran.code is None:
        raise EngineError("other", f"docker info: {ran.trouble}")
    try:
        answer = _object(ran.out.encode())
    except ValueError:
        answer = {}
    # The command prints what it knows of itself even where the server does not answer.
    if ran.code != 0 or answer.get("ServerErrors") or not answer:
        lines = [*map(str, answer.get("ServerErrors") or ()), *ran.err.strip().splitlines()]
        said = lines[0] if lines else f"docker info ended with {ran.code}"
        raise EngineError("denied" if "permission denied" in said else "other", said)
    return answer


def engine(machine: Machine) -> Json:
    """``info``, for checks: ends them where there is no engine, or none that answers."""
    if not wanted(machine):
        raise Stop(not_here("there is no container engine on this machine", "本机没有容器引擎"))
    try:
        return info(machine)
    except EngineError:
        raise Stop(
            unseen("the engine does not answer (see engine-unreachable)", "引擎没有应答（见 engine-unreachable）")
        ) from None


def containers(machine: Machine) -> list[Json]:
    """What `docker inspect` says of TensorFlow containers and of ours, stopped ones too. Ends checks as ``engine``."""
    engine(machine)
    where = endpoint(machine)
    try:
        listed = json.loads(machine.ask(where.address, "/containers/json?all=1"))
        ids = [each["Id"] for each in listed if _concerns_us(each)][:MOST_CONTAINERS]
        return [_object(machine.ask(where.address, f"/containers/{number}/json")) for number in ids]
    except (OSError, ValueError, KeyError, TypeError):
        return _containers_by_command(machine)


def _containers_by_command(machine: Machine) -> list[Json]:
    ids = machine.run(("docker", "ps", "--all", "--quiet", "--no-trunc"), PATIENCE).out.split()[:MOST_CONTAINERS]
    if not ids:
        return []
    try:
        inspected = json.loads(machine.run(("docker", "inspect", "--type", "container", *ids), PATIENCE).out)
    except ValueError:
        raise Stop(unseen("the engine does not list its containers", "引擎没有列出容器")) from None
    return [each for each in inspected if _concerns_us({**each.get("Config", {}), "Names": [each.get("Name", "")]})]


def name(container: Json) -> str:
    """What people call it: the engine puts a slash before names."""
    return str(container.get("Name", "")).lstrip("/")


def ours(container: Json) -> bool:
    """Whether `tflsp up` made it."""
    return "dev.tflsp.name" in ((container.get("Config") or {}).get("Labels") or {})


def running(container: Json) -> bool:
    """Whether it runs now."""
    return bool((container.get("State") or {}).get("Running"))


def published(container: Json) -> list[tuple[int, str, int]]:
    """(port inside, address outside, port outside) of what is published now, or would be once it runs."""
    now = (container.get("NetworkSettings") or {}).get("Ports") or {}
    ports = now or (container.get("HostConfig") or {}).get("PortBindings") or {}
    return [
        (int(inside.partition("/")[0]), str(each.get("HostIp") or "0.0.0.0"), int(each.get("HostPort") or 0))
        for inside, bound in ports.items()
        for each in bound or ()
    ]


def _concerns_us(listed: Json) -> bool:
    return "dev.tflsp.name" in (listed.get("Labels") or {}) or "tensorflow" in str(listed.get("Image", "")).lower()


def _json(machine: Machine, path: str) -> Json:
    try:
        return _object((machine.text(path) or "{}").encode())
    except (ValueError, Stop):
        return {}


def _object(data: bytes) -> Json:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
