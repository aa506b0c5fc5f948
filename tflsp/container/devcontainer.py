"""Labels by which VS Code's Dev Containers finds a container for "Reopen in Container" and "Attach"."""

from __future__ import annotations

import json
from pathlib import Path

from tflsp.container import names

_PLACES = (".devcontainer/devcontainer.json", ".devcontainer.json")


def devcontainer_labels(folder: Path) -> dict[str, str]:
    """The labels for a project's folder; the metadata is what an attached editor goes by."""
    file = next((folder / place for place in _PLACES if (folder / place).is_file()), folder / _PLACES[0])
    metadata = [
        {
            "remoteUser": names.USER,
            "workspaceFolder": names.WORKSPACE,
            "forwardPorts": [port for _, port in names.PORTS],
            "shutdownAction": "none",
        }
    ]
    return {
        "devcontainer.local_folder": str(folder),
        "devcontainer.config_file": str(file),
        "devcontainer.metadata": json.dumps(metadata),
    }
