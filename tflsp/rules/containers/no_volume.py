"""TFL201: work that goes with the container."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch
from tflsp.facts.image_names import official_name
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import insert_keys, insert_option, published, runs_once
from tflsp.rules.tensorflow_images import is_tensorflow, tensorflow_tag
from tflsp.tensorflow.release import IMAGE

# jupyter/docker-stacks: where those images keep a user's work.
_STACKS = ("jupyter/", "quay.io/jupyter/")
_STACKS_WORK = "/home/jovyan/work"


@rule("TFL201", "no-volume", severity=Severity.WARNING)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches in which somebody works: interactive ones, and those that publish Jupyter's port."""
    target = _work_directory(launch, context)
    if target is None or launch.mounts or launch.option("volumes-from") or not launch.complete:
        return
    works = launch.interactive or published(launch, IMAGE.jupyter_port) is not None
    if works and not runs_once(launch.command):
        severity = None if _is_jupyter(launch, context) else Severity.INFORMATION
        image = launch.image.text if launch.image else ""
        yield match(
            launch, launch.name_span, severity=severity, fixes=_fixes(launch, target), image=image, target=target
        )


def _work_directory(launch: ContainerLaunch, context: Context) -> str | None:
    """Where work lies in TensorFlow's images and in Jupyter's own; None for others."""
    image = launch.image
    if image is None or not image.repository or image.builds:
        return None
    if is_tensorflow(image, context):
        return IMAGE.notebook_mount
    return _STACKS_WORK if official_name(image, context.settings.image_mirrors).startswith(_STACKS) else None


def _is_jupyter(launch: ContainerLaunch, context: Context) -> bool:
    tag = tensorflow_tag(launch.image, context)
    return tag.jupyter if tag is not None else not (launch.image and is_tensorflow(launch.image, context))


def _fixes(launch: ContainerLaunch, target: str) -> Iterator[Fix]:
    edit = insert_option(launch, f'-v "$PWD/notebooks:{target}"') or insert_keys(
        launch, "volumes:", f"  - ./notebooks:{target}"
    )
    if edit is not None:
        yield Fix((edit,), Safety.UNSAFE, arguments={"target": target})
