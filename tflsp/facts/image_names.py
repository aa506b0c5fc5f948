"""Names of images: the official name behind a company's mirror, and the names that a document builds itself."""

from __future__ import annotations

from collections.abc import Mapping

from tflsp.facts.base import Analysis
from tflsp.facts.containers import ImageRef
from tflsp.facts.document_facts import DocumentFacts, placeless

_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "library/")


def full_name(image: ImageRef) -> str:
    """Registry and repository without tag; Docker Hub's names without its host: ``tensorflow/tensorflow``."""
    name = f"{image.registry}/{image.repository}" if image.registry else image.repository
    return _without_hub(name)


def official_name(image: ImageRef, mirrors: Mapping[str, str]) -> str:
    """The full name with a mirror's prefix replaced by the official one; the longest prefix counts."""
    name = full_name(image)
    for prefix in sorted(mirrors, key=len, reverse=True):
        bare = prefix.rstrip("/")
        if name == bare or name.startswith(f"{bare}/"):
            official = mirrors[prefix].rstrip("/")
            return _without_hub(f"{official}{name[len(bare) :]}".lstrip("/"))
    return name


@placeless
def built_names(facts: DocumentFacts) -> frozenset[str]:
    """Full names of the images that a document builds or tags itself. To be used through ``facts.derive``."""
    return facts.gather(ImageRef, _built)


def _built(analysis: Analysis) -> tuple[str, ...]:
    return tuple(full_name(image) for image in analysis.of(ImageRef) if image.builds and image.repository)


def _without_hub(name: str) -> str:
    for prefix in _HUB:
        name = name.removeprefix(prefix)
    return name
