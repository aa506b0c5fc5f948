"""TFL104: TensorFlow images of different versions in one project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tflsp.facts.containers import ImageRef
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.rules.tensorflow_images import has_tag_as_written, pulled_images, tensorflow_tag
from tflsp.tensorflow.release import Tag, pinned_tag


@rule("TFL104", "tf-tag-drift", severity=Severity.INFORMATION, given=("ImageRef",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge exact versions against what the settings say and what the project's other documents use."""
    exact = [
        (found, tag)
        for found in pulled_images(facts, context)
        if (tag := tensorflow_tag(found.fact, context)) is not None and not tag.moves
    ]
    used = {tag.version for _, tag in exact} | set(context.project.tensorflow_versions)
    for found, tag in exact:
        wanted = _wanted(tag, used, context.settings.tensorflow_version)
        if wanted != tag.version:
            yield match(
                found, found.fact.tag_span, fixes=_fixes(found.fact, wanted), version=tag.version, wanted=wanted
            )


def _wanted(tag: Tag, used: set[str], configured: str) -> str:
    """The version that this one should be: the configured one, or among its patch releases the newest in use."""
    if _minor(tag.version) != _minor(configured) or configured in used:
        return configured
    return max((version for version in used if _minor(version) == _minor(configured)), key=_numbers)


def _minor(version: str) -> tuple[int, ...]:
    return _numbers(version)[:2]


@lru_cache(maxsize=64)
def _numbers(version: str) -> tuple[int, ...]:
    """``2.9.0-rc1`` counts as 2.9.0."""
    digits = version.split("-")[0].split(".")
    return tuple(int("".join(char for char in part if char.isdigit()) or 0) for part in digits)


def _fixes(image: ImageRef, wanted: str) -> Iterator[Fix]:
    tag = pinned_tag(image.tag or "", wanted)
    if tag is not None and image.tag_span is not None and has_tag_as_written(image):
        yield replace(image.tag_span, tag, safety=Safety.UNSAFE, tag=tag)
