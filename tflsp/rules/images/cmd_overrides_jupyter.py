"""TFL108: the command replaces Jupyter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tflsp.facts.commands import program_name
from tflsp.facts.containers import ContainerLaunch, Surface
from tflsp.rules.base import Context, Edit, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.launches import PYTHONS, SHELLS, is_bare_shell, mentions_jupyter, published, whole_line
from tflsp.rules.tensorflow_images import tensorflow_tag
from tflsp.tensorflow.release import IMAGE
from tflsp.text import Span


@rule("TFL108", "cmd-overrides-jupyter", severity=Severity.WARNING)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of a Jupyter image that publish Jupyter's port and run something else."""
    tag = tensorflow_tag(launch.image, context)
    if tag is None or not tag.jupyter or not launch.command or launch.option("entrypoint") is not None:
        return
    if published(launch, IMAGE.jupyter_port) is not None and _replaces_jupyter(launch):
        span = Span(launch.command[0].span.start, launch.command[-1].span.end)
        command = " ".join(str(word) for word in launch.command)
        yield match(launch, span, fixes=_fixes(launch, span), command=command, program=program_name(launch.command[0]))


def _replaces_jupyter(launch: ContainerLaunch) -> bool:
    """A shell or Python; of a script it is not known what it starts."""
    name, arguments = program_name(launch.command[0]), launch.command[1:]
    if mentions_jupyter(launch) or any(not word.is_literal for word in launch.command):
        return False
    if name in SHELLS:
        return is_bare_shell(launch.command) or bool(arguments and re.fullmatch(r"-[a-z]*c", arguments[0].pattern))
    return name in PYTHONS


def _fixes(launch: ContainerLaunch, span: Span) -> Iterator[Fix]:
    text = launch.region.text
    if launch.surface is Surface.COMPOSE:
        line = whole_line(text, span)
        if re.fullmatch(r"[ \t]+command:[^\r\n]*[\r\n]*", line.of(text)) and line.covers(span):
            yield Fix((Edit(line, ""),), Safety.UNSAFE)
    elif launch.surface is Surface.COMMAND and launch.image is not None:
        after_image = launch.image.span.end
        if text[after_image : after_image + 1] in ("'", '"'):
            after_image += 1
        if after_image <= span.start:
            yield Fix((Edit(Span(after_image, span.end), ""),), Safety.UNSAFE)
