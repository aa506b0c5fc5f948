"""Shell regions to commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tflsp.documents.region import VARIABLES, Region
from tflsp.documents.shell_commands import Redirect, SimpleCommand, read_shell
from tflsp.documents.shell_words import Variable
from tflsp.documents.words import Word
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, Redirection, command_facts, program_name
from tflsp.facts.containers import ImageRef
from tflsp.facts.wrappers import unwrap
from tflsp.text import Span

_PRINTING = ("echo", "printf")


@reads("shell")
def shell_commands(region: Region) -> Iterator[Fact | Region]:
    """The commands of a region, and what is read out of them."""
    seen: set[Span] = set()
    variables: Mapping[str, Variable] | None = None
    environment: dict[str, str] = {}
    for simple in read_shell(region.text, _variables(region)):
        if simple.variables is not variables:
            variables = simple.variables
            environment = {name: variable.value for name, variable in variables.items()}
        for item in command_facts(_command(region, simple, environment)):
            # Two commands that use one variable name the image that is written there once.
            if isinstance(item, ImageRef):
                if item.span in seen:
                    continue
                seen.add(item.span)
            yield item


def _variables(region: Region) -> dict[str, Variable]:
    """What the text around has set: a Dockerfile's ARG and ENV."""
    known = region.traits.get(VARIABLES)
    if not known or known == "{}":
        return {}
    import json  # hardly any text comes here

    return {name: Variable(value, ()) for name, value in json.loads(known).items()}


def _command(region: Region, simple: SimpleCommand, environment: Mapping[str, str]) -> Command:
    at, wrappers, assignments = unwrap(simple.words)
    words = tuple(simple.words[at:])
    return Command(
        region=region,
        span=Span(words[0].span.start, max(word.span.end for word in words)),
        words=words,
        assignments=(*simple.assignments, *assignments),
        wrappers=wrappers,
        stdin=_stdin(simple),
        redirects=tuple(_redirection(found) for found in simple.redirects),
        environment=environment,
        broken_continuations=tuple(simple.broken),
        inside=region.origin if isinstance(region.origin, Fact) else None,
    )


def _redirection(found: Redirect) -> Redirection:
    return Redirection(found.operator, found.target, Span(found.start, found.target.span.end), found.body)


def _stdin(simple: SimpleCommand) -> tuple[Word, ...]:
    """What is redirected into a command, or printed into the pipe before it."""
    bodies = tuple(found.body for found in simple.redirects if found.body is not None)
    if bodies or simple.source is None:
        return bodies
    source = simple.source
    words = source.words[unwrap(source.words)[0] :]
    name = program_name(words[0]) if words else ""
    if name in _PRINTING:
        return tuple(word for word in words[1:] if not (word.raw.startswith("-") and len(word.raw) <= 3))
    if name in ("cat", "tee", "sudo"):
        return _stdin(source)
    return ()
