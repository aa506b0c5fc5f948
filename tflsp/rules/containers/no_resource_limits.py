"""TFL205: a training that may take the whole machine."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, Surface
from tflsp.options import GIB
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import insert_keys, insert_option, runs_once
from tflsp.rules.tensorflow_images import is_tensorflow

_SURFACES = (Surface.COMMAND, Surface.COMPOSE)
_LIMITS = ("memory", "cpus", "cpu-quota", "cpuset-cpus", "cpu-shares", "memory-reservation", "cgroup-parent")
_MEMORY = 8 * GIB
_CPUS = 4


@rule("TFL205", "no-resource-limits", severity=Severity.HINT)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of TensorFlow's image in scripts and compose files; texts for readers stay as they are."""
    image = launch.image
    if image is None or not image.repository or not is_tensorflow(image, context) or not launch.complete:
        return
    if launch.surface not in _SURFACES or launch.region.within("markdown", "ipython", "text"):
        return
    limited = launch.memory is not None or launch.cpus is not None or launch.option(*_LIMITS) is not None
    if not limited and not runs_once(launch.command):
        yield match(launch, launch.name_span, fixes=_fixes(launch, context))


def _fixes(launch: ContainerLaunch, context: Context) -> Iterator[Fix]:
    memory = max(1, (context.settings.memory_budget or _MEMORY) // GIB)
    edit = insert_option(launch, f"--memory={memory}g --cpus={_CPUS}") or insert_keys(
        launch, f"mem_limit: {memory}g", f"cpus: {_CPUS}"
    )
    if edit is not None:
        yield Fix((edit,), Safety.UNSAFE, arguments={"memory": f"{memory}g", "cpus": _CPUS})
