"""What rules ask of images: whether one is TensorFlow's, whether it is pulled, and which launch it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial

from tflsp.facts.base import Analysis
from tflsp.facts.commands import Command
from tflsp.facts.containers import ContainerLaunch, ImageRef, Surface
from tflsp.facts.docker_cli import PROGRAMS
from tflsp.facts.document_facts import DocumentFacts, Located, by_value, placeless
from tflsp.facts.image_names import built_names, full_name, official_name
from tflsp.facts.official_images import can_be_pulled
from tflsp.rules.base import Context
from tflsp.tensorflow.release import REPOSITORY, Tag, parse_tag
from tflsp.text.patterns import pattern

# Files that an engine acts on, as against commands and texts that a person reads.
CONFIGURATION = (Surface.DOCKERFILE, Surface.COMPOSE, Surface.DEVCONTAINER, Surface.KUBERNETES)
# Names that stand for whatever the reader's image is called.
_PLACEHOLDER = pattern(
    r"(?:^|[/_.-])(?:my|your|our|some|an?|the|this|foo|bar|baz|qux|example|sample|xxx+)(?:$|[/_.-])|"
    r"(?:^|/)(?:image|container|user|username|app|myapp|myimage|repo|repository|org|name|tag)(?:[-_.]?"
    r"(?:image|name|id|tag|repo))*(?:$|/)|\bexample\.(?:com|org|net)\b"
)
_LOCAL_REGISTRY = pattern(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|registry\.local|host\.docker\.internal)(?::|$)")
# Namespaces of tools that build on this machine: local/trainer, molecule_local/ubuntu.
_LOCAL_NAMESPACE = pattern(r"(?:\w+[_-])?local/")
# Images made to be run once, to see whether the engine works.
_GREETINGS = ("hello-world", "scratch")
# Subcommands of an engine that leave an image behind, or need one that is there.
_MAKING = ("commit", "import", "load", "push", "save", "tag")


def tensorflow_tag(image: ImageRef | None, context: Context) -> Tag | None:
    """The tag of TensorFlow's official image, read; None for any other image and where tag or name are not known."""
    if image is None or not image.known or not image.valid or image.builds:
        return None
    if not image.is_tensorflow and official_name(image, context.settings.image_mirrors) != REPOSITORY:
        return None
    if image.tag is None and image.digest is not None:
        return None
    return parse_tag(image.tag or "")


def is_tensorflow(image: ImageRef, context: Context) -> bool:
    """Whether the repository is TensorFlow's, or a mirror of it."""
    return image.is_tensorflow or official_name(image, context.settings.image_mirrors) == REPOSITORY


def pulled_images(facts: DocumentFacts, context: Context) -> Iterator[Located[ImageRef]]:
    """The images that an engine would fetch: not stages, not variables, and none that the project builds itself."""
    mirrors = context.settings.image_mirrors
    return iter(facts.derive(_pulled(context.project.built_images, tuple(mirrors.items()))))


@lru_cache(maxsize=16)
def _pulled(
    built: frozenset[str], mirrors: tuple[tuple[str, str], ...]
) -> Callable[[DocumentFacts], tuple[Located[ImageRef], ...]]:
    """What several rules ask of one document, under the same settings and project."""
    return partial(_find_pulled, built=built, mirrors=mirrors)


def _find_pulled(
    facts: DocumentFacts, *, built: frozenset[str], mirrors: tuple[tuple[str, str], ...]
) -> tuple[Located[ImageRef], ...]:
    # Of all those names only the document's own images matter, and they seldom change.
    names = facts.gather(ImageRef, _names)
    own, others = (facts.derive(built_names) | built) & names, facts.derive(_made_by_others)
    return tuple(facts.pick(ImageRef, _pulled_in(own, others, mirrors)))


def _names(analysis: Analysis) -> frozenset[str]:
    return frozenset(name for image in analysis.of(ImageRef) for name in (full_name(image), image.text, image.name))


@lru_cache(maxsize=64)
def _pulled_in(
    own: frozenset[str], others: frozenset[str], mirrors: tuple[tuple[str, str], ...]
) -> Callable[[Analysis], tuple[ImageRef, ...]]:
    """What picks the images of a chunk that are pulled; the same function as long as the names are the same."""
    known = dict(mirrors)

    def pulled(analysis: Analysis) -> tuple[ImageRef, ...]:
        return tuple(image for image in analysis.of(ImageRef) if _is_pulled(image, own, others, known))

    return pulled


def _is_pulled(image: ImageRef, own: frozenset[str], others: frozenset[str], mirrors: Mapping[str, str]) -> bool:
    if not image.pulls or not image.known or not image.valid or image.is_stage or image.builds:
        return False
    if full_name(image) in own or _is_nobodys(image, mirrors):
        return False
    return image.surface is not Surface.COMMAND or others.isdisjoint((image.text, image.name))


@by_value
def _made_by_others(facts: DocumentFacts) -> frozenset[str]:
    """The images that other commands of the document are given (``pack build me/app``, ``docker push me/app``).

    Whoever builds or pushes an image has it, and no engine needs to fetch it.
    """
    return facts.gather(Command, _given_to_others) & facts.gather(ImageRef, _names)


def _given_to_others(analysis: Analysis) -> frozenset[str]:
    return frozenset(
        word.value
        for command in analysis.of(Command)
        if command.name not in PROGRAMS or command.argument(1) in _MAKING
        for word in command.words[1:]
        if word.value is not None
    )


def _is_nobodys(image: ImageRef, mirrors: Mapping[str, str]) -> bool:
    """A name that stands for another, or that no registry of others serves."""
    if image.repository in _GREETINGS or (image.registry and _LOCAL_REGISTRY.match(image.registry)):
        return True
    if ("local/" in image.repository and _LOCAL_NAMESPACE.match(image.repository)) or not can_be_pulled(
        full_name(image)
    ):
        return True
    readable = image.region.within("markdown", "text") or image.surface in (Surface.COMMAND, Surface.SDK)
    name = official_name(image, mirrors)
    return readable and name != REPOSITORY and _PLACEHOLDER.search(name) is not None


def in_configuration(image: ImageRef) -> bool:
    """Whether the reference stands in a file that an engine acts on, and is not merely shown in a text."""
    return image.surface in CONFIGURATION and not image.region.within("markdown")


@placeless
def launches_by_image(facts: DocumentFacts) -> Mapping[int, ContainerLaunch]:
    """Launches by the identity of the fact of their image. To be used through ``facts.derive``."""
    return {id(found.fact.image): found.fact for found in facts.all(ContainerLaunch) if found.fact.image is not None}


def has_tag_as_written(image: ImageRef) -> bool:
    """Whether the tag stands in one piece at its span, so that a fix may replace it there."""
    return image.tag_span is not None and image.tag_span.of(image.region.text) == image.tag
