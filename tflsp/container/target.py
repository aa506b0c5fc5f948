"""From a running container to a target that everything else connects to: host key pinned, ports and folders known."""

from __future__ import annotations

import re
import sys

from tflsp.container import names
from tflsp.container.engines import Engine
from tflsp.container.faults import EngineError, Fault
from tflsp.container.project import Project
from tflsp.remote.targets import Mapping, Ssh, Target

_HOST_KEY = re.compile(r"(ssh-ed25519 [A-Za-z0-9+/]{68}={0,2})(?:[ \t][^\r\n]*)?\r?\n?")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")


def target_of_container(engine: Engine, project: Project, identity: str | None) -> Target:
    """The target of a project's running container. Its host key comes from the engine, not from the network."""
    endpoint = engine.endpoint(project.name)
    if endpoint is None:
        raise EngineError(Fault.NOT_HEALTHY, f"{project.name} cannot be reached.", "Run `tflsp up` again.")
    host, port = endpoint
    alias = project.name
    ssh = Ssh(host, port, names.USER, host_key(engine, project.name), alias, identity)
    mappings = tuple(Mapping(mount.source, mount.target) for mount in project.mounts if not mount.volume)
    ports = (*names.PORTS, *((name, port) for name, port in sorted(project.settings.ports.items())))
    return Target(project.name, str(project.folder), ssh, mappings, ("tflsp", "serve"), ports)


def local_target(name: str, folder: str) -> Target:
    """The local session: the same server on this machine."""
    return Target(name, folder, None, (), (sys.executable, "-m", "tflsp", "serve"), ())


def host_key(engine: Engine, name: str) -> str:
    """The public host key that a container shows. Raises EngineError for anything that is none."""
    data = engine.read(name, names.HOST_KEY)
    found = _HOST_KEY.fullmatch((data or b"").decode("ascii", "replace"))
    if found is None:
        raise EngineError(
            Fault.NOT_HEALTHY,
            f"{name} has no host key at {names.HOST_KEY}.",
            "Is its image built from tflsp's container/ folder? Leave out `image`, and `tflsp up` builds one.",
        )
    return found[1]


def jupyter_token(engine: Engine, name: str) -> str | None:
    """The token that Jupyter in the container asks for; None where there is none that could be one."""
    data = engine.read(name, names.JUPYTER_TOKEN, 4096)
    text = (data or b"").decode("ascii", "replace").strip()
    return text if _TOKEN.fullmatch(text) else None
