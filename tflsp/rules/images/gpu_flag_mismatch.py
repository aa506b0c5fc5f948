"""TFL107: a GPU image without a GPU, or a GPU for an image that cannot use it."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, ImageRef
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import insert, replace
from tflsp.rules.launches import insert_keys, insert_option, insert_property
from tflsp.rules.tensorflow_images import has_tag_as_written, tensorflow_tag
from tflsp.tensorflow.release import Tag, pinned_tag

_RESERVATION = (
    "deploy:",
    "  resources:",
    "    reservations:",
    "      devices:",
    "        - driver: nvidia",
    "          count: all",
    "          capabilities: [gpu]",
)


@rule("TFL107", "gpu-flag-mismatch", severity=Severity.WARNING)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of TensorFlow's image in both directions."""
    tag, image = tensorflow_tag(launch.image, context), launch.image
    if tag is None or image is None:
        return
    if tag.gpu and launch.gpus is None and launch.complete:
        span = image.tag_span or image.span
        yield match(launch, span, message="message.flag", fixes=_ask_for_gpus(launch), image=image.text)
    elif not tag.gpu and launch.gpus is not None and launch.gpus not in ("0", "none", ""):
        fixes = _gpu_variant(image, tag, context)
        yield match(launch, launch.gpu_span, message="message.image", fixes=fixes, image=image.text)


def _ask_for_gpus(launch: ContainerLaunch) -> Iterator[Fix]:
    edit = (
        insert_option(launch, "--gpus all")
        or insert_keys(launch, *_RESERVATION)
        or insert_property(launch, "runArgs", '["--gpus", "all"]')
    )
    if edit is not None:
        yield Fix((edit,), Safety.UNSAFE, "fix.flag")


def _gpu_variant(image: ImageRef, tag: Tag, context: Context) -> Iterator[Fix]:
    if image.digest is not None:
        return
    if image.tag is None and image.name_end is not None:
        wanted = pinned_tag("latest-gpu", context.settings.tensorflow_version)
        if wanted is not None:
            yield insert(image.name_end, f":{wanted}", safety=Safety.UNSAFE, title="fix.image", tag=wanted)
    elif image.tag_span is not None and has_tag_as_written(image):
        wanted = "-".join([tag.version, "gpu", *(("jupyter",) if tag.jupyter else ())])
        yield replace(image.tag_span, wanted, safety=Safety.UNSAFE, title="fix.image", tag=wanted)
