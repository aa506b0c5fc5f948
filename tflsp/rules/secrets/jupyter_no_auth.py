"""TFL307: a Jupyter server lets everybody in who reaches it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, Option
from tflsp.facts.jupyter import JupyterLaunch
from tflsp.facts.jupyter_settings import JupyterSetting
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import published
from tflsp.tensorflow.release import IMAGE
from tflsp.text import Span

# In a JSON list nobody takes the quotes off, and Jupyter does.
_EMPTY = ("", "''", '""')
_TRUE = ("True", "true", "1")


@rule("TFL307", "jupyter-no-auth", severity=Severity.WARNING)
def check(jupyter: JupyterLaunch | JupyterSetting, context: Context) -> Iterator[Match]:
    """Judge an empty token, and a check against forged requests that is switched off."""
    if isinstance(jupyter, JupyterSetting):
        yield from _setting(jupyter)
        return
    token, password = jupyter.token, jupyter.password
    if token is not None and token.value in _EMPTY and (password is None or password.value in _EMPTY):
        yield match(jupyter, token.span, severity=_severity(jupyter), fixes=_without(jupyter, token))
    xsrf = jupyter.setting("disable_check_xsrf")
    if xsrf is not None and (xsrf.value is None or xsrf.value in _TRUE):
        yield match(jupyter, xsrf.span, message="message.xsrf", fixes=_without(jupyter, xsrf))


def _setting(setting: JupyterSetting) -> Iterator[Match]:
    text = setting.region.text
    end = text.find("\n", setting.span.end)
    line = Span(text.rfind("\n", 0, setting.span.start) + 1, end + 1 if end >= 0 else len(text))
    fixes = [Fix((Edit(line, ""),), Safety.UNSAFE, arguments={"option": setting.trait})]
    if setting.trait == "token" and setting.value == "":
        yield match(setting, fixes=fixes)
    elif setting.trait == "disable_check_xsrf" and setting.value == "True":
        yield match(setting, message="message.xsrf", fixes=fixes)


def _severity(jupyter: JupyterLaunch) -> Severity | None:
    """An error where the port is open to the network, information where only this machine reaches it."""
    if isinstance(jupyter.inside, ContainerLaunch):
        written = (jupyter.port.value if jupyter.port else None) or ""
        port = published(jupyter.inside, int(written) if written.isdigit() else IMAGE.jupyter_port)
        if (port is not None and not port.is_loopback) or "network" in jupyter.inside.host_namespaces:
            return Severity.ERROR
        return None
    reachable = jupyter.listens_everywhere or (jupyter.ip is not None and jupyter.ip.value is None)
    if reachable or jupyter.region.within("dockerfile", "compose", "kubernetes"):
        return None
    return Severity.INFORMATION


def _without(jupyter: JupyterLaunch, option: Option) -> Iterator[Fix]:
    """The command line without the option; in a JSON list it takes a comma along, which a person had better do."""
    region = jupyter.region
    if region.language != "shell":
        return
    before = region.text[: option.span.start]
    start = len(before) - len(_trailing_blank(before))
    yield Fix((Edit(Span(start, option.span.end), ""),), Safety.UNSAFE, arguments={"option": option.name})


def _trailing_blank(text: str) -> str:
    found = re.search(r"(?:\\\r?\n)?[ \t]*\Z", text)
    return found.group() if found else ""
