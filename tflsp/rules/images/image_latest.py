"""TFL101: a tag that means another image tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ImageRef
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import replace
from tflsp.rules.tensorflow_images import has_tag_as_written, is_tensorflow, pulled_images, tensorflow_tag
from tflsp.tensorflow.release import PATCHED_VERSION, pinned_tag
from tflsp.text.patterns import pattern

_MOVING = pattern(r"(?:latest|nightly|devel)(?:[-_.].*)?")
# nightly-20220101 is a build like any other.
_DATED = pattern(r"\d{4}[-_.]?\d{2}")


@rule("TFL101", "image-latest", severity=Severity.WARNING, given=("ImageRef",), aliases=("DL3007", "CKV_DOCKER_7"))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge every image that is pulled by a tag and not held by a digest."""
    for found in pulled_images(facts, context):
        image = found.fact
        if image.tag is not None and image.digest is None and _moves(image, context):
            span = image.tag_span or image.span
            yield match(found, span, fixes=_fixes(image, context), tag=image.tag, image=image.text)


def _moves(image: ImageRef, context: Context) -> bool:
    tag = image.tag or ""
    known = tensorflow_tag(image, context)
    if known is not None and known.moves:
        return True
    return _MOVING.fullmatch(tag) is not None and _DATED.search(tag) is None


def _fixes(image: ImageRef, context: Context) -> Iterator[Fix]:
    """The same variant of the project's version; of other images no tag is known."""
    if not is_tensorflow(image, context) or not has_tag_as_written(image) or image.tag_span is None:
        return
    pinned = pinned_tag(image.tag or "", context.settings.tensorflow_version)
    if pinned is None:
        return
    yield replace(image.tag_span, pinned, tag=pinned)
    patched = pinned_tag(image.tag or "", PATCHED_VERSION)
    if patched not in (None, pinned) and context.settings.tensorflow_version.startswith("2.9."):
        yield replace(image.tag_span, patched or "", safety=Safety.UNSAFE, title="fix.patched", tag=patched)
