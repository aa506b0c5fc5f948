"""TFL102: neither tag nor digest, which means `latest`."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.facts.document_facts import DocumentFacts
from tflsp.rules.base import Context, Fix, Match, Severity, match, rule
from tflsp.rules.builders import insert
from tflsp.rules.launches import expects_jupyter
from tflsp.rules.tensorflow_images import in_configuration, is_tensorflow, launches_by_image, pulled_images
from tflsp.tensorflow.release import pinned_tag


@rule("TFL102", "image-no-tag", severity=Severity.WARNING, given=("ImageRef",), aliases=("DL3006",))
def check(facts: DocumentFacts, context: Context) -> Iterator[Match]:
    """Judge every image that is pulled; in commands and texts it is a hint."""
    for found in pulled_images(facts, context):
        image = found.fact
        if image.tag is None and image.digest is None:
            severity = None if in_configuration(image) else Severity.HINT
            launch = facts.derive(launches_by_image).get(id(image))
            yield match(found, severity=severity, fixes=_fixes(image, launch, context), image=image.text)


def _fixes(image: ImageRef, launch: ContainerLaunch | None, context: Context) -> Iterator[Fix]:
    """The project's version of TensorFlow's image, with Jupyter where the launch wants it; no other tag is known."""
    if image.name_end is None or not is_tensorflow(image, context):
        return
    variant = "latest-jupyter" if launch is not None and expects_jupyter(launch) else "latest"
    tag = pinned_tag(variant, context.settings.tensorflow_version)
    if tag is not None:
        yield insert(image.name_end, f":{tag}", tag=tag)
