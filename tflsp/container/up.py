"""`tflsp up`: from settings to a container that can be worked in, or back to how it was.

A new container is made under a name of its own and gets the right one only when it is healthy; what `up` leaves behind
when it is killed is found under that name and cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from tflsp.container import names
from tflsp.container.consent import agree_to_outside
from tflsp.container.engines import Container, Engine
from tflsp.container.faults import EngineError, Fault
from tflsp.container.image import ensure_image, fetch_ingredients
from tflsp.container.interrupts import uninterrupted
from tflsp.container.origin import origin_of
from tflsp.container.planning import plan
from tflsp.container.project import Project
from tflsp.container.readiness import wait_until_ready
from tflsp.container.specification import Difference, Specification
from tflsp.container.watching import Watcher
from tflsp.places import private_folder, state_folder


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `up` did: created, recreated, started or nothing (``unchanged``); ``differences`` are those that stay.

    ``fresh``: the home folder is new, and the host key with it.
    """

    did: str
    container: Container
    differences: tuple[Difference, ...] = ()
    fresh: bool = False


def up(
    engine: Engine, project: Project, authorized_keys: str, watcher: Watcher, *, recreate: bool, pull: bool
) -> Outcome:
    """Bring a project's container up. Raises EngineError and LockError; then everything is as it was before."""
    with alone(project.name):
        _clear_away(engine, project.name)
        agree_to_outside(project, watcher)
        planned = plan(engine, project, authorized_keys, pull=pull)
        actual = planned.actual
        if actual is not None and not recreate:
            return _keep(engine, actual, planned.differences, watcher)
        if planned.image.recipe is not None and (pull or engine.image(planned.image.reference) is None):
            fetch_ingredients(engine, planned.image, project.folder, watcher, pull=pull)
            planned, pull = plan(engine, project, authorized_keys), False
        image = ensure_image(engine, planned.image, project.folder, watcher, pull=pull)
        wanted = replace(planned.wanted, origin=origin_of(project.name, planned.image.reference, image))
        fresh = not engine.has_volume(names.volume_of(project.name))
        with _old_one_back(engine, actual):
            wanted = _run_new(engine, wanted, project, watcher, fresh)
            with uninterrupted():
                if actual is not None:
                    engine.remove(project.name)
                engine.rename(wanted.name + names.NEW, wanted.name)
        if planned.image.recipe is None:
            _compare_owner(engine, project, watcher)
        return Outcome("created" if actual is None else "recreated", _there(engine, project.name), (), fresh)


def _keep(engine: Engine, actual: Container, found: tuple[Difference, ...], watcher: Watcher) -> Outcome:
    """The container that is there, running. Where it has to be started first and fails, it is stopped again."""
    if actual.running:
        wait_until_ready(engine, actual.name)
        return Outcome("unchanged", actual, found)
    watcher.step("Starting the container")
    try:
        engine.start(actual.name)
        wait_until_ready(engine, actual.name)
    except BaseException:
        with uninterrupted():
            engine.stop(actual.name)
        raise
    return Outcome("started", _there(engine, actual.name), found)


def _run_new(engine: Engine, wanted: Specification, project: Project, watcher: Watcher, fresh: bool) -> Specification:
    """Make the new container and wait for its health. A busy port is passed over where no setting names it."""
    new = wanted.name + names.NEW
    candidates = iter(() if project.settings.ssh_port else names.ports_for(wanted.name))
    try:
        while True:
            try:
                # A request that was sent off cannot be called back: wait, so that there is something to remove.
                with uninterrupted():
                    engine.create(wanted, new)
                watcher.step("Starting the container")
                engine.start(new)
                break
            except EngineError as error:
                engine.remove(new)
                port = next((each for each in candidates if each != wanted.port), None)
                if error.fault is not Fault.PORT_BUSY or port is None:
                    raise
                watcher.note(f"Port {wanted.port} is taken by another program; SSH gets {port} from now on.")
                wanted = replace(wanted, port=port)
        watcher.step("Waiting until it is healthy")
        wait_until_ready(engine, new)
    except BaseException:
        with uninterrupted():
            engine.remove(new)
            if fresh:
                engine.remove_volume(names.volume_of(wanted.name))
        raise
    return wanted


def _compare_owner(engine: Engine, project: Project, watcher: Watcher) -> None:
    """Say where files that the container makes would not belong to the folder's owner."""
    ran, owner = engine.run(project.name, ("id", "-u")), project.owner[0]
    if ran.code == 0 and ran.output.strip().isdigit() and int(ran.output) != owner:
        watcher.note(
            f"Files made in the container will belong to user {ran.output.strip()}, and the folder is {owner}'s: "
            "leave out `image` under [container], and `tflsp up` builds an image for you."
        )


@contextmanager
def _old_one_back(engine: Engine, actual: Container | None) -> Iterator[None]:
    """The container that is replaced rests while the new one is tried, since both want one port and one home."""
    if actual is None:
        yield
        return
    try:
        engine.stop(actual.name)
        yield
    except BaseException as error:
        with uninterrupted():
            back = actual.running and engine.container(actual.name) is not None
            if back:
                engine.start(actual.name)
        if back and isinstance(error, EngineError):
            # What went wrong is what counts; that the old one is well again is worth a moment's wait.
            with suppress(EngineError):
                wait_until_ready(engine, actual.name, patience=30)
        raise


def _clear_away(engine: Engine, name: str) -> None:
    """What an `up` that was killed left behind: the new container, and perhaps only that."""
    left = engine.container(name + names.NEW)
    if left is None or left.specification.name != name:
        return
    if engine.container(name) is None and left.running and _is_ready(engine, left.name):
        engine.rename(left.name, name)
    else:
        engine.remove(left.name)


def _is_ready(engine: Engine, name: str) -> bool:
    try:
        wait_until_ready(engine, name, patience=5)
    except EngineError:
        return False
    return True


def _there(engine: Engine, name: str) -> Container:
    found = engine.container(name)
    if found is None:
        raise EngineError(Fault.OTHER, f"{name} is gone again: someone removed it.", "Run the command again.")
    return found


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One command at a time changes a container; a second one waits."""
    folder = private_folder(state_folder())
    descriptor = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
