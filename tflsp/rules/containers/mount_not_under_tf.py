"""TFL202: a folder is mounted where Jupyter does not show it."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, MountPoint, Surface
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.rules.tensorflow_images import tensorflow_tag
from tflsp.tensorflow.release import IMAGE

# Mounted for the engine or the system, not to be worked in.
_NOT_FOR_WORK = ("/var/run/", "/run/", "/dev/", "/etc/", "/tmp/.X11-unix", "/root/.", "/proc/", "/sys/")


@rule("TFL202", "mount-not-under-tf", severity=Severity.INFORMATION)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of a Jupyter image whose own command runs: it serves /tf and nothing else."""
    tag = tensorflow_tag(launch.image, context)
    if tag is None or not tag.jupyter or launch.command or launch.option("entrypoint") is not None:
        return
    if launch.surface is Surface.DEVCONTAINER or not launch.complete:
        return
    mounts = [mount for mount in launch.mounts if _is_for_work(mount)]
    if mounts and not any(_is_visible(mount) for mount in mounts):
        mount = mounts[0]
        yield match(launch, mount.target_span or mount.span, fixes=_fixes(launch, mounts), target=mount.target)


def _is_for_work(mount: MountPoint) -> bool:
    return mount.kind != "tmpfs" and not (mount.target or "").startswith(_NOT_FOR_WORK)


def _is_visible(mount: MountPoint) -> bool:
    """Whether the target is /tf or below it; one that is not known may be."""
    target = (mount.target or "").rstrip("/")
    root = IMAGE.jupyter_directory
    return not target.startswith("/") or target == root or target.startswith(f"{root}/")


def _fixes(launch: ContainerLaunch, mounts: list[MountPoint]) -> Iterator[Fix]:
    if len(mounts) == 1 and mounts[0].target_span is not None and mounts[0].target:
        span = mounts[0].target_span
        if span.of(launch.region.text) == mounts[0].target:
            yield replace(span, IMAGE.notebook_mount, safety=Safety.UNSAFE, target=IMAGE.notebook_mount)
