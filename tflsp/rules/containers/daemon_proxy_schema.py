"""TFL209: proxies in the schema of Docker's other settings file."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.docker_proxies import CLIENT_KEYS, DAEMON_KEYS, DockerProxies, SettingsFile
from tflsp.rules.base import Context, Fix, Match, Severity, match, rule
from tflsp.rules.builders import replace


@rule("TFL209", "daemon-proxy-schema", severity=Severity.ERROR)
def check(proxies: DockerProxies, context: Context) -> Iterator[Match]:
    """Judge proxies whose file is known: by its name, or by the text before the fence."""
    if proxies.file is None or proxies.file is proxies.schema:
        return
    severity = Severity.WARNING if proxies.region.within("markdown") else None
    message = "message" if proxies.file is SettingsFile.DAEMON else "message.client"
    yield match(proxies, proxies.key_span, message=message, severity=severity, fixes=_fixes(proxies))


def _fixes(proxies: DockerProxies) -> Iterator[Fix]:
    """The same proxies under the names that the file knows; values stay as written."""
    text = proxies.region.text
    if proxies.file is SettingsFile.DAEMON and len(proxies.groups) > 1:
        return
    names = DAEMON_KEYS if proxies.file is SettingsFile.DAEMON else CLIENT_KEYS
    kept = [(names[s.name], s.value_span.of(text)) for s in proxies.settings if s.name in names]
    lines = [f'"{name}": {value}' for name, value in kept]
    if "\n" not in proxies.value_span.of(text) and proxies.file is SettingsFile.DAEMON:
        yield replace(proxies.value_span, "{ " + ", ".join(lines) + " }")
        return
    start = proxies.span.start
    line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    outer = line if not line.strip() else ""
    unit = outer or "  "
    if proxies.file is SettingsFile.CLIENT:
        inner = f",\n{outer}{unit}{unit}".join(lines)
        table = f'{{\n{outer}{unit}"default": {{\n{outer}{unit}{unit}{inner}\n{outer}{unit}}}\n{outer}}}'
    else:
        table = f"{{\n{outer}{unit}" + f",\n{outer}{unit}".join(lines) + f"\n{outer}}}"
    yield replace(proxies.value_span, table)
