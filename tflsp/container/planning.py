"""What `up` would do: the container that the settings want, and how the one that is there differs. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tflsp import __version__
from tflsp.container import lock as locking
from tflsp.container import names
from tflsp.container.context import context
from tflsp.container.devcontainer import devcontainer_labels
from tflsp.container.engines import Container, Engine
from tflsp.container.faults import EngineError, Fault
from tflsp.container.image import Wanted, digest_in, gpus_of, refuse_other_digests, wanted_image
from tflsp.container.lock import Lock, LockError
from tflsp.container.origin import origin_of
from tflsp.container.project import Project
from tflsp.container.specification import Difference, Specification, differences
from tflsp.container.suitability import refuse_unsuitable


@dataclass(frozen=True, slots=True)
class Plan:
    """What `up` would do: ``actual`` is there now (or None), ``wanted`` is what the settings say."""

    project: Project
    actual: Container | None
    wanted: Specification
    image: Wanted
    differences: tuple[Difference, ...]


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
    there = engine.image(image.reference)
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
        origin="" if there is None else origin_of(project.name, image.reference, there),
    )
    found = () if actual is None else tuple(differences(actual.specification, wanted))
    return Plan(project, actual, wanted, image, found)


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
