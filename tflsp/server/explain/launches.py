"""What a container launch does, option by option, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tflsp.facts.containers import ContainerLaunch, Option
from tflsp.findings import Finding
from tflsp.server.explain.docker_options import OPTIONS
from tflsp.server.explain.words import say

# More than this and a hover is a page.
_MOST = 14


def explain_option(option: Option, language: str) -> str | None:
    """What one option does."""
    about = OPTIONS.get(option.name)
    return None if about is None else f"**--{option.name}** — {about.text(language)}"


def explain_launch(launch: ContainerLaunch, findings: Iterable[Finding], language: str) -> str:
    """The launch as a whole: its options, its command, and what rules have to say of it."""
    return "\n\n".join(_explain(launch, findings, language))


def _explain(launch: ContainerLaunch, findings: Iterable[Finding], language: str) -> Iterator[str]:
    image = launch.image.text if launch.image is not None else "?"
    yield f"**{launch.program}** — {say('starts', language)} `{image}`"
    rows = [f"`--{name}`: {OPTIONS[name].text(language)}" for name in _names(launch) if name in OPTIONS]
    if launch.command:
        command = " ".join(word.raw for word in launch.command)
        rows.append(say("command", language, command=command if len(command) <= 60 else f"{command[:60]}…"))
    if rows:
        yield f"{say('what-options-do', language)}:\n" + "\n".join(f"- {row}" for row in rows[:_MOST])
    said = [f"- {finding.message(language)} ({finding.code})" for finding in findings]
    yield f"{say('missing', language)}:\n" + "\n".join(said) if said else say("complete", language)


def _names(launch: ContainerLaunch) -> Iterator[str]:
    """The options' names, each once, in their order."""
    yield from dict.fromkeys(option.name for option in launch.options)
