"""TFL103: a tag without the digest that the project's lock file knows for it. Off unless asked for."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ImageRef
from tflsp.facts.document_facts import DocumentFacts
from tflsp.facts.image_names import official_name
from tflsp.rules.base import Context, Fix, Match, Severity, match, rule
from tflsp.rules.builders import insert
from tflsp.rules.tensorflow_images import has_tag_as_written, pulled_images


@rule("TFL103", "image-no-digest", severity=Severity.HINT, given=("ImageRef",), enabled=False)
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge what is executed; a text that people read is not made more readable by digests."""
    for found in pulled_images(facts, context):
        image = found.fact
        if image.tag is not None and image.digest is None and not image.region.within("markdown", "text"):
            yield match(found, fixes=_fixes(image, context), image=image.text)


def _fixes(image: ImageRef, context: Context) -> Iterator[Fix]:
    """A digest is never invented: it stands in the lock file, or there is no fix."""
    names = (image.name, official_name(image, context.settings.image_mirrors))
    digest = next(
        (context.project.digests[key] for name in names if (key := f"{name}:{image.tag}") in _known(context)), None
    )
    if digest is not None and image.tag_span is not None and has_tag_as_written(image):
        yield insert(image.tag_span.end, f"@{digest}", digest=digest[:19])


def _known(context: Context) -> frozenset[str]:
    return frozenset(context.project.digests)
