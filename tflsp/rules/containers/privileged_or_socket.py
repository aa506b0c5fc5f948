"""TFL206: the container is given the host."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, LaunchFragment
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import without_option
from tflsp.text import Span

_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock", "crio.sock")


@rule("TFL206", "privileged-or-socket", severity=Severity.WARNING)
def check(launch: ContainerLaunch | LaunchFragment, context: Context) -> Iterator[Match]:
    """Judge what opens the host itself; its network and shared memory are usual for training, and stay silent."""
    image = launch.image if isinstance(launch, ContainerLaunch) else None
    if image is not None and image.repository == "docker":
        # Docker in Docker can be had in no other way.
        return
    if launch.privileged_span is not None:
        yield _match(launch, launch.privileged_span, "message.privileged")
    if (span := launch.host_namespaces.get("pid")) is not None:
        yield _match(launch, span, "message.pid")
    for mount in launch.mounts:
        if (mount.source or "").rstrip("/").endswith(_SOCKETS):
            span = next((option.span for option in launch.options if option.span.covers(mount.span)), mount.span)
            yield _match(launch, span, "message.socket", mount.source)


def _match(launch: ContainerLaunch | LaunchFragment, span: Span, message: str, source: str | None = None) -> Match:
    edit = without_option(launch, span)
    fixes = [Fix((edit,), Safety.UNSAFE)] if edit is not None and isinstance(launch, ContainerLaunch) else []
    return match(launch, span, message=message, fixes=fixes, source=source)
