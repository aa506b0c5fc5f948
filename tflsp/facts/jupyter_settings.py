"""Settings of a Jupyter server in its configuration file: `c.ServerApp.token = ""`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.dataclass import dataclass
from tflsp.documents.region import Region
from tflsp.facts.base import Fact, reads
from tflsp.text import Span
from tflsp.text.patterns import pattern

_TRAITS = "token|password|hashed_password|disable_check_xsrf|ip|allow_root|port"
_ASSIGNED = pattern(
    rf"^[ \t]*(?:c|get_config\(\))\.(?P<section>NotebookApp|ServerApp|LabApp|IdentityProvider|PasswordIdentityProvider)"
    rf"\.(?P<trait>{_TRAITS})[ \t]*=[ \t]*(?P<value>[uUrR]?'[^'\n]*'|[uUrR]?\"[^\"\n]*\"|True|False|None|\d+)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, eq=False)
class JupyterSetting(Fact):
    """A trait being set; ``span`` is the statement. ``value`` is a text without its quotes, or a literal's name."""

    section: str
    trait: str
    value: str
    value_span: Span


@reads("python")
def jupyter_settings(region: Region) -> Iterator[JupyterSetting]:
    """The settings of a region."""
    if "App." not in region.text and "Provider." not in region.text:
        return
    for found in _ASSIGNED.finditer(region.text):
        written = found["value"]
        value = written.lstrip("uUrR")[1:-1] if written[-1] in "'\"" else written
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        yield JupyterSetting(
            region, Span(start, found.end()), found["section"], found["trait"], value, Span(*found.span("value"))
        )
