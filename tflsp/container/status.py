"""What is known of every container and local session: as the engine, the targets and the settings say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tflsp.container import names
from tflsp.container.context import ContextError
from tflsp.container.engines import Container, Engine
from tflsp.container.faults import EngineError
from tflsp.container.lock import LockError
from tflsp.container.planning import plan
from tflsp.container.project import ProjectError, read_project
from tflsp.container.readiness import HEALTH
from tflsp.remote.targets import Target, all_targets
from tflsp.settings_files import SettingsError


@dataclass(frozen=True, slots=True)
class Status:
    """One container or session. ``health``: healthy, unhealthy, starting, stopped, local, gone (known, but not there);
    ``drift`` is what the settings want otherwise, or why that cannot be said; ``editors`` and ``forwards`` (ports here)
    are what the helper holds for it."""

    name: str
    folder: str
    health: str
    state: str = ""
    image: str = ""
    port: int | None = None
    gpus: tuple[str, ...] = ()
    started: str = ""
    drift: tuple[str, ...] = ()
    editors: int = 0
    forwards: tuple[int, ...] = ()

    @property
    def well(self) -> bool:
        """Whether there is nothing to say about it."""
        return self.health in ("healthy", "local", "stopped", "gone") and not self.drift


def statuses(engine: Engine | None) -> Iterator[Status]:
    """Every container that tflsp made, and every target without one. Raises EngineError."""
    known = {target.name: target for target in all_targets()}
    if engine is not None:
        for container in engine.containers():
            if not container.name.endswith(names.NEW):
                yield _of_container(container, known.pop(container.name, None), engine)
    for target in known.values():
        yield Status(target.name, target.folder, "local" if target.ssh is None else "gone" if engine else "unknown")


def _of_container(container: Container, target: Target | None, engine: Engine) -> Status:
    specification = container.specification
    return Status(
        name=container.name,
        folder=specification.project,
        health=_health(container, engine),
        state=container.state,
        image=specification.image,
        port=specification.port,
        gpus=specification.gpus,
        started=(container.started or "").partition(".")[0],
        drift=tuple(_drift(container, target, engine)),
    )


def _health(container: Container, engine: Engine) -> str:
    if not container.running:
        return "out of memory" if container.out_of_memory else "stopped"
    if container.health in ("healthy", "unhealthy"):
        return container.health
    # The engine has not asked yet.
    try:
        return "healthy" if engine.run(container.name, HEALTH).code == 0 else "unhealthy"
    except EngineError:
        return "unhealthy"


def _drift(container: Container, target: Target | None, engine: Engine) -> Iterator[str]:
    folder = Path(container.specification.project)
    if not folder.is_dir():
        yield f"its folder {folder} is gone"
        return
    # The key is whoever's ran `up`; here it is what it is.
    keys = container.specification.environment.get(names.AUTHORIZED_KEYS, "")
    try:
        for each in plan(engine, read_project(folder), keys).differences:
            yield f"{each.what}: {each.now} -> {each.wanted}"
    except (ProjectError, SettingsError, EngineError, LockError, ContextError) as error:
        yield str(error)
    if target is None:
        yield "no target is written for it: run `tflsp up`"
