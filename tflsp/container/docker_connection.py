"""Finding the Docker Engine: what the user chose for the docker command, else what answers on a usual socket."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tflsp.container.docker_engine import DockerEngine
from tflsp.container.faults import no_engine, no_rights, old_engine, remote_engine
from tflsp.container.sockets import is_local, sockets

# Device requests came with it (Docker 19.03).
LEAST_API = (1, 40)
# Seconds to wait for an answer: creating a container may have to copy a large image's home folder onto a volume.
_TIMEOUT = 120


def connect() -> DockerEngine:
    """The engine that the docker command would use, else one that answers on a usual socket. Raises EngineError."""
    import docker
    from docker.errors import DockerException

    chosen = _chosen()
    if chosen is not None:
        if not is_local(chosen["base_url"]):
            raise remote_engine(chosen["base_url"])
        path = Path(chosen["base_url"].removeprefix("unix://").removeprefix("http+"))
        candidates = [(path, chosen)]
    else:
        candidates = [(path, {"base_url": f"unix://{path}"}) for path in sockets()]
    asked: list[str] = []
    for path, arguments in candidates:
        if arguments["base_url"].startswith("unix://"):
            if not _exists(path):
                asked.append(str(path))
                continue
            if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
                raise no_rights(str(path))
        try:
            client = docker.DockerClient(version="auto", timeout=_TIMEOUT, **arguments)
        except DockerException as error:
            if "no longer supported" in str(error):
                raise old_engine("its version is unknown", "below 1.24", _dotted(LEAST_API)) from None
            asked.append(arguments["base_url"].removeprefix("unix://"))
            continue
        engine = DockerEngine(client, arguments["base_url"])
        about = engine.about()
        if about.api < LEAST_API:
            engine.close()
            raise old_engine(f"{about.product} {about.version}", _dotted(about.api), _dotted(LEAST_API))
        return engine
    raise no_engine(asked)


def _chosen() -> dict[str, Any] | None:
    """What DOCKER_HOST or the docker command's context says; None where neither was chosen."""
    from docker.context import ContextAPI
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    arguments: dict[str, Any] = {**kwargs_from_env()}
    if "base_url" in arguments:
        return arguments
    try:
        arguments = {**ContextAPI.kwargs_from_context(environment=dict(os.environ))}
    except (DockerException, OSError, ValueError):
        return None
    if "base_url" not in arguments or "/var/run/docker.sock" in arguments["base_url"]:
        return None
    return arguments


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True


def _dotted(api: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in api)
