"""Makes a lock from what an engine has: the images that the project is built upon, the packages, this tflsp."""

from __future__ import annotations

from tflsp.container import lock as locking
from tflsp.container.context import context
from tflsp.container.engines import Engine
from tflsp.container.image import ensure_present, gpus_of, wanted_image
from tflsp.container.lock import Lock, LockError
from tflsp.container.project import Project
from tflsp.container.watching import Watcher


def make_lock(engine: Engine, project: Project, watcher: Watcher, version: str, *, pull: bool) -> Lock:
    """The lock of what is there now. Images that are missing are fetched. Raises EngineError.

    Digests that are pinned for other variants of the image (CPU, GPU) stay, since other machines use those.
    """
    try:
        before = locking.read(project.folder)
    except LockError:
        before = None
    wanted = wanted_image(project, gpus_of(project, engine.about().gpus), None, context, lambda reference: None)
    images = {} if before is None else dict(before.images)
    for reference in wanted.ingredients:
        found = ensure_present(engine, reference, watcher, pull=pull)
        images[locking.tagged(reference)] = locking.digest_of(found, reference)
    packages = {} if wanted.recipe is None else locking.packages_in(context().requirements)
    return Lock(version, images, packages)
