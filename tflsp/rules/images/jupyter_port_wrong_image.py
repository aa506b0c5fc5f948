"""TFL106: Jupyter's port is published, but the image has no Jupyter."""

from __future__ import annotations

from collections.abc import Iterator

from tflsp.facts.containers import ContainerLaunch, ImageRef, Surface
from tflsp.rules.base import Context, Fix, Match, Safety, Severity, match, rule
from tflsp.rules.builders import insert
from tflsp.rules.launches import expects_jupyter, published
from tflsp.rules.tensorflow_images import has_tag_as_written, tensorflow_tag
from tflsp.tensorflow.release import IMAGE, pinned_tag


@rule("TFL106", "jupyter-port-wrong-image", severity=Severity.WARNING)
def check(launch: ContainerLaunch, context: Context) -> Iterator[Match]:
    """Judge launches of TensorFlow's image; a command of one's own may serve something else on the port."""
    tag, image = tensorflow_tag(launch.image, context), launch.image
    if tag is None or image is None or tag.jupyter or launch.surface is Surface.DEVCONTAINER:
        return
    if expects_jupyter(launch):
        port = published(launch, IMAGE.jupyter_port)
        yield match(
            launch,
            image.span,
            fixes=_fixes(image, context),
            image=image.text,
            port=port.host_port if port and port.host_port else IMAGE.jupyter_port,
        )


def _fixes(image: ImageRef, context: Context) -> Iterator[Fix]:
    if image.tag is None and image.name_end is not None:
        tag = pinned_tag("latest-jupyter", context.settings.tensorflow_version)
        if tag is not None:
            yield insert(image.name_end, f":{tag}", safety=Safety.UNSAFE, tag=tag)
    elif image.tag is not None and image.tag_span is not None and image.digest is None and has_tag_as_written(image):
        tag = f"{image.tag}-jupyter"
        yield insert(image.tag_span.end, "-jupyter", safety=Safety.UNSAFE, tag=tag)
