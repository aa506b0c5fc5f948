"""The Jupyter servers that say they run here, from the files that they leave while they do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tflsp.doctor.base import Stop
from tflsp.doctor.machine import Machine

PORT = 8888
# Where the entry point of our image has it put its files.
_OF_OURS = ("/run/tflsp/jupyter", "/tmp/tflsp/jupyter")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``address`` is the host of the URL that it prints."""

    pid: int
    port: int
    address: str
    root: str
    token: str = field(repr=False)
    file: str


def servers(machine: Machine) -> list[Server]:
    """Those whose process is there, one per process, by port."""
    found: dict[int, Server] = {}
    for folder in _folders(machine):
        for file in (*machine.glob(f"{folder}/jpserver-*.json"), *machine.glob(f"{folder}/nbserver-*.json")):
            server = _server(machine, file)
            if server is not None and machine.exists(f"/proc/{server.pid}"):
                found.setdefault(server.pid, server)
    return sorted(found.values(), key=lambda server: server.port)


def _folders(machine: Machine) -> list[str]:
    environment = machine.environment
    data = environment.get("JUPYTER_DATA_DIR", "")
    data_home = environment.get("XDG_DATA_HOME") or f"{machine.home}/.local/share"
    chosen = [
        environment.get("JUPYTER_RUNTIME_DIR", ""),
        f"{data}/runtime" if data else "",
        f"{data_home}/jupyter/runtime",
    ]
    # The official image runs it as root.
    chosen += ["/root/.local/share/jupyter/runtime", *_OF_OURS]
    return list(dict.fromkeys(folder for folder in chosen if folder))


def _server(machine: Machine, file: str) -> Server | None:
    try:
        said = json.loads(machine.text(file) or "")
        address = urlsplit(str(said.get("url", ""))).hostname or ""
        root = str(said.get("root_dir") or said.get("notebook_dir") or "")
        return Server(int(said["pid"]), int(said["port"]), address, root, str(said.get("token", "")), file)
    except (ValueError, KeyError, TypeError, AttributeError, Stop):
        return None


def installed(machine: Machine) -> bool:
    """Whether Jupyter could be started."""
    return any(machine.which(program) for program in ("jupyter", "jupyter-lab", "jupyter-notebook")) or machine.exists(
        "/opt/tflsp/bin/jupyter-lab"
    )
