"""Whether a root is a container's: from the marks that engines leave, and from what the root itself is mounted from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

OUR_IMAGE = "opt/tflsp/bin/tflsp-entrypoint"
_MARKS = (".dockerenv", "run/.containerenv")
_VARIABLES = ("container", "KUBERNETES_SERVICE_HOST")


def in_container(root: Path, environment: Mapping[str, str]) -> bool:
    """Marks alone do not say it: a virtual machine whose disk was made from an image has them too."""
    if (root / OUR_IMAGE).exists():
        return True
    marked = any((root / mark).exists() for mark in _MARKS) or any(name in environment for name in _VARIABLES)
    return marked and not _whole_disk(root)


def _whole_disk(root: Path) -> bool:
    """Whether / is a disk's whole file system; a container's is an overlay, a folder of a disk, or a snapshot."""
    try:
        lines = (root / "proc/self/mountinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    for words in map(str.split, lines):
        if len(words) > 8 and words[4] == "/":
            source = words[-2]
            return words[3] == "/" and source.startswith("/dev/") and "docker" not in source
    return False
