"""TFL204: a port for one person is published to the whole network."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, LaunchFragment, PortMapping, Surface
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import insert
from tflsp.text import Span
from tflsp.text.patterns import pattern

SSH = 22
# What stands behind the ports that a TensorFlow container publishes.
_SERVICES = {
    SSH: "SSH",
    2222: "SSH",
    8888: "Jupyter",
    6006: "TensorBoard",
    8500: "TensorFlow Serving",
    8501: "TensorFlow Serving",
}
_SURFACES = (Surface.COMMAND, Surface.COMPOSE, Surface.SDK)
_NO_TOKEN = pattern(r"(?:NotebookApp|ServerApp|IdentityProvider)\.(?:token|password)=(?:''|\"\")?$")


@rule("TFL204", "port-all-interfaces", severity=Severity.HINT)
def check(launch: ContainerLaunch | LaunchFragment, context: Context) -> Iterator[Match]:
    """Judge published ports without an address; one that says 0.0.0.0 says what it wants."""
    if isinstance(launch, ContainerLaunch) and launch.surface not in _SURFACES:
        return
    for port in launch.ports:
        service = _SERVICES.get(port.container_port or 0)
        if service is None or port.host_ip is not None or not port.host_ip_known or port.protocol != "tcp":
            continue
        severity = Severity.WARNING if _is_open(launch, port) else None
        span = _written(launch, port)
        fixes = _fixes(launch, port, span)
        yield match(launch, span, severity=severity, fixes=fixes, port=_port(port), service=service)


def _written(launch: ContainerLaunch | LaunchFragment, port: PortMapping) -> Span:
    """The whole value, variables with their names and defaults included (``${PORT:-8888}:8888``)."""
    words = (option.word for option in launch.options if option.name == "publish" and option.word)
    return next((word.inner for word in words if word.inner.covers(port.span)), port.span)


def _port(port: PortMapping) -> int | None:
    return port.host_port or port.container_port


def _is_open(launch: ContainerLaunch | LaunchFragment, port: PortMapping) -> bool:
    """A login for whoever guesses a password, or a Jupyter that asks for nothing."""
    if port.container_port == SSH:
        return True
    if port.container_port != 8888 or not isinstance(launch, ContainerLaunch):
        return False
    return launch.environment.get("JUPYTER_TOKEN") == "" or any(
        _NO_TOKEN.search(word.pattern) for word in launch.command
    )


def _fixes(launch: ContainerLaunch | LaunchFragment, port: PortMapping, span: Span) -> Iterator[Fix]:
    text = launch.region.text
    written = span.of(text)
    if isinstance(launch, ContainerLaunch) and launch.surface is Surface.SDK:
        return
    if re.fullmatch(r"[0-9-]+(?:/\w+)?", written):
        # Without a host port docker chooses one; compose too.
        yield insert(span.start, "127.0.0.1::", safety=Safety.UNSAFE)
    elif (column := _column_of_keys(text, span)) is not None:
        edit = Edit(Span(span.start, span.start), f"host_ip: 127.0.0.1\n{' ' * column}")
        yield Fix((edit,), Safety.UNSAFE)
    elif port.host_span is not None and ":" in written and written[0] != "{":
        yield insert(span.start, "127.0.0.1:", safety=Safety.UNSAFE)


def _column_of_keys(text: str, span: Span) -> int | None:
    """Where the keys of compose's long form begin in their lines, None for a mapping in braces."""
    if not re.match(r"[a-z_]+:", span.of(text)):
        return None
    return span.start - max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) - 1
