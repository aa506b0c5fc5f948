"""Variables that an image or a container is given: ENV and ARG, compose and Kubernetes environments, ``docker run -e``."""

from __future__ import annotations

from dataclasses import dataclass

from tflsp.documents.words import Word
from tflsp.facts.base import Fact
from tflsp.facts.containers import Surface
from tflsp.text import Span


@dataclass(frozen=True, slots=True, eq=False)
class EnvironmentSetting(Fact):
    """A variable being set. ``span`` covers name and value.

    ``value`` is None where none is written: the variable is passed on from whoever starts the container, or, for ARG, given
    at build time. A word whose own value is None holds something unknown (``${TOKEN}``). ``keyword`` is the Dockerfile
    instruction (``ENV``, ``ARG``), empty elsewhere.
    """

    surface: Surface
    name: str
    name_span: Span
    value: Word | None
    keyword: str = ""
