"""Compose files: services as container launches, with their images, commands and environments.

Written after the compose specification (05-services.md). What another file may add (``extends`` with a file, overrides
without an image) leaves a launch incomplete.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tflsp.documents.detect import yaml_kind
from tflsp.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode, scalars
from tflsp.documents.region import KEY, Region
from tflsp.documents.words import Word
from tflsp.documents.yaml_nodes import read_yaml
from tflsp.facts.base import Fact, reads
from tflsp.facts.commands import Command, command_facts
from tflsp.facts.compose_options import service_options, structured_mounts, structured_ports
from tflsp.facts.compose_services import Service, services_of
from tflsp.facts.configuration_words import ScalarWords, compose_parts
from tflsp.facts.containers import ContainerLaunch, ImageRef, Surface
from tflsp.facts.environment import EnvironmentSetting, environment_settings
from tflsp.facts.images import image_ref
from tflsp.facts.launch_options import launch_fields
from tflsp.facts.once import Seen, once
from tflsp.text import Span

_CHECKS = ("CMD", "CMD-SHELL", "NONE")


@reads("compose", "yaml")
def compose(region: Region) -> Iterator[Fact | Region]:
    """The services of a compose file, or of a YAML fence that is one."""
    if region.language == "yaml" and yaml_kind("", region.text) != "compose":
        return
    words = ScalarWords(region.text, compose_parts)
    seen: Seen = set()
    for document in read_yaml(region.text):
        for service in services_of(document):
            yield from once(_service(region, words, service), seen)


def _service(region: Region, words: ScalarWords, service: Service) -> Iterator[Fact | Region]:
    node = service.node
    build = node.pair("build")
    image = _image(region, words, node, builds=build is not None and not _is_null(build.value))
    settings = list(environment_settings(region, words, Surface.COMPOSE, node.get("environment"), "environment"))
    launch = ContainerLaunch(
        region=region,
        span=service.span,
        surface=Surface.COMPOSE,
        program="compose",
        image=image,
        command=tuple(command_words(words, node.get("command"))),
        **_fields(words, node, settings),
        interactive=_is_true(node, "stdin_open") or _is_true(node, "tty"),
        container_name=_literal(words, node, "container_name"),
        name_span=service.name.span,
        complete=service.complete and (image is not None or build is not None),
    )
    if image is not None:
        yield image
    yield launch
    yield from settings
    if build is not None:
        yield from _build(region, words, build.value)
    for key in ("entrypoint", "command"):
        yield from _command(region, launch, tuple(command_words(words, node.get(key))))
    yield from _health_check(region, words, node.get("healthcheck", "test"), launch)


def _image(region: Region, words: ScalarWords, node: MappingNode, *, builds: bool) -> ImageRef | None:
    scalar = node.text("image")
    if scalar is None or not scalar.value:
        return None
    # With `build` beside it, `image` is the name that the built image is given.
    never = (policy := node.text("pull_policy")) is not None and policy.value == "never"
    return image_ref(region, words.word(scalar), Surface.COMPOSE, builds=builds, pulls=not builds and not never)


def _fields(words: ScalarWords, node: MappingNode, settings: list[EnvironmentSetting]) -> dict[str, Any]:
    fields = launch_fields(service_options(words, node))
    fields["ports"] += tuple(structured_ports(words, node))
    fields["mounts"] += tuple(structured_mounts(words, node))
    for setting in settings:
        fields["environment"][setting.name] = setting.value.value if setting.value else None
        if setting.value:
            fields["environment_spans"][setting.name] = setting.value.span
    return fields


def command_words(words: ScalarWords, node: Node | None) -> Iterator[Word]:
    """The words of a command that is a text or a list."""
    if isinstance(node, ScalarNode) and not node.is_null:
        yield from words.split(node)
    elif isinstance(node, SequenceNode):
        yield from (words.word(item) for item in node.items if isinstance(item, ScalarNode))


def _command(region: Region, launch: ContainerLaunch, words: tuple[Word, ...]) -> Iterator[Fact | Region]:
    if words:
        span = Span(min(word.span.start for word in words), max(word.span.end for word in words))
        yield from command_facts(Command(region, span, words, inside=launch))


def _health_check(
    region: Region, words: ScalarWords, node: Node | None, launch: ContainerLaunch
) -> Iterator[Fact | Region]:
    """``["CMD", "curl", …]``, ``["CMD-SHELL", "curl …"]``, or a text for the shell."""
    listed = scalars(node)
    if isinstance(node, ScalarNode) or (listed and listed[0].value == "CMD-SHELL"):
        for scalar in listed[-1:]:
            if scalar.value not in _CHECKS:
                yield scalar.region("shell", region, launch, **{KEY: "healthcheck"})
    elif listed and listed[0].value == "CMD":
        yield from _command(region, launch, tuple(words.word(scalar) for scalar in listed[1:]))


def _build(region: Region, words: ScalarWords, node: Node | None) -> Iterator[Fact | Region]:
    if not isinstance(node, MappingNode):
        return
    yield from environment_settings(region, words, Surface.COMPOSE, node.get("args"), "args")
    inline = node.text("dockerfile_inline")
    if inline is not None:
        yield inline.region("dockerfile", region, **{KEY: "dockerfile_inline"})
    for scalar in scalars(node.get("tags")):
        yield image_ref(region, words.word(scalar), Surface.COMPOSE, builds=True, pulls=False)


def _literal(words: ScalarWords, node: MappingNode, key: str) -> str | None:
    scalar = node.text(key)
    return words.word(scalar).value if scalar else None


def _is_true(node: MappingNode, key: str) -> bool:
    scalar = node.text(key)
    return scalar is not None and scalar.is_true


def _is_null(node: Node | None) -> bool:
    return node is None or (isinstance(node, ScalarNode) and node.is_null)
