"""`tflsp up`: from settings to a container that can be worked in, or back to how it was.

A new container is made under a name of its own and gets the right one only when it is healthy; what `up` leaves behind
when it is killed is found under that name and cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tflsp import __version__
from tflsp.container import lock as locking
from tflsp.container import names
from tflsp.container.consent import agree_to_outside
from tflsp.container.context import context
from tflsp.container.devcontainer import devcontainer_labels
from tflsp.container.engines import Container, Engine
from tflsp.container.faults import EngineError, Fault
from tflsp.container.image import Wanted, digest_in, ensure_image, gpus_of, refuse_other_digests, wanted_image
from tflsp.container.interrupts import uninterrupted
from tflsp.container.lock import Lock, LockError
from tflsp.container.project import Project
from tflsp.container.readiness import wait_until_ready
from tflsp.container.specification import Difference, Specification, differences
from tflsp.container.suitability import refuse_unsuitable
from tflsp.container.watching import Watcher
from tflsp.places import private_folder, state_folder


@dataclass(frozen=True, slots=True)
class Plan:
    """What `up` would do: ``actual`` is there now (or None), ``wanted`` is what the settings say."""

    project: Project
    actual: Container | None
    wanted: Specification
    image: Wanted
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `up` did: created, recreated, started or nothing (``unchanged``); ``differences`` are those that stay.

    ``fresh``: the home folder is new, and the host key with it.
    """

    did: str
    container: Container
    differences: tuple[Difference, ...] = ()
    fresh: bool = False


def plan(engine: Engine, project: Project, authorized_keys: str, *, pull: bool = False) -> Plan:
    """What the settings want and how that differs from what is there. Changes nothing.

    Raises EngineError, and LockError for an image that is not the pinned one, unless images are fetched (``pull``).
    """
    about = engine.about()
    refuse_unsuitable(about, project)
    lock = read_lock(project)
    gpus = gpus_of(project, about.gpus)
    image = wanted_image(project, gpus, lock, context, lambda reference: digest_in(engine, reference))
    if not pull:
        refuse_other_digests(engine, image, project.folder)
    actual = engine.container(project.name)
    if actual is not None and actual.specification.project != str(project.folder):
        raise EngineError(
            Fault.NAME_TAKEN,
            f"A container of another origin is named {project.name}.",
            f"Rename it: `docker rename {project.name} OTHER`.",
        )
    kept = None if actual is None else actual.specification.port
    # A finished image has its user's number already.
    user = names.USER if image.recipe is None else "{}:{}".format(*project.owner)
    wanted = Specification(
        name=project.name,
        project=str(project.folder),
        image=image.reference,
        user=user,
        port=project.settings.ssh_port or kept or known_port(project.name) or next(names.ports_for(project.name)),
        mounts=project.mounts,
        gpus=gpus,
        memory=project.settings.memory,
        cpus=project.settings.cpus,
        shm_size=project.settings.shm_size,
        environment={**project.environment, names.AUTHORIZED_KEYS: authorized_keys},
        base=image.base,
        packages=image.packages,
        version=__version__,
        extra_labels=devcontainer_labels(project.folder),
    )
    found = () if actual is None else tuple(differences(actual.specification, wanted))
    return Plan(project, actual, wanted, image, found)


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
        ensure_image(engine, planned.image, project.folder, watcher, pull=pull)
        fresh = not engine.has_volume(names.volume_of(project.name))
        with _old_one_back(engine, actual):
            wanted = _run_new(engine, planned.wanted, project, watcher, fresh)
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
    except BaseException:
        with uninterrupted():
            if actual.running and engine.container(actual.name) is not None:
                engine.start(actual.name)
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


def read_lock(project: Project) -> Lock | None:
    """The project's lock file, if it pins this tflsp. Raises LockError."""
    lock = locking.read(project.folder)
    if lock is None:
        return None
    packages: Mapping[str, tuple[str, ...]] = {}
    if project.settings.image is None:
        packages = locking.packages_in(context().requirements)
    found = list(locking.complaints(lock, __version__, packages or lock.packages))
    if found:
        raise LockError(
            f"{project.folder / locking.NAME} is of another installation: {'; '.join(found)}. "
            f"Install tflsp {lock.tflsp}, or run `tflsp lock` to pin this one for everyone."
        )
    return lock


def known_port(name: str) -> int | None:
    """The port that the project's container had before, from its target."""
    from tflsp.remote.targets import TargetError, load

    try:
        target = load(name)
    except TargetError:
        return None
    return target.ssh.port if target.ssh is not None else None


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
