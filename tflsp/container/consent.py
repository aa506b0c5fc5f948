"""Folders outside a project that its settings reach for: a person has to agree once, since settings come with a clone.

What was agreed to is kept in the user's state folder, by project and path; never in the project.
"""

from __future__ import annotations

import json
from pathlib import Path

from tflsp.container.faults import EngineError, Fault
from tflsp.container.project import Project
from tflsp.container.watching import Watcher
from tflsp.places import state_folder, write_private


def agree_to_outside(project: Project, watcher: Watcher) -> None:
    """Ask for what was not agreed to yet. Raises EngineError where the answer is no."""
    path = state_folder() / "agreed.json"
    agreed = _read(path)
    known = set(agreed.get(str(project.folder), []))
    asked = [each for each in project.outside if str(each) not in known]
    if not asked:
        return
    listed = ", ".join(str(each) for each in asked)
    if not watcher.agrees(f"The settings of {project.folder.name} give the container {listed}. Is that right?"):
        raise EngineError(
            Fault.REFUSED,
            f"The settings reach for {listed}, outside the project.",
            "Remove it from [container], or answer yes (without a terminal: --yes).",
        )
    agreed[str(project.folder)] = sorted(known | {str(each) for each in project.outside})
    write_private(path, json.dumps(agreed, indent=1).encode())


def _read(path: Path) -> dict[str, list[str]]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
