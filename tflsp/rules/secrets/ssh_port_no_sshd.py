"""TFL306: port 22 of a container is published, and its image has no SSH server."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import published, without_option
from tflsp.text import Span

SSH = 22


@rule("TFL306", "ssh-port-no-sshd", severity=Severity.INFORMATION)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of TensorFlow's own images; what is installed or started at run time may be a server."""
    image, port = launch.image, published(launch, SSH)
    if image is None or port is None or not image.is_tensorflow or image.repository in context.project.built_images:
        return
    if image.builds or any("ssh" in word.pattern for word in launch.command) or launch.option("entrypoint"):
        return
    edit = without_option(launch, _option_of(launch, port.span))
    fixes = [Fix((edit,), Safety.UNSAFE)] if edit is not None else []
    yield match(launch, port.span, fixes=fixes, image=image.text)


def _option_of(launch: ContainerLaunch, span: Span) -> Span:
    """The whole option that a mapping is the value of: ``-p 2222:22``."""
    return next((option.span for option in launch.options if option.span.covers(span)), span)
