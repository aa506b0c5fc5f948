"""What a container is told of the image that it is made from, for the journals that are written in it.

One environment variable of words `key=value`: it goes through sshd's configuration into every session, so that it has
neither quotes nor backslashes. `tflsp.checking.running_image` reads it.
"""

from __future__ import annotations

from tflsp.container import lock as locking
from tflsp.container import names
from tflsp.container.engines import Image


def origin_of(container: str, reference: str, image: Image) -> str:
    """The variable's value, for a container of this name: the image as it was asked for, its digest in a registry
    where it has one, its id, and what it was built upon, where its labels say so.
    """
    base, _, base_digest = image.labels.get(names.LABEL_BASE, "").partition("@")
    words = {
        "container": container,
        "image": reference.partition("@")[0],
        "digest": image.digests.get(locking.repository(reference), ""),
        "id": image.id,
        "base": base,
        "base-digest": image.labels.get(names.LABEL_BASE_DIGEST, base_digest) if base else "",
    }
    return " ".join(f"{key}={value}" for key, value in words.items() if value and not set(value) & set(' "\\#\t\n'))
