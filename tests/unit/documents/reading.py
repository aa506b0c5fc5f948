"""Short ways to ask what a document is made of."""

from __future__ import annotations

from collections.abc import Iterator

# Registers the nesters; readers of facts are another floor's.
from tflsp.documents import console, ipython  # noqa: F401
from tflsp.documents.document import Chunk, Document
from tflsp.documents.nesting import nesters_of
from tflsp.documents.region import Region


def regions_of(chunk: Chunk) -> list[Region]:
    """A chunk's root region and everything that nests in it by syntax, readers of facts aside; in document order."""
    return list(_nested(chunk.region()))


def nested(document: Document, *languages: str) -> list[str]:
    """The texts of all regions of these languages, in the order of the chunks."""
    return [region.text for chunk in document.chunks for region in regions_of(chunk) if region.language in languages]


def kinds(document: Document) -> list[tuple[str, str]]:
    """(language, text) of all regions."""
    return [(region.language, region.text) for chunk in document.chunks for region in regions_of(chunk)]


def _nested(region: Region) -> Iterator[Region]:
    yield region
    inner = [found for nest in nesters_of(region.language) for found in nest(region)]
    for found in sorted(inner, key=lambda part: part.map.start(0) if part.map is not None else 0):
        yield from _nested(found)
