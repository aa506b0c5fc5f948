"""Engines that answer and yet cannot do what is wanted: said before anything is made, not when it fails strangely."""

from __future__ import annotations

from pathlib import Path

from tflsp.container.engines import About
from tflsp.container.faults import EngineError, Fault
from tflsp.container.project import Project
from tflsp.container.specification import size

_WITHOUT = "or work without a container: `tflsp up --local`."


def refuse_unsuitable(about: About, project: Project) -> None:
    """Raises EngineError where the engine, as it is set up, cannot run the project's container well."""
    if about.rootless and about.product == "Docker":
        raise EngineError(
            Fault.REFUSED,
            "This Docker Engine runs rootless: files that the container writes into your folder would not be yours.",
            f"Use the machine's engine (`docker context use default`) or Podman, {_WITHOUT}",
        )
    if about.snap:
        _refuse_for_snap(project)
    if about.product == "Podman" and project.settings.gpus not in (None, ("none",)):
        raise EngineError(
            Fault.NO_GPU,
            "Podman gives GPUs through CDI, which its Docker interface does not offer.",
            'Use Docker for GPUs, or work on the CPU: gpus = "none" under [container], or `tflsp up --cpu`.',
        )
    if about.product == "Podman" and any("," in mount.source for mount in project.mounts):
        raise EngineError(
            Fault.MOUNT,
            "Podman's Docker interface cannot mount a folder with a comma in its path.",
            f"Rename the folder, use Docker, {_WITHOUT}",
        )
    wanted = project.settings.memory
    if wanted is not None and about.memory is not None and wanted > about.memory:
        raise EngineError(
            Fault.RESOURCES,
            f"The settings give the container {size(wanted)} of memory, and the engine's machine has "
            f"{size(about.memory)}: the limit would protect nothing.",
            "Lower memory under [container].",
        )


def _refuse_for_snap(project: Project) -> None:
    """Docker from snap sees home folders alone, and nothing hidden in them."""
    home = Path.home().resolve()
    for mount in project.mounts:
        source = Path(mount.source)
        if mount.volume:
            continue
        if not source.is_relative_to(home) or any(part.startswith(".") for part in source.relative_to(home).parts[:1]):
            raise EngineError(
                Fault.MOUNT,
                f"Docker from snap cannot see {source}: it sees your home folder alone, and nothing hidden in it.",
                f"Move it there, install Docker from Debian's or Docker's packages instead, {_WITHOUT}",
            )
