"""Proxies in Docker's own settings: daemon.json has one schema for them, ~/.docker/config.json another.

docs.docker.com: "Daemon proxy configuration" (Engine 23.0 and later), "Use a proxy server with the Docker CLI".
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from tflsp.dataclass import dataclass
from tflsp.documents.json_nodes import read_json
from tflsp.documents.nodes import MappingNode, ScalarNode
from tflsp.documents.region import FENCE, Region
from tflsp.facts.base import Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern

# The client's names, and the daemon's for the same.
DAEMON_KEYS = {"httpProxy": "http-proxy", "httpsProxy": "https-proxy", "noProxy": "no-proxy"}
CLIENT_KEYS = {daemon: client for client, daemon in DAEMON_KEYS.items()}
_FILE = pattern(r"daemon\.json|\.docker/config\.json|config\.json")


class SettingsFile(Enum):
    """Which of Docker's two files a text is."""

    DAEMON = "daemon.json"
    CLIENT = "config.json"


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """One proxy: its name as written, and where name and value stand (quotes included)."""

    name: str
    name_span: Span
    value_span: Span


@dataclass(frozen=True, slots=True, eq=False)
class DockerProxies(Fact):
    """A ``proxies`` table. ``span`` covers its key and value.

    ``file`` is the file that it is in, or that the text around the fence names last; None where that is not said.
    ``schema`` is the file that its keys are right for. ``groups`` are the tables inside (``default``, or a daemon's
    address) that the client's schema has and the daemon's has not.
    """

    file: SettingsFile | None
    schema: SettingsFile
    settings: tuple[ProxySetting, ...]
    key_span: Span
    value_span: Span
    groups: tuple[str, ...] = ()


@reads("daemon-json", "docker-config-json", "json")
def docker_proxies(region: Region) -> Iterator[Fact | Region]:
    """The proxies of Docker's settings."""
    if '"proxies"' not in region.text:
        return
    node = read_json(region.text)
    pair = node.pair("proxies") if isinstance(node, MappingNode) else None
    if pair is None or not isinstance(pair.value, MappingNode):
        return
    table = pair.value
    groups = [inner for inner in table.pairs if isinstance(inner.value, MappingNode)]
    inside = [setting for group in groups for setting in _settings(group.value)]
    outside = list(_settings(table))
    nested = [setting for setting in inside if setting.name in DAEMON_KEYS]
    direct = [setting for setting in outside if setting.name in CLIENT_KEYS]
    if nested:
        names = tuple(group.key.value for group in groups)
        yield DockerProxies(
            region, pair.span, _file(region), SettingsFile.CLIENT, tuple(nested), pair.key.span, table.span, names
        )
    elif direct:
        yield DockerProxies(
            region, pair.span, _file(region), SettingsFile.DAEMON, tuple(direct), pair.key.span, table.span
        )


def _settings(node: object) -> Iterator[ProxySetting]:
    for pair in node.pairs if isinstance(node, MappingNode) else ():
        if isinstance(pair.value, ScalarNode):
            yield ProxySetting(pair.key.value, pair.key.span, pair.value.span)


def _file(region: Region) -> SettingsFile | None:
    """Of a file, what it is; of a fence, what the text before it spoke of last."""
    if region.trait(FENCE) is None:
        return {"daemon-json": SettingsFile.DAEMON, "docker-config-json": SettingsFile.CLIENT}.get(region.language)
    before = region.root.text[: region.to_root(Span(0, 0)).start]
    named = [found.group() for found in _FILE.finditer(before)]
    if not named:
        return None
    return SettingsFile.DAEMON if named[-1] == "daemon.json" else SettingsFile.CLIENT
