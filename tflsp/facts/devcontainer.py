"""devcontainer.json as a container launch, with its options, environment and life cycle commands.

Written after the specification at containers.dev ("Dev Container metadata reference").
"""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.documents.json_nodes import read_json
from tflsp.documents.nodes import MappingNode, Node, ScalarNode, SequenceNode, scalars
from tflsp.documents.region import KEY, Region
from tflsp.facts.base import Fact, reads
from tflsp.facts.command_options import parse_options
from tflsp.facts.commands import Command, command_facts
from tflsp.facts.configuration_words import ScalarWords, devcontainer_parts
from tflsp.facts.containers import ContainerLaunch, ImageRef, MountPoint, Option, PortMapping, Surface
from tflsp.facts.docker_option_names import RUN
from tflsp.facts.environment import EnvironmentSetting, environment_settings
from tflsp.facts.images import image_ref
from tflsp.facts.launch_options import launch_fields, switched_on
from tflsp.text import Span

LIFECYCLE = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
_ENVIRONMENTS = ("containerEnv", "remoteEnv")
# What makes a JSON fence one of these: an image or build, and a key that no other format has.
_OF_DEVCONTAINERS_ONLY = (*LIFECYCLE, *_ENVIRONMENTS, "runArgs", "forwardPorts", "customizations", "features")


@reads("devcontainer", "json")
def devcontainer(region: Region) -> Iterator[Fact | Region]:
    """The container that a devcontainer.json describes."""
    node = read_json(region.text)
    if not isinstance(node, MappingNode) or not (region.language == "devcontainer" or _is_devcontainer(node)):
        return
    words = ScalarWords(region.text, devcontainer_parts)
    settings = [
        setting
        for key in _ENVIRONMENTS
        for setting in environment_settings(region, words, Surface.DEVCONTAINER, node.get(key), key)
    ]
    yield from settings
    launch = _launch(region, words, node, settings)
    if launch.image is not None:
        yield launch.image
    # With compose, the launch is a service of another file.
    if node.pair("dockerComposeFile") is None and (launch.image or node.pair("build") or node.pair("dockerFile")):
        yield launch
    yield from environment_settings(region, words, Surface.DEVCONTAINER, node.get("build", "args"), "args")
    for key in LIFECYCLE:
        yield from _commands(region, words, key, node.get(key), None if key == "initializeCommand" else launch)


def _is_devcontainer(node: MappingNode) -> bool:
    starts = any(node.pair(key) for key in ("image", "build", "dockerFile", "dockerComposeFile"))
    return starts and any(node.pair(key) for key in _OF_DEVCONTAINERS_ONLY)


def _launch(
    region: Region, words: ScalarWords, node: MappingNode, settings: list[EnvironmentSetting]
) -> ContainerLaunch:
    image = _image(region, words, node)
    parsed = parse_options([words.word(item) for item in scalars(node.get("runArgs"))], 0, RUN)
    options = [*_own_options(words, node), *parsed.options]
    fields = launch_fields(options)
    fields["ports"] += tuple(_app_ports(node))
    fields["mounts"] += (*_structured_mounts(words, node), *_workspace(words, node))
    for setting in settings:
        if setting.keyword == "containerEnv":
            fields["environment"][setting.name] = setting.value.value if setting.value else None
            if setting.value:
                fields["environment_spans"][setting.name] = setting.value.span
    gpu = node.get("hostRequirements", "gpu")
    if fields.get("gpus") is None and isinstance(gpu, MappingNode | ScalarNode) and not _is_false(gpu):
        fields["gpus"], fields["gpu_span"] = "all", gpu.span
    name = node.pair("image") or node.pair("build") or node.pair("dockerFile")
    return ContainerLaunch(
        region=region,
        span=node.span,
        surface=Surface.DEVCONTAINER,
        program="devcontainer",
        image=image,
        command=(),
        **fields,
        interactive=switched_on(options, "interactive"),
        container_name=next((option.value for option in options if option.name == "name"), None),
        name_span=name.key.span if name else None,
        complete=image is not None,
    )


def _image(region: Region, words: ScalarWords, node: MappingNode) -> ImageRef | None:
    scalar = node.text("image")
    return image_ref(region, words.word(scalar), Surface.DEVCONTAINER) if scalar and scalar.value else None


def _own_options(words: ScalarWords, node: MappingNode) -> Iterator[Option]:
    """Keys that say what an option of ``docker run`` says."""
    for key, name in (("privileged", "privileged"), ("init", "init"), ("containerUser", "user")):
        pair = node.pair(key)
        if pair and isinstance(pair.value, ScalarNode) and not pair.value.is_null:
            word = words.word(pair.value)
            yield Option(name, word.value, pair.span, pair.value.inner, word)
    for key, name in (("capAdd", "cap-add"), ("securityOpt", "security-opt"), ("mounts", "mount")):
        for scalar in scalars(node.get(key)):
            word = words.word(scalar)
            yield Option(name, word.value, scalar.span, scalar.inner, word)
    for scalar in scalars(node.get("appPort")):
        # A number is published on loopback, a text as docker would.
        if scalar.quoted and not scalar.value.isdigit():
            word = words.word(scalar)
            yield Option("publish", word.value, scalar.span, scalar.inner, word)


def _app_ports(node: MappingNode) -> Iterator[PortMapping]:
    for scalar in scalars(node.get("appPort")):
        if scalar.value.isascii() and scalar.value.isdigit():
            port = int(scalar.value)
            yield PortMapping("127.0.0.1", port, port, "tcp", scalar.inner, scalar.inner, scalar.inner, port)


def _structured_mounts(words: ScalarWords, node: MappingNode) -> Iterator[MountPoint]:
    for mount in node.mappings("mounts"):
        kind, source, target = mount.text("type"), mount.text("source"), mount.text("target")
        yield MountPoint(
            kind=kind.value if kind else "volume",
            source=source.value if source else None,
            target=target.value if target else None,
            read_only=False,
            span=mount.span,
            source_span=source.inner if source else None,
            target_span=target.inner if target else None,
        )


def _workspace(words: ScalarWords, node: MappingNode) -> Iterator[MountPoint]:
    """The project's folder, which is mounted without being asked for unless ``workspaceMount`` is empty."""
    mount, folder = node.get("workspaceMount"), node.text("workspaceFolder")
    if isinstance(mount, ScalarNode) and not mount.value:
        return
    span = mount.span if mount else node.span
    yield MountPoint("bind", "${localWorkspaceFolder}", folder.value if folder else "/workspaces", False, span)


def _is_false(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value in ("false", "null")


def _commands(
    region: Region, words: ScalarWords, key: str, node: Node | None, launch: ContainerLaunch | None
) -> Iterator[Fact | Region]:
    """A text for the shell, a list of arguments, or a mapping of names to either, run side by side."""
    if isinstance(node, ScalarNode):
        if not node.is_null:
            yield node.region("shell", region, launch, **{KEY: key})
    elif isinstance(node, SequenceNode):
        listed = tuple(words.word(item) for item in node.items if isinstance(item, ScalarNode))
        if listed:
            span = Span(listed[0].span.start, listed[-1].span.end)
            yield from command_facts(Command(region, span, listed, inside=launch))
    elif isinstance(node, MappingNode):
        for pair in node.pairs:
            if not isinstance(pair.value, MappingNode):
                yield from _commands(region, words, key, pair.value, launch)
