"""Variables of images and containers that hold a literal secret, by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tflsp.documents.region import Region
from tflsp.facts.base import Analysis
from tflsp.facts.containers import ContainerLaunch, LaunchFragment
from tflsp.facts.environment import EnvironmentSetting
from tflsp.facts.placeholders import Strength, is_marked, is_random, strength_of
from tflsp.text import Span
from tflsp.text.patterns import pattern

_SECRET_NAME = pattern(
    r"(?:^|[_-])(?:(?P<password>PASS(?:WORD|WD|PHRASE|CODE)?|PWD|PW)|(?P<key>SECRETS?|TOKEN|CREDENTIALS?|API_?KEY|KEY))"
    r"(?:_\d+)?$",
    re.IGNORECASE,
)
_NO_SECRET_NAME = pattern(
    r"PUBLIC|(?:^|_)(?:PUB|SSH_KNOWN|PRIMARY|FOREIGN|SORT|PARTITION|CACHE|IDEMPOTENCY)_", re.IGNORECASE
)
_SWITCH = pattern(r"(?:true|false|yes|no|on|off|none|null|enabled?|disabled?|\d{1,3})", re.IGNORECASE)
_LOCATION = pattern(r"[./~]|https?://|file:|arn:|[A-Za-z]:\\")


class Variable(NamedTuple):
    """A variable with a secret for its value, which stands at ``span`` of ``region``."""

    region: Region
    name: str
    span: Span
    strength: Strength


def secret_variables(analysis: Analysis) -> Iterator[Variable]:
    """The variables of a chunk that hold secrets. In Markdown, ordinary words are examples."""
    for region, name, span, value in _settings(analysis):
        strength = _strength(name, value)
        if strength is not None and not (strength < Strength.WEAK and region.within("markdown")):
            yield Variable(region, name, span, strength)


def _strength(name: str, value: str) -> Strength | None:
    """How much of a secret a variable's value is, or None where neither name nor value says so."""
    found = _SECRET_NAME.search(name)
    if found is None or _NO_SECRET_NAME.search(name) or not value or is_marked(value):
        return None
    if _SWITCH.fullmatch(value) or _LOCATION.match(value):
        return None
    strength = strength_of(value)
    if found["key"] and not any(char.isalpha() for char in value):
        return None
    if found["key"] and found["key"].upper() == "KEY" and not is_random(value):
        return None
    return strength


def _settings(analysis: Analysis) -> Iterator[tuple[Region, str, Span, str]]:
    """Variables with a literal value: region, name, the value's place, the value."""
    for setting in analysis.of(EnvironmentSetting):
        if setting.value is not None and setting.value.value:
            value = setting.value.value
            span = _without_quotes(setting.region.text, setting.value.place(0, len(value)), value)
            yield setting.region, setting.name, span, value
    launches: tuple[ContainerLaunch | LaunchFragment, ...] = (
        *analysis.of(ContainerLaunch),
        *analysis.of(LaunchFragment),
    )
    for launch in launches:
        for name, span in launch.environment_spans.items():
            if literal := launch.environment.get(name):
                yield launch.region, name, _without_quotes(launch.region.text, span, literal), literal


def _without_quotes(text: str, span: Span, value: str) -> Span:
    at = text.find(value, span.start, span.end)
    return Span(at, at + len(value)) if at >= 0 else span
