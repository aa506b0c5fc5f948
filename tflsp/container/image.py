"""The image of a project's container: which one, whether it is there and is the pinned one, and how it gets there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tflsp import __version__
from tflsp.container import lock as locking
from tflsp.container import names
from tflsp.container.context import Context
from tflsp.container.engines import Engine, Image, Recipe
from tflsp.container.faults import EngineError, Fault
from tflsp.container.lock import Lock
from tflsp.container.package_index import package_index
from tflsp.container.project import Project
from tflsp.container.watching import Watcher

_OFFICIAL = "tensorflow/tensorflow"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The image to run: ``reference`` names it, ``base`` what it is or is built upon, ``recipe`` builds it (None: it is
    pulled as it is). ``ingredients`` are the images that are fetched for it, ``pins`` the digests they must have."""

    reference: str
    base: str
    packages: str
    ingredients: tuple[str, ...]
    pins: dict[str, str]
    recipe: Callable[[], Recipe] | None


def gpus_of(project: Project, offered: bool) -> tuple[str, ...]:
    """The GPUs that a project gets, where an engine offers any or not."""
    match project.settings.gpus:
        case None if project.settings.variant == "cpu":
            return ()
        case None:
            return ("all",) if offered else ()
        case ("none",):
            return ()
        case chosen:
            return chosen


def base_of(project: Project, gpus: tuple[str, ...]) -> str:
    """The image that the project's is built upon: the official one, unless the settings name another."""
    if project.settings.base_image is not None:
        return project.settings.base_image
    variant = project.settings.variant or ("gpu" if gpus else "cpu")
    return f"{_OFFICIAL}:{project.tensorflow_version}{'-gpu' if variant == 'gpu' else ''}-jupyter"


def wanted_image(
    project: Project,
    gpus: tuple[str, ...],
    lock: Lock | None,
    context: Callable[[], Context],
    known: Callable[[str], str | None],
) -> Wanted:
    """The image that a project wants. ``context`` gives the files to build from; it is asked where one is built.

    ``known`` gives the digest that an image has in the engine: what is built from another one has another tag.
    """
    pinned = {} if lock is None else dict(lock.images)
    finished = project.settings.image
    if finished is not None:
        key = locking.tagged(finished)
        pins = {key: pinned[key]} if key in pinned else {}
        return Wanted(finished, finished, "", (finished,), pins, None)
    base, files = base_of(project, gpus), context()
    keys = {"BASE_IMAGE": base, "PYTHON_IMAGE": files.python_image}
    pins = {reference: pinned[key] for reference in keys.values() if (key := locking.tagged(reference)) in pinned}
    packages = " ".join(project.settings.extra_packages)
    uid, gid = project.owner
    arguments = {
        **keys,
        "DEV_UID": str(uid),
        "DEV_GID": str(gid),
        **({"EXTRA_PACKAGES": packages} if packages else {}),
    }
    # The digests are not arguments: what is built upon is asked of the engine by tag, after its digest was compared.
    digests = {reference: pins.get(reference) or known(reference) for reference in keys.values()}
    ingredients = sha256(json.dumps([arguments, digests, files.digest], sort_keys=True).encode()).hexdigest()
    tag = f"{names.repository_of(project.name)}:{ingredients[:16]}"
    labels = {names.LABEL_PROJECT: str(project.folder), names.LABEL_VERSION: __version__}

    def recipe() -> Recipe:
        # Asked now: when the plan was made, the base may not have been there.
        digest = known(base)
        more = {names.LABEL_BASE: base, **({names.LABEL_BASE_DIGEST: digest} if digest else {})}
        return Recipe(tag, files.archive(), arguments, labels | more, package_index())

    return Wanted(tag, base, packages, tuple(keys.values()), pins, recipe)


def digest_in(engine: Engine, reference: str) -> str | None:
    """The digest that an image has in the engine; None where it is not there."""
    found = engine.image(reference)
    return None if found is None else locking.digest_of(found, reference)


def refuse_other_digests(engine: Engine, wanted: Wanted, folder: Path) -> None:
    """Raises LockError where the engine has another image under a name that the lock file pins."""
    for reference, digest in wanted.pins.items():
        found = engine.image(reference)
        if found is not None and not locking.has_digest(found, digest):
            raise locking.refusal(folder / locking.NAME, reference, digest, locking.digest_of(found, reference))


def ensure_image(engine: Engine, wanted: Wanted, folder: Path, watcher: Watcher, *, pull: bool = False) -> Image:
    """Pull or build until the wanted image is there. Raises LockError for another digest than the pinned one."""
    if wanted.recipe is None:
        return _fetch(engine, wanted.reference, wanted, folder, watcher, pull)
    found = engine.image(wanted.reference)
    if found is not None and not pull:
        return found
    fetch_ingredients(engine, wanted, folder, watcher, pull=pull)
    recipe = wanted.recipe()
    watcher.follow(f"Building {recipe.tag}", engine.build(recipe))
    return _there(engine, recipe.tag)


def fetch_ingredients(engine: Engine, wanted: Wanted, folder: Path, watcher: Watcher, *, pull: bool = False) -> None:
    """Pull what an image is built upon, where it is not there. Raises LockError for another digest than the pinned one.

    What is built is known by the digests of what it is built upon: a plan that was made without them is not the last.
    """
    for reference in wanted.ingredients:
        _fetch(engine, reference, wanted, folder, watcher, pull)


def ensure_present(engine: Engine, reference: str, watcher: Watcher, *, pull: bool = False) -> Image:
    """An image that the engine has, or fetches. Raises EngineError."""
    if pull or engine.image(reference) is None:
        watcher.follow(f"Pulling {reference}", engine.pull(reference))
    return _there(engine, reference)


def _fetch(engine: Engine, reference: str, wanted: Wanted, folder: Path, watcher: Watcher, pull: bool) -> Image:
    """An image from the engine or a registry, with the pinned digest where there is one."""
    digest = wanted.pins.get(reference) or wanted.pins.get(locking.tagged(reference))
    found = engine.image(reference)
    if digest is None:
        return ensure_present(engine, reference, watcher, pull=pull)
    if found is not None and locking.has_digest(found, digest):
        return found
    if found is not None and not pull:
        raise locking.refusal(folder / locking.NAME, reference, digest, locking.digest_of(found, reference))
    exact = locking.with_digest(reference, digest)
    there = engine.image(exact) or engine.image(digest)
    if there is None:
        watcher.follow(f"Pulling {exact}", engine.pull(exact))
        there = _there(engine, exact)
    if not locking.has_digest(there, digest):
        raise locking.refusal(folder / locking.NAME, reference, digest, locking.digest_of(there, reference))
    engine.tag(there.id, locking.tagged(reference))
    return there


def _there(engine: Engine, reference: str) -> Image:
    found = engine.image(reference)
    if found is None:
        raise EngineError(Fault.OTHER, f"The engine has no {reference} after all.", "Run the command again.")
    return found
