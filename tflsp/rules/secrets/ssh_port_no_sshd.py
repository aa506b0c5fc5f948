"""TFL306: port 22 of a container is published, and its image has no SSH server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, PortMapping, Surface
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import delete
from tflsp.text import Span

SSH = 22
_BLANK = re.compile(r"(?:\\\r?\n|[ \t])+")


@rule("TFL306", "ssh-port-no-sshd", severity=Severity.INFORMATION)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of TensorFlow's own images."""
    image = launch.image
    if image is None or not image.is_tensorflow or image.repository in context.project.built_images:
        return
    if any("ssh" in str(word) for word in launch.command):
        return  # it is installed or started at run time
    for port in launch.ports:
        if port.container_port == SSH:
            yield match(launch, port.span, fixes=_without(launch, port), image=image.text)


def _without(launch: ContainerLaunch, port: PortMapping) -> Iterator[Fix]:
    """The command without the option; in a list of YAML a person had better look at the indentation."""
    if launch.surface is not Surface.COMMAND:
        return
    for option in launch.options:
        if option.name == "publish" and option.value_span is not None and option.value_span.covers(port.span):
            following = _BLANK.match(launch.region.text, option.span.end)
            span = Span(option.span.start, following.end() if following else option.span.end)
            yield delete(span, safety=Safety.UNSAFE, option=option.span.of(launch.region.text))
