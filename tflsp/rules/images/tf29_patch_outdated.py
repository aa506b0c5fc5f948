"""TFL105: a 2.9 release with known vulnerabilities, where a patched one exists."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ImageRef
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.rules.tensorflow_images import has_tag_as_written, tensorflow_tag
from tflsp.tensorflow.release import PATCHED_VERSION, RELEASES, pinned_tag

_OUTDATED = tuple(release.version for release in RELEASES if not release.last)


@rule("TFL105", "tf29-patch-outdated", severity=Severity.HINT)
def check(image: ImageRef, context: Context) -> Iterator[Match]:
    """Judge exact tags of 2.9."""
    tag = tensorflow_tag(image, context) if image.pulls else None
    if tag is not None and tag.version in _OUTDATED:
        fixes = _fixes(image)
        yield match(image, image.tag_span, fixes=fixes, version=tag.version, patched=PATCHED_VERSION)


def _fixes(image: ImageRef) -> Iterator[Fix]:
    tag = pinned_tag(image.tag or "", PATCHED_VERSION)
    if tag is not None and image.tag_span is not None and has_tag_as_written(image):
        yield replace(image.tag_span, tag, safety=Safety.UNSAFE, tag=tag)
