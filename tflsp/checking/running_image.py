"""The image that this process runs from, as it was told: by `tflsp up` when it made the container, and by the image's
own recipe. What nobody told is not known; nothing is guessed from what the root looks like.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tflsp.capture.environment import Image
from tflsp.checking.container_marks import in_container
from tflsp.text.patterns import pattern

# What `up` gives the container that it makes: words `key=value` (tflsp/container/origin.py writes them).
VARIABLE: Final = "TFLSP_IMAGE"
# The image that ours was built upon, as it was named then: written by container/finish.sh.
BASE: Final = "opt/tflsp/etc/base-image"
_REFERENCE: Final = pattern(r"[A-Za-z0-9][\w.\-/:]{0,400}")
_DIGEST: Final = pattern(r"(?:sha256:)?([0-9a-f]{64})")


def running_image(
    root: Path = Path("/"), variables: Mapping[str, str] = os.environ, hostname: str | None = None
) -> Image | None:
    """The image of the container that this is; None where it is no container. Reads a file or two."""
    told = dict(word.partition("=")[::2] for word in variables.get(VARIABLE, "").split())
    # An image that was committed from a container has its variables too; only the name is each container's own.
    if told.get("container") != (platform.node() if hostname is None else hostname):
        told = {}
    if not told and not in_container(root, variables):
        return None
    if "base" not in told:
        told["base"], _, told["base-digest"] = _first_line(root / BASE).partition("@")
    name, base = _reference(told.get("image", "")), _reference(told["base"])
    return Image(
        name,
        _digest(told.get("digest", "")),
        _digest(told.get("id", "")),
        base,
        None if base is None else _digest(told.get("base-digest", "")),
    )


def _first_line(path: Path) -> str:
    try:
        return path.read_bytes()[:500].decode("utf-8", "replace").split("\n", 1)[0].strip()
    except OSError:
        return ""


def _reference(text: str) -> str | None:
    return text if _REFERENCE.fullmatch(text) else None


def _digest(text: str) -> str | None:
    found = _DIGEST.fullmatch(text)
    return f"sha256:{found[1]}" if found is not None else None
